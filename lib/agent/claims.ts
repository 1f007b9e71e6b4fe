import { DefaultTokenResolver, StringConcat, TerraformStack, Tokenization } from "cdktf";
import type { Construct } from "constructs";
import type { Conflict } from "../rules/conflicts";
import type { AgentSubject } from "../rules/subject";
import { showValue } from "../support/errors";
import { ClaimRegistry } from "../support/registry";
import { isUnresolved } from "../support/tokens";
import { botTokens } from "./settings/messaging";

/** Claims what only one agent can have, on any target. Returns what other agents have already claimed. */
export function claim(
  scope: Construct,
  engine: string,
  { name, settings, data }: AgentSubject,
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
  for (const { platform, prop, token } of botTokens(settings.messaging)) {
    // A bot belongs to its platform, so the engine does not matter.
    const holder = registry.claim(`${platform} ${referenceOf(scope, token)}`, path);
    claims.push({ what: "bot-token", prop, value: undefined, holder });
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
