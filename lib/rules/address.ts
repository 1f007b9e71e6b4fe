import type { AgentSettings } from "../agent/settings/agent-settings";
import { platformsInUse } from "../agent/settings/messaging";
import { configLeaves } from "../hermes/managed-config";
import { modelProvider } from "../hermes/model-settings";
import { type Services, serviceKind, serviceNames } from "../hermes/services";
import { showValue } from "../support/errors";
import { hostOf, isLoopbackHost } from "../support/hosts";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject } from "./subject";

export const ADDRESS_RULES = rulesFor<AgentSubject>()({
  "address-of-container": {
    severity: "error",
    refuses:
      "localhost, 127.0.0.1, ::1 or 0.0.0.0 as the address of a server that the agent calls: a model, an MCP server, a proxy, a login's issuer, the machine of its terminal",
    because: "inside the container that is the container itself, where no such server runs",
    seen: "Linux: each container has a loopback of its own, unless it has the host's network (`hostNetwork`)",
    check: (agent) => {
      if (agent.hostNetwork) return [];
      return [
        ...addressesOf(agent)
          .filter((address) => isLoopbackHost(address.host) && !isOwnService(address, agent.services))
          .map(({ prop, value }) => ({ prop, value: showValue(value), fix: HOST_FIX })),
        ...terminalHere(agent.settings),
        ...ownServerOfLmStudio(agent.settings),
      ];
    },
  },
  "address-of-host-unknown": {
    severity: "error",
    refuses: "host.docker.internal or gateway.docker.internal without an entry in `extraHosts`",
    because: "only Docker Desktop knows the name by itself; on an engine of Linux it is no host",
    seen: "run on an engine of 20.10 on Linux; Docker Desktop's documentation",
    check: (agent) =>
      addressesOf(agent)
        .filter(({ host }) => HOST_NAMES.has(host))
        .map(({ prop, value, host }) => ({
          prop,
          value: showValue(value),
          fix: `add extraHosts: { "${host}": "host-gateway" }, which Docker Desktop takes too; on CapRover the node's address`,
        })),
  },
});

/** What Docker Desktop calls the machine that it runs on. */
const HOST_NAMES: ReadonlySet<string> = new Set(["host.docker.internal", "gateway.docker.internal"]);

const HOST_FIX =
  'for a server on the host use LocalModel.openAiCompatible with `onHost`, or write host.docker.internal, with extraHosts: { "host.docker.internal": "host-gateway" } (on CapRover the node\'s address), and let it listen there, or give the target `hostNetwork: true`; for one in another container write that container\'s name';

interface Address {
  readonly prop: string;
  readonly value: string;
  /** After the entries of `extraHosts`. */
  readonly host: string;
  readonly port: string;
}

/** The addresses that the agent is told to call, where this program knows them. */
function addressesOf({ settings, access }: AgentSubject): readonly Address[] {
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
    return [{ prop, value, host: entry ?? found.host, port: found.port }];
  });
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

/** A machine for the agent's commands that is the agent's own container. */
function terminalHere({ terminal }: AgentSettings): readonly Violation[] {
  const engine = terminal?.backend === "docker" ? terminal.engine : undefined;
  const hosts: readonly (readonly [string, string | undefined])[] = [
    ["terminal.host", terminal?.backend === "ssh" ? terminal.host : undefined],
    ["terminal.engine.ssh.host", engine?.ssh?.host],
    ["terminal.engine.tls.host", engine?.tls?.host],
  ];
  return hosts.flatMap(([prop, host = ""]) =>
    when(isLoopbackHost(hostOf(host.includes(":") ? `[${host}]` : host, true)?.host ?? ""), () => ({
      prop,
      value: showValue(host),
      fix: "name another machine; for commands in the agent's own container use Terminal.local()",
    })),
  );
}

/** A model answers at no other service than another profile's API server. */
function isOwnService({ prop, port }: Address, services: Services): boolean {
  const ofModel = /^(?:model|fallbackModels\[\d+\])\.baseUrl$/.test(prop);
  return serviceNames(services).some(
    (name) => String(services[name]?.port) === port && (!ofModel || serviceKind(name) === "apiServer"),
  );
}

function ownServerOfLmStudio({ model, env = {}, secrets = {} }: AgentSettings): readonly Violation[] {
  const provider = model && modelProvider(model.provider)?.provider;
  const { server = "", endpointVariable = "" } = provider ?? {};
  const elsewhere =
    model?.baseUrl !== undefined ||
    Object.hasOwn(env, endpointVariable) ||
    Object.hasOwn(secrets, endpointVariable);
  return when(isLoopbackHost(hostOf(server)?.host ?? "") && !elsewhere, () => ({
    prop: "model.baseUrl",
    problem: `is missing, and ${showValue(model?.provider)} means ${server}`,
    fix: "give the server's address",
  }));
}
