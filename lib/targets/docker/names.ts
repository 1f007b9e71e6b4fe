/** What an agent on a Docker engine finds by a name: itself, entries of /etc/hosts, and the servers beside it. */
import type { AgentSettings } from "../../agent/settings/agent-settings";
import { ownHostNames } from "../../agent/settings/messaging";
import { rulesFor, when } from "../../rules/rule";
import { showValue } from "../../support/errors";
import { isUnresolved } from "../../support/tokens";

export interface HostName {
  readonly name: string;
  readonly prop: string;
  /** Whose name it is, in words. */
  readonly whose: string;
}

export interface NamesInUse {
  readonly agent: string;
  readonly networks: readonly { readonly aliases?: readonly string[] }[];
  readonly settings: AgentSettings;
  readonly sidecars: readonly string[];
  /** The servers of its models that are containers. */
  readonly modelServers: readonly { readonly name: string; readonly prop: string }[];
}

/** In the order in which they count: what comes first hides the others. */
export function hostNamesOf({
  agent,
  networks,
  settings,
  sidecars,
  modelServers,
}: NamesInUse): readonly HostName[] {
  const { extraHosts = {}, messaging } = settings;
  return [
    ...Object.keys(extraHosts).map((name) => ({ name, prop: `extraHosts.${name}`, whose: "`extraHosts`" })),
    ...ownHostNames(messaging).map(({ name, prop }) => ({ name, prop, whose: "a platform" })),
    { name: agent, prop: "name", whose: AGENT },
    ...networks.flatMap(({ aliases = [] }, i) =>
      aliases.map((name, j) => ({ name, prop: `target.networks[${i}].aliases[${j}]`, whose: AGENT })),
    ),
    ...sidecars.map((name) => ({ name, prop: `target.sidecars.${name}`, whose: "a sidecar" })),
    ...modelServers.map(({ name, prop }) => ({ name, prop, whose: "a model's server" })),
  ];
}

/** It may be found by what /etc/hosts says of its own name. */
const AGENT = "the agent";

export const DOCKER_NAME_RULES = rulesFor<readonly HostName[]>()({
  "docker-host-name-duplicate": {
    severity: "error",
    refuses:
      "one name for two of what the agent finds by a name: itself, an entry of `extraHosts` or a platform's own name, a sidecar, a model's server",
    because: "the agent finds one of them alone, and nothing says which one",
    seen: "run on an engine of 20.10: /etc/hosts comes first, then the container itself, then the server of one network",
    final: true,
    check: (names) =>
      names.flatMap(({ name, prop, whose }, i) => {
        const known = (other: HostName) => other.name.toLowerCase() === name.toLowerCase();
        const first = isUnresolved(name) ? undefined : names.slice(0, i).find(known);
        return when(first !== undefined && whose !== AGENT, () => ({
          prop,
          value: showValue(name),
          problem: `${first?.whose} has that name (${first?.prop})`,
          fix: "give one of them another name",
        }));
      }),
  },
});
