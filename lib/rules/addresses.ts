/** The addresses that an agent is told to call, whichever prop says them. */
import type { AgentSettings } from "../agent/settings/agent-settings";
import { platformsInUse } from "../agent/settings/messaging";
import { configLeaves } from "../hermes/managed-config";
import { hostOf } from "../support/hosts";
import type { AgentSubject } from "./subject";

export interface Address {
  readonly prop: string;
  /** What answers there: a model, what may be one, or something else. */
  readonly use: "model" | "endpoint" | "other";
  readonly value: string;
  /** After the entries of `extraHosts`. */
  readonly host: string;
  readonly port: string;
}

/** The addresses that the agent is told to call, where this program knows them. */
export function addressesOf({ settings, access }: AgentSubject): readonly Address[] {
  const { model, env = {}, config = {}, extraHosts = {}, mcpServers = {}, fallbackModels = [] } = settings;
  const servers = platformsInUse(settings.messaging).flatMap(({ name, platform, values }) =>
    Object.entries(platform.settings).flatMap(([prop, setting]) =>
      setting.kind === "text" && setting.server
        ? [[`messaging.${name}.${prop}`, setting.variable, values[prop]] as const]
        : [],
    ),
  );
  const login = Object.entries(access ?? {}).filter(([prop]) => prop === "issuer" || prop === "portalUrl");
  const given: readonly (readonly [prop: string, name: string, value: unknown])[] = [
    ["model.baseUrl", "baseUrl", model?.baseUrl],
    ...servers,
    ...fallbackModels.map(({ baseUrl }, i) => [`fallbackModels[${i}].baseUrl`, "baseUrl", baseUrl] as const),
    ...Object.entries(mcpServers).flatMap(([server, { url, env, args = [] }]) => [
      [`mcpServers.${server}.url`, "url", url] as const,
      ...args.map((value, i) => [`mcpServers.${server}.args[${i}]`, "args", value] as const),
      ...Object.entries(env ?? {}).map(
        ([name, value]) => [`mcpServers.${server}.env.${name}`, name, value] as const,
      ),
    ]),
    ...login.map(([prop, value]) => [`dashboard.${prop}`, prop, value] as const),
    ...Object.entries(env).map(([name, value]) => [`env.${name}`, name, value] as const),
    ...[...configLeaves(config)].map(
      ([path, value]) => [`config.${path.join(".")}`, nameOf(path), value] as const,
    ),
  ];
  return given.flatMap(([prop, name, value]) => {
    if (typeof value !== "string" || ADDRESS_OF_ITS_OWN.test(name)) return [];
    const found = hostOf(value, BARE_HOST.test(name));
    if (found === undefined) return [];
    const entry = Object.entries(extraHosts).find(([host]) => host.toLowerCase() === found.host)?.[1];
    return [{ prop, use: useOf(prop, name), value, host: entry ?? found.host, port: found.port }];
  });
}

function useOf(prop: string, name: string): Address["use"] {
  if (/^(?:model|fallbackModels\[\d+\])\.baseUrl$/.test(prop)) return "model";
  const isHermes = /^(?:env|config)\./.test(prop) && !prop.startsWith("config.mcp_servers.");
  return isHermes && /(?:^|_)(?:base_?url|api_base)$/i.test(name) ? "endpoint" : "other";
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
