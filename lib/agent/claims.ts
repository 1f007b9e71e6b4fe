import { DefaultTokenResolver, StringConcat, TerraformStack, Tokenization } from "cdktf";
import type { Construct } from "constructs";
import { configLeaves } from "../hermes/managed-config";
import { BOT_TOKEN_VARIABLES } from "../hermes/platforms";
import type { Conflict } from "../rules/conflicts";
import type { AgentSubject } from "../rules/subject";
import { showValue } from "../support/errors";
import { ClaimRegistry } from "../support/registry";
import { isUnresolved } from "../support/tokens";
import type { AgentSettings } from "./settings/agent-settings";
import type { SecretVariable } from "./settings/secret-variable";

/** Claims what only one agent can have, on any target. Returns what other agents have already claimed. */
export function claim(
  scope: Construct,
  engine: string,
  { name, settings, data, secrets }: AgentSubject,
): readonly Conflict[] {
  const registry = ClaimRegistry.of(scope);
  const { path } = scope.node;
  const unique = (key: string) => registry.claim(`${engine} ${key}`, path);
  const directory = (host: string) =>
    isUnresolved(host) ? unique(`path ${referenceOf(scope, host)}`) : registry.claimPath(engine, host, path);

  const claims: Claim[] = [{ what: "name", prop: "name", value: name, holder: unique(`container ${name}`) }];
  const { source } = data;
  if (source.kind === "host-path") {
    const { hostPath } = source;
    claims.push({ what: "data", prop: "data.hostPath", value: hostPath, holder: directory(hostPath) });
  } else {
    const holder = unique(`volume ${referenceOf(scope, source.name)}`);
    claims.push({ what: "data", prop: "data.name", value: source.name, holder });
    const device = source.options?.driverOptions["device"];
    if (device?.startsWith("/")) {
      claims.push({
        what: "data",
        prop: "data.driverOptions.device",
        value: device,
        holder: directory(device),
      });
    }
  }
  for (const { prop, value, bot } of secretUses(settings, secrets)) {
    // A bot belongs to its platform, so the engine does not matter; and a token is its bot's, whichever prop has it.
    const reference = referenceOf(scope, value);
    const user = registry.claim(`secret ${reference}`, path);
    const owner = bot ? registry.claim(`bot ${reference}`, path) : registry.holderOf(`bot ${reference}`);
    const holder = bot ? (user ?? owner) : owner;
    if (holder !== path) claims.push({ what: "bot-token", prop, value: undefined, holder });
  }
  return claims.flatMap(({ what, prop, value, holder }) =>
    holder === undefined ? [] : [{ what, prop, value: value && showValue(value), holder }],
  );
}

interface Claim {
  readonly what: Conflict["what"];
  readonly prop: string;
  /** Undefined if it must not be shown. */
  readonly value: string | undefined;
  /** The agent that claimed it first. */
  readonly holder: string | undefined;
}

interface SecretUse {
  readonly prop: string;
  readonly value: string;
  /** It is by this prop that the agent connects as a bot. */
  readonly bot: boolean;
}

/** Wherever the agent is given something that may be a bot's token. */
function secretUses(
  { env = {}, config = {} }: AgentSettings,
  secrets: readonly SecretVariable[],
): readonly SecretUse[] {
  const known = secrets.flatMap(({ name, prop, value }) =>
    typeof value === "string" ? [{ prop, value, bot: BOT_TOKEN_VARIABLES.has(name) }] : [],
  );
  const others = [
    ...Object.entries(env).map(([name, value]) => [`env.${name}`, value] as const),
    ...[...configLeaves(config)].map(([path, value]) => [`config.${path.join(".")}`, value] as const),
  ].flatMap(([prop, value]) =>
    typeof value === "string" && isUnresolved(value) ? [{ prop, value, bot: false }] : [],
  );
  return [...known, ...others];
}

/**
 * A literal unchanged. For a token, what it refers to in its stack: each use of a variable makes a new token, and two
 * stacks may have variables with the same name.
 */
function referenceOf(scope: Construct, value: string): string {
  if (!isUnresolved(value)) return value;
  const resolver = new DefaultTokenResolver(new StringConcat());
  const reference = JSON.stringify(Tokenization.resolve(value, { scope, resolver, preparing: false }));
  return `${TerraformStack.of(scope).node.path} ${reference}`;
}
