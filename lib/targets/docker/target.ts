import {
  Container,
  type ContainerMounts,
  type ContainerNetworksAdvanced,
  type ContainerUpload,
} from "@cdktf/provider-docker/lib/container";
import { Network } from "@cdktf/provider-docker/lib/network";
import type { Volume } from "@cdktf/provider-docker/lib/volume";
import { type TerraformProvider, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { SecretVariable } from "../../agent/settings/secret-variable";
import { bootFromFile } from "../../boot/boot-script";
import { SECRETS_FILE_PATH } from "../../boot/declaration";
import type { ContainerSpec, HealthCheck } from "../../container-spec";
import {
  DATA_PATH,
  MANAGED_CONFIG_FILE,
  MANAGED_ENV_FILE,
  RELEASE_LABEL,
} from "../../hermes/container-contract";
import type { Services } from "../../hermes/services";
import type { HermesImage } from "../../hermes-image";
import type { PersistentDataVolume } from "../../persistent-data-volume";
import { CONFLICT_RULES, type Conflict } from "../../rules/conflicts";
import type { Review } from "../../rules/review";
import { CREDENTIAL_RULES } from "../../rules/secret";
import type { AgentSubject } from "../../rules/subject";
import { credentialPlaces } from "../../support/credential-places";
import { showValue } from "../../support/errors";
import { absolutePath, lifecycleOf, type Precondition, precondition } from "../../support/precondition";
import { ClaimRegistry } from "../../support/registry";
import { isSensitive } from "../../support/terraform-values";
import { requireForPreconditions } from "../../support/terraform-version";
import { escapedValues, isUnresolved } from "../../support/tokens";
import { validateProps } from "../../support/validation";
import { managedConfigFile, managedEnvFile, managedNames, managedSettings } from "../managed-files";
import { type BoundTarget, type Deployed, Target } from "../target";
import { bootUploads } from "./boot-files";
import { placesOf } from "./credential-places";
import { areDifferent, type Engine } from "./engine";
import { dockerImage } from "./image";
import { hostPorts, reachOf, urlsOf } from "./ports";
import { DOCKER_TARGET_SCHEMA, type DockerTargetProps } from "./props";
import { dockerCommand, engineOf, enginePlace, providerOf, requireDockerProvider } from "./provider";
import { dockerProviderConstraint, requireDockerProvider4 } from "./provider-version";
import { DOCKER_PROVIDER_RULES, DOCKER_RULES } from "./rules";
import { cpuLimit, healthCheckBlock, SETTINGS_LABEL, settingsHash } from "./unapplied-settings";
import { dockerVolume } from "./volume";

export class DockerTarget extends Target {
  constructor(private readonly props: DockerTargetProps = {}) {
    super();
  }

  override bind(scope: Construct, name: string): BoundTarget {
    validateProps(scope, DOCKER_TARGET_SCHEMA, { target: this.props });
    return new DockerAgent(scope, name, this.props);
  }
}

/**
 * One agent as a container on a Docker engine, with kreuzwerker/docker 3.6.2 or 4.x. Numbers after # are issues of
 * kreuzwerker/terraform-provider-docker.
 */
class DockerAgent implements BoundTarget {
  readonly engine: string;
  readonly machine: string;
  readonly volumesPath: string | undefined;
  private readonly own: Engine;
  private readonly provider: TerraformProvider | undefined;

  constructor(
    private readonly scope: Construct,
    private readonly name: string,
    private readonly props: DockerTargetProps,
  ) {
    this.provider = props.provider;
    this.own = engineOf(scope, props.provider);
    this.engine = this.own.name;
    this.machine = this.own.machine;
    this.volumesPath = this.own.volumesPath;
  }

  get shell() {
    const docker = dockerCommand(this.scope, this.provider);
    return { docker, container: this.name, where: "here" as const };
  }

  /** Files of the host that the target itself mounts. */
  get hostFiles() {
    const { secretsFile } = this.props;
    return secretsFile === undefined ? [] : [{ prop: "target.secretsFile", hostPath: secretsFile }];
  }

  /** A mounted file has all secrets, and nothing that the program could add. */
  managedVariables(secrets: readonly SecretVariable[], plain: Readonly<Record<string, string>>) {
    if (this.props.secretsFile === undefined) return managedNames(secrets, plain);
    return secrets.map(({ name }) => name);
  }

  reach(services: Services) {
    return reachOf(services, hostPorts(services, this.props.publish));
  }

  review(review: Review, agent: AgentSubject, { image }: ContainerSpec): void {
    const stack = TerraformStack.of(this.scope);
    const providers = [providerOf(this.scope, this.provider), providerOf(image, this.imageProvider(image))];
    review.apply(CREDENTIAL_RULES, credentialPlaces(this.scope, placesOf(this.props, providers)));
    review.apply(CONFLICT_RULES, this.claim(agent)).apply(DOCKER_RULES, {
      agent,
      props: this.props,
      imageByToken: image.delivery?.deploy === "token",
      imageInSameStack: TerraformStack.of(image) === stack,
      imageOnOtherEngine: areDifferent(this.own, engineOf(image, this.imageProvider(image))),
    });
    review.applyAtSynthesis(DOCKER_PROVIDER_RULES, () => ({ constraint: dockerProviderConstraint(stack) }));
  }

  /** Claims the host's ports and the networks to create. Returns what other agents have already claimed. */
  private claim({ services }: AgentSubject): readonly Conflict[] {
    const registry = ClaimRegistry.of(this.scope);
    const { path } = this.scope.node;
    const ports = hostPorts(services, this.props.publish).flatMap(
      ({ service, address, port }): Conflict[] => {
        const holder = registry.claimPort(this.machine, address, port, path);
        const prop = `target.publish.${service}.port`;
        return holder === undefined
          ? []
          : [{ what: "port", prop, value: showValue(`${address}:${port}`), holder }];
      },
    );
    const networks = (this.props.networks ?? []).flatMap(({ name, create }, i): Conflict[] => {
      const holder = create ? registry.claim(`${this.engine} network ${name}`, path) : undefined;
      const prop = `target.networks[${i}].name`;
      return holder === undefined ? [] : [{ what: "network", prop, value: showValue(name), holder }];
    });
    return [...ports, ...networks];
  }

  deploy(spec: ContainerSpec): Deployed {
    const { secretsFile, labels = {} } = this.props;
    requireDockerProvider(this.scope, this.provider, "target.provider");
    requireDockerProvider4(this.scope);
    const volume = this.volume(spec.data);
    const unapplied = {
      init: false,
      mounts: mountBlocks(spec, secretsFile),
      ...cpuLimit(spec.cpus),
      ...(spec.healthCheck && { healthcheck: healthCheckBlock(spec.healthCheck) }),
    };
    const container = new Container(this.scope, "Default", {
      ...unapplied,
      ...(this.provider && { provider: this.provider }),
      ...(volume && { dependsOn: [volume] }),
      name: spec.name,
      image: this.image(spec.image),
      command: [...spec.args],
      env: environmentList(spec),
      labels: Object.entries({
        ...escapedValues(labels),
        [SETTINGS_LABEL]: settingsHash(unapplied),
        ...(spec.image.namedRelease !== undefined && { [RELEASE_LABEL]: spec.image.namedRelease }),
      }).map(([label, value]) => ({ label, value })),
      restart: "unless-stopped",
      shmSize: spec.shmMiB,
      // Without a swap limit the engine sets twice the memory, which the provider would try to undo in every plan.
      ...(spec.memoryMiB !== undefined && { memory: spec.memoryMiB, memorySwap: spec.memoryMiB }),
      logDriver: "json-file",
      logOpts: LOG_OPTIONS,
      // Without it, replacing and destroying kill at once. `stop_timeout` is for `docker stop`.
      destroyGraceSeconds: spec.stopGraceSeconds,
      stopTimeout: spec.stopGraceSeconds,
      // True by default, which would remove a volume of the image together with the container.
      removeVolumes: false,
      ...(spec.healthCheck && { wait: true, waitTimeout: waitSeconds(spec.healthCheck) }),
    });
    this.lists(container, spec);
    const joined = (this.props.networks ?? []).map(({ name }) =>
      isSensitive(this.scope, name) ? null : name,
    );
    return {
      place: {
        kind: "docker",
        container: spec.name,
        ...enginePlace(this.scope, this.provider),
        ...(joined.length > 0 && { networks: joined }),
      },
      urls: urlsOf(hostPorts(spec.services, this.props.publish)),
      ...(spec.managedScope &&
        (secretsFile === undefined || spec.severalProfiles) && {
          managed: {
            variables: managedNames(spec.secrets, spec.pinned),
            settings: managedSettings(spec.config),
          },
        }),
    };
  }

  /** Blocks that can be repeated. Empty lists are left out of the JSON, which people review. */
  private lists(container: Container, spec: ContainerSpec): void {
    const uploads = [
      ...uploadBlocks(spec, this.props.secretsFile),
      ...(spec.declared ? bootUploads(this.scope, spec.declared) : []),
    ];
    if (uploads.length > 0) container.putUpload(uploads);
    // The state keeps ports in the order of their numbers.
    const ports = [...hostPorts(spec.services, this.props.publish)]
      .sort((a, b) => a.container - b.container)
      .map(({ container, port, address }) => ({ internal: container, external: port, ip: address }));
    if (ports.length > 0) container.putPorts(ports);
    const networks = this.networks();
    if (networks.length > 0) container.putNetworksAdvanced(networks);
    const hosts = Object.entries(spec.extraHosts).map(([host, ip]) => ({ host, ip }));
    if (hosts.length > 0) container.putHost(hosts);
    const preconditions = [...spec.preconditions, ...this.preconditions()];
    const lifecycle = lifecycleOf(preconditions);
    if (lifecycle) container.lifecycle = lifecycle;
    requireForPreconditions(container, preconditions);
  }

  private preconditions(): readonly Precondition[] {
    const { secretsFile } = this.props;
    if (secretsFile === undefined || !isUnresolved(secretsFile)) return [];
    return [precondition(this.scope.node.path, absolutePath("target.secretsFile", secretsFile))];
  }

  /** For an image of an earlier stack, the literal name. A token would need a remote state for the same name. */
  private image(image: HermesImage): string {
    const stack = TerraformStack.of(this.scope);
    const imageStack = TerraformStack.of(image);
    const resource = dockerImage(image, this.imageProvider(image));
    if (imageStack === stack) return resource.imageId;
    stack.addDependency(imageStack);
    return image.reference;
  }

  /** A provider belongs to its stack, so the agent's provider serves the image only in the same stack. */
  private imageProvider(image: HermesImage): TerraformProvider | undefined {
    const sameStack = TerraformStack.of(image) === TerraformStack.of(this.scope);
    return image.provider ?? (sameStack ? this.provider : undefined);
  }

  /** Only a volume with driver options is a resource. The engine creates a plain one when it is mounted. */
  private volume(data: PersistentDataVolume): Volume | undefined {
    const { source } = data;
    if (source.kind !== "volume" || source.options === undefined) return undefined;
    const stack = TerraformStack.of(this.scope);
    const volumeStack = TerraformStack.of(data);
    const provider = volumeStack === stack ? this.provider : undefined;
    const volume = dockerVolume(data, source.name, source.options, provider);
    if (volumeStack === stack) return volume;
    stack.addDependency(volumeStack);
    return undefined;
  }

  private networks(): ContainerNetworksAdvanced[] {
    return (this.props.networks ?? []).map(({ name, create, aliases }) => {
      const network = create
        ? new Network(this.scope, `network-${name}`, {
            name,
            ...(this.provider && { provider: this.provider }),
          })
        : undefined;
      return { name: network?.name ?? name, ...(aliases && { aliases: [...aliases] }) };
    });
  }
}

const LOG_OPTIONS = { "max-size": "10m", "max-file": "5" };

/** The time until the engine itself would report the container as unhealthy, and one interval more. */
function waitSeconds(check: HealthCheck): number {
  return check.startPeriodSeconds + (check.retries + 1) * (check.intervalSeconds + check.timeoutSeconds);
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

/**
 * Always `mounts`: the provider does not read `volumes` back, and `volume_options` fail on engines before API 1.45.
 */
function mountBlocks(spec: ContainerSpec, secretsFile: string | undefined): ContainerMounts[] {
  const { source } = spec.data;
  const data =
    source.kind === "volume"
      ? { type: "volume", source: source.name, target: DATA_PATH }
      : { type: "bind", source: source.hostPath, target: DATA_PATH };
  const secrets =
    secretsFile === undefined
      ? []
      : [
          {
            type: "bind",
            source: secretsFile,
            target: spec.severalProfiles ? SECRETS_FILE_PATH : MANAGED_ENV_FILE,
            readOnly: true,
          },
        ];
  const further = spec.mounts.map((mount) => ({
    ...(mount.hostPath === undefined
      ? { type: "volume", source: mount.volume }
      : { type: "bind", source: mount.hostPath }),
    target: mount.target,
    ...(mount.readOnly && { readOnly: true }),
  }));
  return [data, ...secrets, ...further];
}

/** Single files: from v0.21.6 on the image has files of its own in /etc/hermes. The runtime user must read them. */
function uploadBlocks(spec: ContainerSpec, secretsFile: string | undefined): ContainerUpload[] {
  const hides = secretsFile !== undefined && !spec.severalProfiles;
  const managed = [
    // If the host's own file is mounted there, nothing can be added to it.
    { file: MANAGED_ENV_FILE, content: hides ? "" : managedEnvFile(spec.secrets, spec.pinned) },
    { file: MANAGED_CONFIG_FILE, content: spec.config ? managedConfigFile(spec.config) : "" },
  ];
  const files = spec.managedScope ? managed.filter(({ content }) => content !== "") : [];
  return files.map((file) => ({ ...file, permissions: "0644" }));
}
