import type { ContainerNetworksAdvanced } from "@cdktf/provider-docker/lib/container";
import { Network } from "@cdktf/provider-docker/lib/network";
import type { Volume } from "@cdktf/provider-docker/lib/volume";
import { type TerraformProvider, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { AgentSettings } from "../../agent/settings/agent-settings";
import { engineAddress, isOwnEngine } from "../../agent/settings/terminal-values";
import type { ContainerSpec, ModelInUse } from "../../container-spec";
import type { Services } from "../../hermes/services";
import { settingsOfTools } from "../../hermes/tool-servers";
import type { HermesImage } from "../../hermes-image";
import type { PersistentDataVolume } from "../../persistent-data-volume";
import { CONFLICT_RULES } from "../../rules/conflicts";
import type { Review } from "../../rules/review";
import { CREDENTIAL_RULES } from "../../rules/secret";
import { SERVER_RULES } from "../../rules/server";
import type { AgentSubject } from "../../rules/subject";
import { credentialPlaces } from "../../support/credential-places";
import { isSensitive } from "../../support/terraform-values";
import { validateProps } from "../../support/validation";
import { managedNames, managedSettings } from "../managed-files";
import { type BoundTarget, type Deployed, Target } from "../target";
import { agentContainer } from "./agent-container";
import { claimFiles, claimOnEngine } from "./claims";
import { placesOf, sidecarPlaces } from "./credential-places";
import { areDifferent, type Engine, hostOf } from "./engine";
import { dockerImage } from "./image";
import { deployModels } from "./model";
import { hostNamesOf } from "./names";
import { hostPorts, reachOf, urlsOf } from "./ports";
import { DOCKER_TARGET_SCHEMA, type DockerTargetProps } from "./props";
import {
  dockerCommand,
  engineOf,
  enginePlace,
  isOnMachineOf,
  providerOf,
  requireDockerProvider,
} from "./provider";
import { dockerProviderConstraint, requireDockerProvider4 } from "./provider-version";
import {
  DOCKER_MODEL_RULES,
  DOCKER_NAME_RULES,
  DOCKER_PROVIDER_RULES,
  DOCKER_RULES,
  DOCKER_SIDECAR_RULES,
} from "./rules";
import { deploySidecars, servedTools, sidecarContainerName, sidecarScope } from "./sidecars";
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

/** One agent as a container on a Docker engine, with kreuzwerker/docker 3.6.2 or 4.x. */
class DockerAgent implements BoundTarget {
  readonly engine: string;
  readonly machine: string;
  readonly volumesPath: string | undefined;
  readonly hostNetwork: boolean;
  private readonly own: Engine;
  private readonly provider: TerraformProvider | undefined;

  constructor(
    private readonly scope: Construct,
    private readonly name: string,
    private readonly props: DockerTargetProps,
  ) {
    this.provider = props.provider;
    this.hostNetwork = props.hostNetwork === true;
    this.own = engineOf(scope, props.provider);
    this.engine = this.own.name;
    this.machine = this.own.machine;
    this.volumesPath = this.own.volumesPath;
  }

  get shell() {
    const docker = dockerCommand(this.scope, this.provider);
    return { docker, container: this.name, where: "here" as const };
  }

  /** What the target itself mounts into the agent or beside it. */
  get mounts() {
    const { secretsFile, sidecars = {} } = this.props;
    return [
      ...(secretsFile === undefined ? [] : [{ prop: "target.secretsFile", hostPath: secretsFile }]),
      ...Object.entries(sidecars).flatMap(([name, { volumes = [] }]) =>
        volumes.map(({ hostPath, volume }, i) => {
          const prop = `target.sidecars.${name}.volumes[${i}]`;
          return hostPath === undefined
            ? { prop: `${prop}.volume`, volume: volume ?? "" }
            : { prop: `${prop}.hostPath`, hostPath };
        }),
      ),
    ];
  }

  get additions() {
    return settingsOfTools(servedTools(this.props));
  }

  /** The engine's default network has no names. */
  ownNames(models: readonly ModelInUse[]): readonly string[] {
    const { networks = [], sidecars = {} } = this.props;
    const named = networks.filter(({ name }) => name !== "bridge");
    const joins =
      named.length > 0 || Object.keys(sidecars).length > 0 || models.some(({ model }) => model.server);
    return joins ? [this.name, ...named.flatMap(({ aliases = [] }) => aliases)] : [];
  }

  reach(services: Services) {
    return reachOf(services, hostPorts(services, this.props));
  }

  review(review: Review, agent: AgentSubject, { image, localModels }: ContainerSpec): void {
    const servers = localModels.flatMap(({ prop, model }) =>
      model.server
        ? [
            {
              prop,
              name: model.server.spec.name,
              inSameStack: TerraformStack.of(model) === TerraformStack.of(this.scope),
              onOtherEngine: areDifferent(this.own, engineOf(model, model.provider)),
            },
          ]
        : [],
    );
    const stack = TerraformStack.of(this.scope);
    const providers = [providerOf(this.scope, this.provider), providerOf(image, this.imageProvider(image))];
    const beside = sidecarScope(this.scope, this.name, this.props);
    const isBesideOwn = TerraformStack.of(beside) === stack;
    review
      .apply(CREDENTIAL_RULES, credentialPlaces(this.scope, placesOf(this.props, providers)))
      .apply(CREDENTIAL_RULES, credentialPlaces(beside, sidecarPlaces(this.props)))
      .apply(CONFLICT_RULES, claimOnEngine(this.scope, this.own, { ...agent, localModels }, this.props))
      .apply(DOCKER_RULES, {
        agent,
        props: this.props,
        joinsServers: Object.keys(this.props.sidecars ?? {}).length > 0 || servers.length > 0,
        terminalOnOwnMachine: this.isOwnMachine(agent.settings.terminal),
        imageByToken: image.delivery?.deploy === "token",
        imageInSameStack: TerraformStack.of(image) === stack,
        imageOnOtherEngine: areDifferent(this.own, engineOf(image, this.imageProvider(image))),
      })
      .apply(
        SERVER_RULES,
        Object.entries(this.props.sidecars ?? {}).map(([name, sidecar]) => ({
          prop: `target.sidecars.${name}.`,
          ...sidecar,
        })),
      )
      .apply(DOCKER_SIDECAR_RULES, {
        agent,
        sidecars: this.props.sidecars ?? {},
        served: servedTools(this.props),
        sharedFiles: claimFiles(this.scope, this.own, this.props),
        inSameStack: isBesideOwn,
        onOtherEngine: !isBesideOwn && areDifferent(this.own, engineOf(beside)),
      })
      .apply(
        DOCKER_NAME_RULES,
        hostNamesOf({
          agent: agent.name,
          networks: this.props.networks ?? [],
          settings: agent.settings,
          sidecars: Object.keys(this.props.sidecars ?? {}),
          modelServers: servers,
        }),
      )
      .apply(DOCKER_MODEL_RULES, { hostNetwork: this.hostNetwork, servers })
      .applyAtSynthesis(DOCKER_PROVIDER_RULES, () => ({ constraint: dockerProviderConstraint(stack) }));
  }

  /** On the host's network, the loopback is the host's. */
  private isOwnMachine(terminal: AgentSettings["terminal"]): boolean {
    if (terminal?.backend !== "docker" || isOwnEngine(terminal.engine)) return false;
    const address = engineAddress(terminal.engine);
    const here = this.hostNetwork && hostOf(address) === "localhost";
    return here || isOnMachineOf(this.scope, this.provider, address);
  }

  deploy(spec: ContainerSpec): Deployed {
    const { secretsFile, sidecars } = this.props;
    requireDockerProvider(this.scope, this.provider, "target.provider");
    requireDockerProvider4(this.scope);
    const volume = this.volume(spec.data);
    const beside = deploySidecars(this.scope, this.name, this.props);
    const models = deployModels(this.scope, spec.localModels);
    const own = [...(beside ? [beside.network] : []), ...models.map(({ network }) => network)];
    agentContainer(this.scope, spec, this.props, {
      image: this.image(spec.image),
      networks: [...this.networks(), ...own.map((name) => ({ name }))],
      after: [
        ...(volume ? [volume] : []),
        ...(beside?.containers ?? []),
        ...models.flatMap(({ container }) => container ?? []),
      ],
    });
    const given = (this.props.networks ?? []).map(({ name }) =>
      isSensitive(this.scope, name) ? null : name,
    );
    const joined = [...given, ...own];
    return {
      place: {
        kind: "docker",
        container: spec.name,
        ...enginePlace(this.scope, this.provider),
        ...(joined.length > 0 && { networks: joined }),
        ...(this.hostNetwork && { hostNetwork: true }),
        ...(sidecars &&
          Object.keys(sidecars).length > 0 && {
            sidecars: Object.entries(sidecars).map(([name, { image }]) => ({
              name,
              container: sidecarContainerName(spec.name, name),
              image,
            })),
          }),
      },
      urls: urlsOf(hostPorts(spec.services, this.props)),
      ...(spec.managedScope &&
        (secretsFile === undefined || spec.severalProfiles) && {
          managed: {
            variables: managedNames(spec.secrets, spec.pinned),
            settings: managedSettings(spec.config),
          },
        }),
    };
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

  private networks(): readonly ContainerNetworksAdvanced[] {
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
