/** What only one agent can have on an engine, beside what every target claims. */
import type { Construct } from "constructs";
import { loopbackPortsOf } from "../../agent/settings/messaging";
import type { ModelInUse } from "../../container-spec";
import { LOOPBACK } from "../../hermes/services";
import type { Conflict } from "../../rules/conflicts";
import type { AgentSubject } from "../../rules/subject";
import { showValue } from "../../support/errors";
import { normalHostPath } from "../../support/host-path";
import { ClaimRegistry } from "../../support/registry";
import { isUnresolved } from "../../support/tokens";
import type { Engine } from "./engine";
import { modelNetworkName } from "./model";
import { hostPorts } from "./ports";
import type { DockerTargetProps } from "./props";
import { sidecarContainerName, sidecarNetworkName } from "./sidecars";

type AgentOnEngine = Pick<AgentSubject, "name" | "services" | "settings" | "profiles"> & {
  readonly localModels: readonly ModelInUse[];
};

/** Claims the host's ports, the networks to create and the sidecars' names. Returns what others already have. */
export function claimOnEngine(
  scope: Construct,
  { name: engine, machine }: Pick<Engine, "name" | "machine">,
  agent: AgentOnEngine,
  props: DockerTargetProps,
): readonly Conflict[] {
  const registry = ClaimRegistry.of(scope);
  const { path } = scope.node;
  const published = hostPorts(agent.services, props).map((one) => ({ ...one, prop: `${one.prop}.port` }));
  const ports = [...published, ...ownPorts(agent, props)].flatMap(({ prop, address, port }): Conflict[] => {
    const holder = registry.claimPort(machine, address, port, path);
    return holder === undefined
      ? []
      : [{ what: "port", prop, value: showValue(`${address}:${port}`), holder }];
  });
  const networks = (props.networks ?? []).flatMap(({ name, create }, i): Conflict[] => {
    const holder = create ? registry.claim(`${engine} network ${name}`, path) : undefined;
    const prop = `target.networks[${i}].name`;
    return holder === undefined ? [] : [{ what: "network", prop, value: showValue(name), holder }];
  });
  const sidecars = Object.keys(props.sidecars ?? {});
  const own = sidecars.length > 0 ? sidecarNetworkName(agent.name) : undefined;
  const ownHolder = own === undefined ? undefined : registry.claim(`${engine} network ${own}`, path);
  const names = sidecars.flatMap((sidecar): Conflict[] => {
    const name = sidecarContainerName(agent.name, sidecar);
    const holder = registry.claim(`${engine} container ${name}`, path);
    const prop = `target.sidecars.${sidecar}`;
    return holder === undefined ? [] : [{ what: "name", prop, value: showValue(name), holder }];
  });
  return [
    ...ports,
    ...networks,
    ...(ownHolder === undefined
      ? []
      : [{ what: "network", prop: "target.sidecars", value: showValue(own), holder: ownHolder } as const]),
    ...names,
    ...agent.localModels.flatMap((one) => claimModel(registry, engine, one)),
  ];
}

/** A volume or a directory of the host that a server of the same image beside another agent can write to. */
export interface SharedFiles {
  readonly prop: string;
  readonly value: string;
  /** The other agent's path. */
  readonly holder: string;
}

/**
 * Files that sidecars write, and that a server of the same image writes too: as when a loop gives each agent one. Beside
 * one agent two of them are written on purpose, such as a server and its worker. Caches are left out.
 */
export function claimFiles(
  scope: Construct,
  { name: engine, machine }: Pick<Engine, "name" | "machine">,
  { sidecars = {} }: DockerTargetProps,
): readonly SharedFiles[] {
  const registry = ClaimRegistry.of(scope);
  return Object.entries(sidecars).flatMap(([name, { image, volumes = [] }]) =>
    volumes.flatMap(({ hostPath, volume, target, readOnly }, i): SharedFiles[] => {
      const source = hostPath ?? volume ?? "";
      if (readOnly || isUnresolved(source) || isUnresolved(target) || CACHE.test(target)) return [];
      const at =
        hostPath === undefined ? `${engine} volume ${volume}` : `${machine} ${normalHostPath(hostPath)}`;
      const { path } = scope.node;
      const holder = registry.claim(`written by ${image.replace(/[:@][^/]*$/, "")} at ${at}`, path);
      const part = hostPath === undefined ? "volume" : "hostPath";
      const prop = `target.sidecars.${name}.volumes[${i}].${part}`;
      return holder === undefined || holder === path ? [] : [{ prop, value: showValue(source), holder }];
    }),
  );
}

/** What can be downloaded again, and is made to be shared. */
const CACHE = /cache|model|weights|huggingface/i;

/** What platforms take for themselves on the loopback, which on the host's network is the host's. */
function ownPorts({ settings, profiles }: AgentOnEngine, { hostNetwork }: DockerTargetProps) {
  if (!hostNetwork) return [];
  return [
    ...loopbackPortsOf(settings.messaging),
    ...profiles.flatMap(({ prop: at, declared }) =>
      loopbackPortsOf(declared.messaging).map(({ prop, port }) => ({ prop: `${at}.${prop}`, port })),
    ),
  ].map((one) => ({ ...one, address: LOOPBACK }));
}

/** Once for all agents that share the model: its server has a container and a network. */
function claimModel(
  registry: ClaimRegistry,
  engine: string,
  { prop, model }: ModelInUse,
): readonly Conflict[] {
  if (model.server === undefined) return [];
  const { name } = model.server.spec;
  const { path } = model.node;
  const claims = [
    { what: "name", key: `container ${name}`, value: name },
    { what: "network", key: `network ${modelNetworkName(name)}`, value: modelNetworkName(name) },
  ] as const;
  return claims.flatMap(({ what, key, value }): Conflict[] => {
    const holder = registry.claim(`${engine} ${key}`, path);
    return holder === undefined || holder === path ? [] : [{ what, prop, value: showValue(value), holder }];
  });
}
