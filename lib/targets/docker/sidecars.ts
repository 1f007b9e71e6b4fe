import type { Container } from "@cdktf/provider-docker/lib/container";
import { Network } from "@cdktf/provider-docker/lib/network";
import { type TerraformProvider, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { isToolServerName, type ServedTool } from "../../hermes/tool-servers";
import { healthCheckOf } from "../../server-health";
import type { ServerSpec } from "../../server-spec";
import { requireDockerProvider } from "./provider";
import { requireDockerProvider4 } from "./provider-version";
import { serverContainer } from "./server-container";
import type { SidecarProps, SidecarsProps } from "./sidecar-props";

/** The sidecars as their agent finds them. */
export interface DeployedSidecars {
  /** The network that they share with the agent, by its literal name. It is there before the containers. */
  readonly network: string;
  /** Those of the agent's own stack. */
  readonly containers: readonly Container[];
}

/** Name of a sidecar's container. */
export function sidecarContainerName(agent: string, sidecar: string): string {
  return `${agent}-${sidecar}`;
}

/** Name of the network of an agent and its sidecars. */
export function sidecarNetworkName(agent: string): string {
  return `${agent}-sidecars`;
}

/** What the agent's tools use of the sidecars, each with its prop. */
export function servedTools({
  sidecars = {},
}: SidecarsProps): readonly (ServedTool & { readonly prop: string })[] {
  return Object.entries(sidecars).flatMap(([host, { serves = {} }]) =>
    Object.keys(serves)
      .filter(isToolServerName)
      .flatMap((server) => {
        const port = serves[server];
        return port === undefined
          ? []
          : [{ server, host, port, prop: `target.sidecars.${host}.serves.${server}` }];
      }),
  );
}

/** The construct in which the sidecars of an agent are made; also the one whose stack gives them their secrets. */
export function sidecarScope(agent: Construct, name: string, { sidecarStack }: SidecarsProps): Construct {
  if (sidecarStack === undefined || sidecarStack === TerraformStack.of(agent)) return agent;
  const id = sidecarNetworkName(name);
  const made = sidecarStack.node.tryFindChild(id);
  return made instanceof Construct ? made : new Construct(sidecarStack, id);
}

/** Makes the sidecars and their network. An agent of another stack is deployed after them. */
export function deploySidecars(
  agent: Construct,
  name: string,
  props: SidecarsProps & { readonly provider?: TerraformProvider },
): DeployedSidecars | undefined {
  const sidecars = Object.entries(props.sidecars ?? {});
  if (sidecars.length === 0) return undefined;
  const scope = sidecarScope(agent, name, props);
  const isOwn = scope === agent;
  const provider = isOwn ? props.provider : undefined;
  if (!isOwn) {
    requireDockerProvider(scope, undefined, "target.sidecarStack");
    requireDockerProvider4(scope);
    TerraformStack.of(agent).addDependency(TerraformStack.of(scope));
  }
  const network = new Network(scope, "sidecars-network", {
    name: sidecarNetworkName(name),
    ...(provider && { provider }),
  });
  const containers = sidecars.map(([alias, sidecar]) =>
    serverContainer(scope, `sidecar-${alias}`, specOf(sidecarContainerName(name, alias), sidecar), {
      network: network.name,
      alias,
      provider,
    }),
  );
  return { network: sidecarNetworkName(name), containers: isOwn ? containers : [] };
}

function specOf(name: string, sidecar: SidecarProps): ServerSpec {
  const { image, command, env = {}, secrets = {}, files = {}, volumes = [], health } = sidecar;
  return {
    name,
    image,
    command,
    environment: env,
    secrets,
    files,
    mounts: volumes,
    healthCheck: healthCheckOf(health),
    memoryMiB: sidecar.memoryMiB,
    shmMiB: sidecar.shmMiB,
    gpus: undefined,
  };
}
