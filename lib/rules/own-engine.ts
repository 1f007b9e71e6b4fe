/** By which props an agent has the engine of its own host, beside mounts. */
import type { AgentSettings } from "../agent/settings/agent-settings";
import { engineAddressIn, isEngineAddress } from "../support/engine-access";
import { showValue } from "../support/errors";
import { isUnresolved } from "../support/tokens";
import type { Violation } from "./rule";
import { ENGINE_VARIABLES } from "./server";

/** The path or the address by which the terminal has the host's own engine. A login does not change that. */
export function engineOfTerminal({ terminal, extraHosts }: AgentSettings): readonly Violation[] {
  if (terminal?.backend !== "docker") return [];
  const { engine } = terminal;
  const { ssh, tls, socket, proxy } = engine;
  const host = ssh?.host ?? tls?.host;
  if (host !== undefined && !isEngineAddress(`ssh://${host}`, extraHosts)) return [];
  const way = ssh ? "ssh.host" : tls ? "tls.host" : socket === undefined ? "proxy" : "socket";
  return [
    {
      prop: `terminal.engine.${way}`,
      value: showValue(host ?? socket ?? proxy),
      problem:
        proxy === undefined
          ? "it is the engine of the host"
          : "a proxy filters paths, not what a container may mount",
      allowed: "`ssh` or `tls` to another machine",
      fix: "use an engine of another machine, or acknowledge the rule: the agent is then root on the host",
    },
  ];
}

/** Engines that the agent is told to use, or a server of its tools, whose engine is the agent's too. */
export function engineAddresses({
  env = {},
  mcpServers = {},
  extraHosts,
}: AgentSettings): readonly Violation[] {
  const variablesIn = (given: Readonly<Record<string, unknown>>, at: string) =>
    ENGINE_VARIABLES.flatMap((name) => {
      const value = given[name];
      const isEngine =
        typeof value === "string" && !isUnresolved(value) && isEngineAddress(value, extraHosts);
      return isEngine ? [{ prop: `${at}env.${name}`, value }] : [];
    });
  const ofServers = Object.entries(mcpServers).flatMap(([server, { env = {}, args = [] }]) => [
    ...variablesIn(env, `mcpServers.${server}.`),
    ...args.flatMap((argument, i) => {
      const value = isUnresolved(argument) ? undefined : engineAddressIn(argument);
      return value === undefined ? [] : [{ prop: `mcpServers.${server}.args[${i}]`, value }];
    }),
  ]);
  return [...variablesIn(env, ""), ...ofServers].map(({ prop, value }) => ({
    prop,
    value: showValue(value),
    problem: "the agent can use that engine without a login of its own",
    allowed: "ssh:// to another machine",
    fix: "remove it, or acknowledge the rule: the agent is then root on that engine's host",
  }));
}
