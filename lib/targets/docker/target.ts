import { createHash } from "node:crypto";
import {
  Container,
  type ContainerMounts,
  type ContainerNetworksAdvanced,
  type ContainerUpload,
} from "@cdktf/provider-docker/lib/container";
import { Network } from "@cdktf/provider-docker/lib/network";
import { Volume } from "@cdktf/provider-docker/lib/volume";
import { Fn, Op, TerraformProvider, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import type { ContainerSpec, HealthCheck } from "../../container-spec";
import { DATA_PATH, MANAGED_CONFIG_FILE, MANAGED_ENV_FILE } from "../../hermes/container-contract";
import type { HermesImage } from "../../hermes-image";
import type { PersistentDataVolume, VolumeOptions } from "../../persistent-data-volume";
import type { DeploymentSubject } from "../../rules/conflicts";
import type { AgentSubject } from "../../rules/subject";
import { HermesConfigError, showValue } from "../../support/errors";
import { AgentRegistry } from "../../support/registry";
import { escapedValues, expressionOf, isUnresolved } from "../../support/tokens";
import { construct, lazily, optional, propsSchema, validateProps } from "../../support/validation";
import type { HermesTarget } from "../target";
import { managedConfigFile, managedEnvFile } from "./files";
import { dockerImage } from "./image";
import { dockerCommand, engineOf, takesDockerProvider4 } from "./provider";

export interface DockerTargetProps {
  /** @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
}

/**
 * Carries what the provider neither applies nor replaces, so that a change of it becomes a replacement: health check,
 * init and CPU quota (#988), and mounts, of which it only counts how many there are.
 */
export const SETTINGS_LABEL = "cdktf-hermes.settings";

/**
 * A container on a Docker engine by kreuzwerker/docker, 3.6.2 or 4.x. Numbers after # are issues of
 * kreuzwerker/terraform-provider-docker.
 */
export class DockerTarget implements HermesTarget {
  readonly publishesOnHost = true;

  constructor(private readonly props: DockerTargetProps = {}) {}

  private get provider(): TerraformProvider | undefined {
    return this.props.provider;
  }

  engineOf(scope: Construct): string {
    return engineOf(scope, this.provider);
  }

  /** @throws HermesConfigError for props of the wrong shape: only here there is a construct to name */
  describe(scope: Construct, { props: { image } }: AgentSubject): DeploymentSubject {
    validateProps(scope, SCHEMA, this.props);
    const stack = TerraformStack.of(scope);
    return {
      imageInSameStack: TerraformStack.of(image) === stack,
      imageOnOtherEngine: this.engineOf(scope) !== engineOf(image, this.imageProvider(scope, image)),
      dockerProviderBelow4: !takesDockerProvider4(stack),
    };
  }

  locate(scope: Construct, name: string) {
    return { docker: dockerCommand(scope, this.provider), container: name };
  }

  deploy(scope: Construct, spec: ContainerSpec): void {
    const volume = this.volume(scope, spec.data);
    const unapplied = {
      init: false,
      mounts: mountBlocks(spec),
      ...cpuLimit(spec.cpus),
      ...(spec.healthCheck && { healthcheck: healthCheckBlock(spec.healthCheck) }),
    };
    const container = new Container(scope, "Default", {
      ...unapplied,
      ...(this.provider && { provider: this.provider }),
      ...(volume && { dependsOn: [volume] }),
      name: spec.name,
      image: this.image(scope, spec.image),
      command: [...spec.args],
      env: environmentList(spec),
      labels: Object.entries({
        ...escapedValues(spec.labels),
        [SETTINGS_LABEL]: settingsHash(unapplied),
      }).map(([label, value]) => ({ label, value })),
      restart: "unless-stopped",
      shmSize: spec.shmMiB,
      // Without a swap limit the engine sets twice the memory, which the provider wants to undo for ever.
      ...(spec.memoryMiB !== undefined && { memory: spec.memoryMiB, memorySwap: spec.memoryMiB }),
      logDriver: "json-file",
      logOpts: LOG_OPTIONS,
      // Replacing and destroying is an immediate kill without it; `stop_timeout` is what `docker stop` takes.
      destroyGraceSeconds: spec.stopGraceSeconds,
      stopTimeout: spec.stopGraceSeconds,
      // True by default: a volume of the image would go with the container.
      removeVolumes: false,
      ...(spec.healthCheck && { wait: true, waitTimeout: waitSeconds(spec.healthCheck) }),
    });
    this.lists(scope, container, spec);
  }

  /** Blocks that may be there many times; an empty list would be noise in the JSON that people review. */
  private lists(scope: Construct, container: Container, spec: ContainerSpec): void {
    const uploads = spec.managedScope ? uploadBlocks(spec) : [];
    if (uploads.length > 0) container.putUpload(uploads);
    // The state keeps ports in the order of their numbers.
    const ports = [...spec.ports]
      .sort((a, b) => a.container - b.container)
      .map((port) => ({ internal: port.container, external: port.host, ip: port.address }));
    if (ports.length > 0) container.putPorts(ports);
    const networks = this.networks(scope, spec);
    if (networks.length > 0) container.putNetworksAdvanced(networks);
    const hosts = Object.entries(spec.extraHosts).map(([host, ip]) => ({ host, ip }));
    if (hosts.length > 0) container.putHost(hosts);
    const precondition = spec.preconditions.map(({ condition, message }) => ({
      condition: `\${${condition}}`,
      errorMessage: message,
    }));
    if (precondition.length > 0) container.lifecycle = { precondition };
  }

  /** From an earlier stack the literal name: a token would only add a remote state to what the name says already. */
  private image(scope: Construct, image: HermesImage): string {
    const stack = TerraformStack.of(scope);
    const imageStack = TerraformStack.of(image);
    const resource = dockerImage(image, this.imageProvider(scope, image));
    if (imageStack === stack) return resource.imageId;
    stack.addDependency(imageStack);
    return image.reference;
  }

  /** A provider belongs to its stack: the agent's serves the image only there. */
  private imageProvider(scope: Construct, image: HermesImage): TerraformProvider | undefined {
    return (
      image.provider ?? (TerraformStack.of(image) === TerraformStack.of(scope) ? this.provider : undefined)
    );
  }

  /** Only a volume with driver options is a resource; a plain one is made by the engine when it is mounted. */
  private volume(scope: Construct, data: PersistentDataVolume): Volume | undefined {
    const { source } = data;
    if (source.kind !== "volume" || source.options === undefined) return undefined;
    const stack = TerraformStack.of(scope);
    const volumeStack = TerraformStack.of(data);
    const volume = volumeResource(
      data,
      source.name,
      source.options,
      volumeStack === stack ? this.provider : undefined,
    );
    if (volumeStack === stack) return volume;
    stack.addDependency(volumeStack);
    return undefined;
  }

  private networks(scope: Construct, spec: ContainerSpec): ContainerNetworksAdvanced[] {
    return spec.networks.map(({ name, create, aliases }) => {
      const network = create
        ? new Network(scope, `network-${name}`, { name, ...(this.provider && { provider: this.provider }) })
        : undefined;
      return { name: network?.name ?? name, ...(aliases && { aliases: [...aliases] }) };
    });
  }
}

const SCHEMA = lazily(() =>
  propsSchema<DockerTargetProps>({
    provider: optional(construct("DockerProvider", (value) => TerraformProvider.isTerraformProvider(value))),
  }),
);

const LOG_OPTIONS = { "max-size": "10m", "max-file": "5" };

/** `cpus` makes provider 3.6.2 panic (#759). */
function cpuLimit(cpus: number | undefined) {
  if (cpus === undefined) return {};
  const quota = isUnresolved(cpus)
    ? Fn.floor(Token.asNumber(Op.mul(cpus, CPU_PERIOD)))
    : Math.round(cpus * CPU_PERIOD);
  return { cpuPeriod: CPU_PERIOD, cpuQuota: quota };
}

/** Microseconds; the kernel's default. */
const CPU_PERIOD = 100_000;

function healthCheckBlock(check: HealthCheck) {
  return {
    test: [...check.test],
    interval: goDuration(check.intervalSeconds),
    timeout: goDuration(check.timeoutSeconds),
    startPeriod: goDuration(check.startPeriodSeconds),
    retries: check.retries,
  };
}

/** As Go prints durations: the provider compares them as text, so that `180s` would differ from `3m0s` for ever. */
export function goDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

/** Until the engine itself would call it unhealthy, and one interval more. */
function waitSeconds(check: HealthCheck): number {
  return check.startPeriodSeconds + (check.retries + 1) * (check.intervalSeconds + check.timeoutSeconds);
}

/** Of settings that may hold tokens: Terraform adds a hash over what only it knows. */
function settingsHash(settings: object): string {
  const expressions: string[] = [];
  const literal = JSON.stringify(settings, (_key, value: unknown) => {
    if (!isTokenValue(value)) return value;
    expressions.push(expressionOf(value));
    return `token ${expressions.length}`;
  });
  const hash = createHash("sha256").update(literal).digest("hex").slice(0, HASH_LENGTH);
  if (expressions.length === 0) return hash;
  return `${hash}-\${substr(sha256(join("\\n", [${expressions.join(", ")}])), 0, ${HASH_LENGTH})}`;
}

const HASH_LENGTH = 16;

function isTokenValue(value: unknown): boolean {
  return (typeof value === "string" || typeof value === "number") && isUnresolved(value);
}

function environmentList(spec: ContainerSpec): string[] {
  const plain = Object.entries(escapedValues(spec.environment)).map(([name, value]) => `${name}=${value}`);
  const secrets = spec.managedScope
    ? []
    : spec.secrets.flatMap(({ name, value }) => (typeof value === "string" ? [`${name}=${value}`] : []));
  return [...plain, ...secrets].sort();
}

/**
 * Always `mounts`: `volumes` are not read back, and `volume_options` fail on engines before API 1.45.
 */
function mountBlocks(spec: ContainerSpec): ContainerMounts[] {
  const { source } = spec.data;
  const data =
    source.kind === "volume"
      ? { type: "volume", source: source.name, target: DATA_PATH }
      : { type: "bind", source: source.hostPath, target: DATA_PATH };
  const secretsFile =
    spec.secretsFile === undefined
      ? []
      : [{ type: "bind", source: spec.secretsFile, target: MANAGED_ENV_FILE, readOnly: true }];
  const further = spec.mounts.map(({ source, target, readOnly }) => ({
    type: "hostPath" in source ? "bind" : "volume",
    source: "hostPath" in source ? source.hostPath : source.volume,
    target,
    ...(readOnly && { readOnly }),
  }));
  return [data, ...secretsFile, ...further];
}

/** Single files: from v0.21.6 on the image has files of its own in /etc/hermes. The runtime user must read them. */
function uploadBlocks(spec: ContainerSpec): ContainerUpload[] {
  const files = [
    // Where the host's own file is mounted, nothing can be added to it.
    { file: MANAGED_ENV_FILE, content: spec.secretsFile ? "" : managedEnvFile(spec.secrets, spec.pinned) },
    { file: MANAGED_CONFIG_FILE, content: spec.config ? managedConfigFile(spec.config) : "" },
  ];
  return files.filter(({ content }) => content !== "").map((file) => ({ ...file, permissions: "0644" }));
}

/** Made for the first agent that mounts it. */
function volumeResource(
  data: PersistentDataVolume,
  name: string,
  options: VolumeOptions,
  provider: TerraformProvider | undefined,
): Volume {
  const existing = data.node.tryFindChild("Default");
  if (existing instanceof Volume) return existing;
  const address = volumeAddress(name);
  const claim = `${TerraformStack.of(data).node.path} address ${address}`;
  const holder = AgentRegistry.of(data).claim(claim, data.node.path);
  if (holder !== undefined) {
    const problem = `${holder} has the Terraform address that this name gives in the stack`;
    const fix = "use that construct; for another engine, another stack or another name";
    throw new HermesConfigError(data, [{ prop: "name", value: showValue(name), problem, fix }]);
  }
  const volume = new Volume(data, "Default", {
    name,
    driver: options.driver,
    driverOpts: options.driverOptions,
    ...(provider && { provider }),
    lifecycle: { preventDestroy: true },
  });
  volume.overrideLogicalId(address);
  return volume;
}

/** An address that only this name gives, wherever the construct stands. */
function volumeAddress(name: string): string {
  const encoded = name.replaceAll("_", "__").replaceAll(".", "_d");
  return `hermes_data_${encoded}`;
}
