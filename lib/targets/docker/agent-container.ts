/** An agent's container, with kreuzwerker/docker 3.6.2 or 4.x. */
import { Container, type ContainerNetworksAdvanced } from "@cdktf/provider-docker/lib/container";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { bootFromFile } from "../../boot/boot-script";
import type { ContainerSpec } from "../../container-spec";
import { RELEASE_LABEL } from "../../hermes/container-contract";
import { absolutePath, lifecycleOf, type Precondition, precondition } from "../../support/precondition";
import { requireForPreconditions } from "../../support/terraform-version";
import { escapedValues, isUnresolved } from "../../support/tokens";
import { allowTime, containerCare } from "./container-care";
import { agentMounts } from "./mounts";
import { hostPorts } from "./ports";
import type { DockerTargetProps } from "./props";
import { cpuLimit, healthCheckBlock, SETTINGS_LABEL, settingsHash, waitSeconds } from "./unapplied-settings";
import { uploadBlocks } from "./uploads";

/** Time for what the provider does before it waits for the health check. */
const START_SECONDS = 300;

/** What the container needs beside its spec. */
export interface AgentSurroundings {
  /** Name or id of the image, as the container has it. */
  readonly image: string;
  readonly networks: readonly ContainerNetworksAdvanced[];
  /** What has to be there before. */
  readonly after: readonly ITerraformDependable[];
}

export function agentContainer(
  scope: Construct,
  spec: ContainerSpec,
  props: DockerTargetProps,
  { image, networks, after }: AgentSurroundings,
): Container {
  const { secretsFile, labels = {}, provider, gpus, devices = [], hostNetwork } = props;
  const unapplied = {
    init: false,
    mounts: agentMounts(spec, secretsFile),
    ...cpuLimit(spec.cpus),
    ...(spec.healthCheck && { healthcheck: healthCheckBlock(spec.healthCheck) }),
  };
  const container = new Container(scope, "Default", {
    ...unapplied,
    ...containerCare(spec),
    ...(provider && { provider }),
    ...(after.length > 0 && { dependsOn: [...after] }),
    name: spec.name,
    image,
    command: [...spec.args],
    env: environmentList(spec),
    labels: Object.entries({
      ...escapedValues(labels),
      [SETTINGS_LABEL]: settingsHash(unapplied),
      ...(spec.image.namedRelease !== undefined && { [RELEASE_LABEL]: spec.image.namedRelease }),
    }).map(([label, value]) => ({ label, value })),
    shmSize: spec.shmMiB,
    ...(gpus && { gpus }),
    ...(hostNetwork && { networkMode: "host" }),
  });
  // Blocks that can be repeated. Empty lists are left out of the JSON, which people review.
  const uploads = uploadBlocks(scope, spec, secretsFile);
  if (uploads.length > 0) container.putUpload(uploads);
  const ports = hostNetwork ? [] : portBlocks(spec, props);
  if (ports.length > 0) container.putPorts(ports);
  if (networks.length > 0) container.putNetworksAdvanced([...networks]);
  if (devices.length > 0) container.putDevices(devices.map(deviceBlock));
  const hosts = Object.entries(spec.extraHosts).map(([host, ip]) => ({ host, ip }));
  if (hosts.length > 0) container.putHost(hosts);
  const preconditions = [...spec.preconditions, ...preconditionsOf(scope, props)];
  const lifecycle = lifecycleOf(preconditions);
  if (lifecycle) container.lifecycle = lifecycle;
  requireForPreconditions(container, preconditions);
  if (spec.healthCheck) allowTime(container, waitSeconds(spec.healthCheck) + START_SECONDS);
  return container;
}

/** The state keeps ports in the order of their numbers. */
function portBlocks(spec: ContainerSpec, props: DockerTargetProps) {
  return [...hostPorts(spec.services, props)]
    .sort((a, b) => a.container - b.container)
    .map(({ container, port, address }) => ({ internal: container, external: port, ip: address }));
}

/** The provider reads all three back, and would replace a container for one that is left out. */
function deviceBlock({
  hostPath,
  containerPath = hostPath,
  permissions = "rwm",
}: Required<DockerTargetProps>["devices"][number]) {
  return { hostPath, containerPath, permissions };
}

function preconditionsOf(scope: Construct, { secretsFile }: DockerTargetProps): readonly Precondition[] {
  if (secretsFile === undefined || !isUnresolved(secretsFile)) return [];
  return [precondition(scope.node.path, absolutePath("target.secretsFile", secretsFile))];
}

function environmentList(spec: ContainerSpec): string[] {
  const boot = spec.declared === undefined ? {} : bootFromFile();
  const plain = Object.entries(escapedValues({ ...spec.environment, ...boot })).map(
    ([name, value]) => `${name}=${value}`,
  );
  const secrets = spec.managedScope
    ? []
    : spec.secrets.flatMap(({ name, value }) => (typeof value === "string" ? [`${name}=${value}`] : []));
  return [...plain, ...secrets].sort();
}
