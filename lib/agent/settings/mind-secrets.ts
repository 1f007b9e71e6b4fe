/** The values of a mind that only Terraform knows, as variables of the agent. */
import { mcpVariable } from "../../hermes/mcp";
import { ANY_SECRET } from "../../hermes/secret-checks";
import { isCredentialName } from "../../support/credential-names";
import { inSecretsFile, type Secret } from "../../support/secret";
import { isToken, isUnresolved } from "../../support/tokens";
import type { MindProps } from "./mind";
import type { SecretVariable } from "./secret-variable";

/** @param at the prop that the mind's props are below, with a dot at its end; empty for the agent itself */
export function mindSecrets(
  { mcpServers = {}, fallbackModels = [] }: MindProps,
  at = "",
): readonly SecretVariable[] {
  const ofServers = Object.entries(mcpServers).flatMap(([server, { env, headers }]) =>
    Object.entries({ env, headers }).flatMap(([kind, values = {}]) =>
      Object.entries<Secret>(values).flatMap(([name, value]): SecretVariable[] => {
        if (!isCarried(value)) return [];
        const prop = `${at}mcpServers.${server}.${kind}.${name}`;
        const variable: SecretVariable = {
          name: mcpVariable(server, name),
          prop,
          value,
          checks: [ANY_SECRET],
        };
        return [isCredentialName(name) ? variable : { ...variable, mayBePlain: true }];
      }),
    ),
  );
  const ofModels = fallbackModels.flatMap(({ apiKey }, i): SecretVariable[] =>
    apiKey === undefined
      ? []
      : [
          {
            name: fallbackKeyVariable(i),
            prop: `${at}fallbackModels[${i}].apiKey`,
            value: apiKey,
            checks: [ANY_SECRET],
          },
        ],
  );
  return [...ofServers, ...ofModels];
}

/** Whether the value is carried in a variable, to which config.yaml refers by `${NAME}`. Text stands in config.yaml itself. */
export function isCarried(value: Secret): boolean {
  return value === inSecretsFile || (isUnresolved(value) && !isHermesReference(value));
}

/** Hermes' own `${NAME}`, for a variable that `secrets` or `env` gives. Terraform's references have a dot. */
function isHermesReference(value: Secret): boolean {
  return typeof value === "string" && !isToken(value) && !/\$\{(?![A-Za-z_][A-Za-z0-9_]*\})/.test(value);
}

export function fallbackKeyVariable(index: number): string {
  return `HERMES_FALLBACK_${index + 1}_API_KEY`;
}
