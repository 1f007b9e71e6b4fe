/** The addresses that an agent is told to call, whichever prop says them. */
import type { AgentSettings } from "../agent/settings/agent-settings";
import { type PlatformInUse, platformsInUse } from "../agent/settings/messaging";
import { configLeaves } from "../hermes/managed-config";
import { hostOf } from "../support/hosts";
import type { AgentSubject } from "./subject";

export interface Address {
  readonly prop: string;
  /** What answers there: a model, what may be one, or something else. */
  readonly use: "model" | "endpoint" | "other";
  /** The agent sends a secret of the same props there. */
  readonly withSecret: boolean;
  readonly value: string;
  /** After the entries of `extraHosts`. */
  readonly host: string;
  readonly port: string;
}

/** What may be an address: the value of a prop. */
interface Given extends Pick<Address, "prop"> {
  /** The last part of the prop, or its variable, which says what the value is. */
  readonly name: string;
  readonly value: unknown;
  /** @default "other" */
  readonly use?: Address["use"];
  /** @default false */
  readonly withSecret?: boolean;
}

/** The addresses that the agent is told to call, where this program knows them. */
export function addressesOf(agent: AgentSubject): readonly Address[] {
  const hosts = Object.entries(agent.settings.extraHosts ?? {});
  return givenIn(agent).flatMap(({ prop, name, value, use = "other", withSecret = false }) => {
    if (typeof value !== "string" || ADDRESS_OF_ITS_OWN.test(name)) return [];
    const found = hostOf(value, BARE_HOST.test(name));
    if (found === undefined) return [];
    const entry = hosts.find(([host]) => host.toLowerCase() === found.host)?.[1];
    return [{ prop, use, withSecret, value, host: entry ?? found.host, port: found.port }];
  });
}

function givenIn({ settings, access }: AgentSubject): readonly Given[] {
  const { model, env = {}, config = {}, mcpServers = {}, fallbackModels = [] } = settings;
  const models = [
    { at: "model", model },
    ...fallbackModels.map((model, i) => ({ at: `fallbackModels[${i}]`, model })),
  ];
  return [
    ...models.map(
      ({ at, model }): Given => ({
        prop: `${at}.baseUrl`,
        name: "baseUrl",
        value: model?.baseUrl,
        use: "model",
        withSecret: model?.apiKey !== undefined,
      }),
    ),
    ...platformsInUse(settings.messaging).flatMap(serversOf),
    ...Object.entries(mcpServers).flatMap(([server, { url, env, args = [] }]): Given[] => [
      { prop: `mcpServers.${server}.url`, name: "url", value: url },
      ...args.map((value, i) => ({ prop: `mcpServers.${server}.args[${i}]`, name: "args", value })),
      ...Object.entries(env ?? {}).map(([name, value]) => ({
        prop: `mcpServers.${server}.env.${name}`,
        name,
        value,
      })),
    ]),
    ...Object.entries(access ?? {})
      .filter(([name]) => name === "issuer" || name === "portalUrl")
      .map(([name, value]): Given => ({ prop: `dashboard.${name}`, name, value })),
    ...Object.entries(env).map(
      ([name, value]): Given => ({ prop: `env.${name}`, name, value, use: useOf(name) }),
    ),
    ...[...configLeaves(config)].map(([path, value]): Given => {
      const name = nameOf(path);
      const use = path[0] === "mcp_servers" ? "other" : useOf(name);
      return { prop: `config.${path.join(".")}`, name, value, use };
    }),
  ];
}

/** Servers of a chat platform. They get its tokens. */
function serversOf({ name: platform, platform: { settings }, values }: PlatformInUse): readonly Given[] {
  const rows = Object.entries(settings);
  const withSecret = rows.some(([prop, { kind }]) => kind === "secret" && values[prop] !== undefined);
  return rows.flatMap(([prop, row]) =>
    row.kind === "text" && row.server
      ? [{ prop: `messaging.${platform}.${prop}`, name: row.variable, value: values[prop], withSecret }]
      : [],
  );
}

/** Of a setting of Hermes itself. */
function useOf(name: string): Address["use"] {
  return /(?:^|_)(?:base_?url|api_base)$/i.test(name) ? "endpoint" : "other";
}

/** Names of addresses at which the agent itself is found, or listens; those of engines have a rule of their own. */
const ADDRESS_OF_ITS_OWN =
  /cors|origin|public|redirect|callback|listen|bind|webhook|^(?:DOCKER_HOST|CONTAINER_HOST|CONTAINERD_ADDRESS)$/i;

/** Names of servers that are written without a scheme. */
const BARE_HOST = /^(?:(?!no_)\w*_proxy|TERMINAL_SSH_HOST|ssh_host|EMAIL_(?:IMAP|SMTP)_HOST|IRC_SERVER)$/i;

/** The key that names a leaf: items of a list have the name of the list. */
function nameOf(path: readonly string[]): string {
  return path.findLast((key) => !/^\d+$/.test(key)) ?? "";
}

/** The machines of the agent's terminal. */
export function terminalHosts({ terminal }: AgentSettings) {
  const engine = terminal?.backend === "docker" ? terminal.engine : undefined;
  const given: readonly (readonly [prop: string, host: string | undefined])[] = [
    ["terminal.host", terminal?.backend === "ssh" ? terminal.host : undefined],
    ["terminal.engine.ssh.host", engine?.ssh?.host],
    ["terminal.engine.tls.host", engine?.tls?.host],
  ];
  return given.flatMap(([prop, value = ""]) => {
    const host = hostOf(value.includes(":") ? `[${value}]` : value, true)?.host;
    return host === undefined ? [] : [{ prop, value, host }];
  });
}
