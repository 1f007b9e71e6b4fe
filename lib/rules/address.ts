import type { AgentSettings } from "../agent/settings/agent-settings";
import { modelProvider } from "../hermes/model-settings";
import { type Services, serviceKind, serviceNames } from "../hermes/services";
import { showValue } from "../support/errors";
import { hostOf, isLoopbackHost, isPublicHost } from "../support/hosts";
import { type Address, addressesOf, terminalHosts } from "./addresses";
import { rulesFor, type Violation, when } from "./rule";
import { selfCalls } from "./self-call";
import type { AgentSubject } from "./subject";

export const ADDRESS_RULES = rulesFor<AgentSubject>()({
  "address-of-container": {
    severity: "error",
    refuses:
      "localhost, 127.0.0.1, ::1, 0.0.0.0 or the container's own name as the address of a server that the agent calls: a model, an MCP server, a proxy, a login's issuer, the machine of its terminal",
    because: "inside the container that is the container itself, where no such server runs",
    seen: "Linux: each container has a loopback of its own, unless it has the host's network (`hostNetwork`)",
    check: (agent) => {
      if (agent.hostNetwork) return [];
      return [
        ...addressesOf(agent)
          .filter(({ host }) => isLoopbackHost(host) || agent.ownNames.includes(host))
          .filter((address) => !isOwnService(address, agent.services))
          .map(({ prop, value }) => ({ prop, value: showValue(value), fix: HOST_FIX })),
        ...terminalHere(agent),
        ...ownServerOfLmStudio(agent.settings),
      ];
    },
  },
  "address-of-itself": {
    severity: "error",
    refuses:
      "the agent's own API server as the server of its model, of a fallback model, or as an endpoint (`…_BASE_URL`, `base_url`) in `env` or `config`; and profiles whose models ask each other in a round",
    because: "each message makes the agent ask itself, which asks itself again, without an end",
    seen: "0.19.0: gateway/platforms/api_server.py starts a whole turn of the agent for each call, read",
    check: selfCalls,
  },
  "address-unencrypted": {
    severity: "warning",
    refuses:
      "a token of a chat platform, or `apiKey` of a model, for a server that is reached by http under a public name",
    because: "whoever is between reads it, and everything that is said",
    seen: "RFC 9110: https encrypts",
    check: (agent) =>
      addressesOf(agent)
        .filter(({ value, host, withSecret }) => withSecret && /^http:/i.test(value) && isPublicHost(host))
        .map(({ prop, value }) => ({ prop, value: showValue(value), fix: "use https" })),
  },
  "address-of-host-unknown": {
    severity: "error",
    refuses: "host.docker.internal or gateway.docker.internal without an entry in `extraHosts`",
    because: "only Docker Desktop knows the name by itself; on an engine of Linux it is no host",
    seen: "run on an engine of 20.10 on Linux; Docker Desktop's documentation",
    check: (agent) =>
      [...addressesOf(agent), ...terminalHosts(agent.settings).filter(({ host }) => isUnknown(host, agent))]
        .filter(({ host }) => HOST_NAMES.has(host))
        .map(({ prop, value, host }) => ({
          prop,
          value: showValue(value),
          fix: `add extraHosts: { "${host}": "host-gateway" }, which Docker Desktop takes too; on CapRover the node's address`,
        })),
  },
});

/** Of an address in a prop, the entry is looked up already. */
function isUnknown(host: string, { settings: { extraHosts = {} } }: AgentSubject): boolean {
  return !Object.keys(extraHosts).some((name) => name.toLowerCase() === host);
}

/** What Docker Desktop calls the machine that it runs on. */
const HOST_NAMES: ReadonlySet<string> = new Set(["host.docker.internal", "gateway.docker.internal"]);

const HOST_FIX =
  'for a server on the host use LocalModel.openAiCompatible with `onHost`, or write host.docker.internal, with extraHosts: { "host.docker.internal": "host-gateway" } (on CapRover the node\'s address), and let it listen there, or give the target `hostNetwork: true`; for one in another container write that container\'s name';

/** A machine for the agent's commands that is the agent's own container. */
function terminalHere({ settings, ownNames }: AgentSubject): readonly Violation[] {
  return terminalHosts(settings)
    .filter(({ host }) => isLoopbackHost(host) || ownNames.includes(host))
    .map(({ prop, value }) => ({
      prop,
      value: showValue(value),
      fix: "name another machine; for commands in the agent's own container use Terminal.local()",
    }));
}

/** A model answers at no other service than another profile's API server. */
function isOwnService({ use, port }: Address, services: Services): boolean {
  const ofModel = use === "model";
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
