import { hasProfiles, MULTIPLEX_SETTINGS } from "../agent/settings/profiles";
import { configLeaves } from "../hermes/managed-config";
import { firstReleaseWith, hasFeature } from "../hermes/releases";
import { isCertainCredentialName, isCredentialName } from "../support/credential-names";
import type { CredentialPlaces, TextPlace } from "../support/credential-places";
import { credentialIn, isPublicValue } from "../support/credentials";
import { inSecretsFile } from "../support/secret";
import { isUnresolved } from "../support/tokens";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject } from "./subject";

const AS_VARIABLE =
  'new TerraformVariable(this, "…", { type: "string", sensitive: true }).stringValue, set by TF_VAR_…';

/** Every construct applies them to its own props. */
export const CREDENTIAL_RULES = rulesFor<CredentialPlaces>()({
  "secret-literal": {
    severity: "error",
    refuses: "a password, key or token written into the program",
    because: "it would be readable in `cdk.tf.json`, in the repository and in every plan",
    seen: "CDKTF writes props into cdk.tf.json",
    check: ({ secrets }) =>
      secrets
        .filter(({ value }) => value !== inSecretsFile && !isUnresolved(value))
        .map(({ prop, fix = AS_VARIABLE }) => ({
          prop,
          problem: "is a literal",
          allowed: "a sensitive Terraform value, or inSecretsFile",
          fix,
        })),
  },
  "secret-exposed": {
    severity: "error",
    refuses: "a secret from a variable that is not sensitive, has a default, or belongs to another stack",
    because: "Terraform hides only what it knows to be a secret",
    seen: "run: Terraform's plan shows the value",
    check: ({ secrets }) =>
      secrets.flatMap(({ prop, exposure }) =>
        exposure === undefined
          ? []
          : [
              {
                prop,
                problem: exposure,
                allowed: "a variable of this stack with `sensitive: true` and without default",
                fix: `declare it so: ${AS_VARIABLE}`,
              },
            ],
      ),
  },
  "secret-in-text": {
    severity: "error",
    refuses: "a token or key of a known form, a private key, or a URL with a password or token, in any text",
    because: "it would be readable in `cdk.tf.json`, in the repository and in every plan",
    seen: "CDKTF writes props into cdk.tf.json",
    check: ({ texts }) =>
      texts.flatMap(({ prop, value }) => holding(prop, credentialIn(value), "give it as a secret")),
  },
  "secret-in-config": {
    severity: "error",
    refuses: "a credential in `config`, by its form or by a key such as `api_key` or `password`",
    because: "it would be readable in `cdk.tf.json` and, for the agent, in /etc/hermes/config.yaml",
    seen: "0.19.0: the managed files are 0644 by design",
    check: ({ config }) =>
      config.flatMap((place) => {
        const named = isCertainCredentialName(place.name) && isOpen(place) ? "a credential" : undefined;
        const fix = "give it in `secrets` and write `${NAME}` here";
        return holding(place.prop, credentialIn(place.value) ?? named, fix);
      }),
  },
  "secret-by-name": {
    severity: "warning",
    refuses: "text whose name suggests a credential, outside `env` and `secrets`",
    because: "if it is one, it is readable in `cdk.tf.json`, in the repository and in every plan",
    seen: "CDKTF writes props into cdk.tf.json",
    check: ({ texts, config }) =>
      [...texts, ...config.filter(({ name }) => !isCertainCredentialName(name))]
        .filter((place) => isCredentialName(place.name) && isOpen(place))
        .filter(({ value }) => credentialIn(value) === undefined)
        .map(({ prop }) => ({ prop, fix: "give it as a secret, or acknowledge this place with a reason" })),
  },
});

/** The id of a rule about credentials, which every construct has. */
export type CredentialRuleId = keyof typeof CREDENTIAL_RULES;

/** Whether the value is a literal that could be a secret. */
function isOpen({ value }: TextPlace): boolean {
  return !value.includes("${") && !isPublicValue(value);
}

function holding(prop: string, kind: string | undefined, fix: string): readonly Violation[] {
  return kind === undefined ? [] : [{ prop, problem: `holds ${kind}`, fix }];
}

const MULTIPLEX: ReadonlySet<string> = new Set([
  "multiplexProfiles",
  ...MULTIPLEX_SETTINGS.map((path) => `config.${path}`),
]);

export const SECRET_RULES = rulesFor<AgentSubject>()({
  "secret-malformed": {
    severity: "error",
    refuses: "a literal secret that Hermes silently rejects: a short key, a malformed hash, a placeholder",
    because:
      "Hermes starts without the API or the login and hardly reports it; other secrets are checked by Terraform",
    seen: "run 0.14.0 to 0.19.0: key, hash and session secret, each too short or malformed",
    final: true,
    check: ({ secrets }) =>
      secrets.flatMap(({ prop, value, checks }) =>
        typeof value !== "string" || isUnresolved(value)
          ? []
          : checks
              .filter(({ test }) => !test(value))
              .map(({ requirement }) => ({ prop, problem: requirement, fix: "correct it" })),
      ),
  },
  "secret-multiplexed": {
    severity: "error",
    refuses:
      "`multiplexProfiles` without `profiles` beside secrets, and `gateway.multiplex_profiles` in `config`",
    because:
      "one gateway then reads each profile's secrets from that profile's `.env` on the volume, and none of the program's: no API server, no platform",
    seen: "run 0.19.0: no API server, no Slack, one warning",
    references: ["#119546", "#61276"],
    check: ({ settings, secrets }) => {
      const { config = {}, multiplexProfiles } = settings;
      const given: readonly (readonly [prop: string, value: unknown])[] = [
        ["multiplexProfiles", !hasProfiles(settings) && multiplexProfiles],
        ...[...configLeaves(config)].map(([path, value]) => [`config.${path.join(".")}`, value] as const),
      ];
      const on = given.filter(
        ([prop, value]) => MULTIPLEX.has(prop) && /^(?:true|1|yes|on)$/i.test(String(value).trim()),
      );
      return secrets.length === 0
        ? []
        : on.map(([prop]) => ({
            prop,
            problem: `${secrets.map(({ prop }) => prop).join(", ")} would not be read`,
            fix:
              prop === "multiplexProfiles"
                ? "declare the profiles in `profiles`, which gives each its own secrets"
                : "give `multiplexProfiles` instead, and the profiles in `profiles`",
          }));
    },
  },
  "secret-in-environment": {
    severity: "warning",
    refuses: "secrets on a release without the managed scope",
    because:
      "they are passed in the environment: every plan hides all of it, and a `.env` on the volume silently overrides it",
    seen: "run 0.19.0: the volume's `.env` beats the environment; Terraform hides all of `env`",
    references: ["#18705", "#19201"],
    check: ({ secrets, release }) =>
      when(secrets.length > 0 && !hasFeature(release, "managedScope"), () => ({
        prop: secrets.map(({ prop }) => prop).join(", "),
        fix: `use ${firstReleaseWith("managedScope")} or later`,
      })),
  },
});
