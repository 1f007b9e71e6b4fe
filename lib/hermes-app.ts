import { TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { claim } from "./agent/claims";
import { type AgentEnvironment, agentEnvironment } from "./agent/environment";
import { preconditions } from "./agent/preconditions";
import type { HermesAppProps, PublishedPort } from "./agent/props";
import { HERMES_APP_SCHEMA } from "./agent/schema";
import type { ContainerSpec, HealthCheck } from "./container-spec";
import { listening } from "./hermes/api-server";
import { type NextCommands, nextCommands } from "./hermes/commands";
import { DASHBOARD_PORT, GATEWAY_COMMAND, SHM_MIB, STOP } from "./hermes/container-contract";
import { isReachable } from "./hermes/dashboard-logins";
import { healthCheckCommand } from "./hermes/health-check";
import { managedConfig } from "./hermes/managed-config";
import { hasFeature } from "./hermes/releases";
import { AGENT_RULES, DEPLOYMENT_RULES } from "./rules";
import { Review } from "./rules/review";
import type { AgentSubject } from "./rules/subject";
import { refuseHiddenId } from "./support/construct-id";
import { validateProps } from "./support/validation";
import { HermesTarget } from "./targets";

/**
 * One Hermes agent as a service: in gateway mode, with its state on one volume, its health known and its stop not
 * cut short. What would lose data or lock the agent out is refused here, before anything is written.
 *
 * @throws HermesConfigError with everything that is wrong
 */
export class HermesApp extends Construct {
  /** What to type next; also the stack's output. */
  readonly commands: NextCommands;

  constructor(scope: Construct, id: string, given: HermesAppProps) {
    super(scope, id);
    refuseHiddenId(this);
    const name = given?.name === undefined ? id : given.name;
    validateProps(this, HERMES_APP_SCHEMA, { ...given, name });
    const target = given.target ?? HermesTarget.docker();
    const trustedProxies =
      given.trustedProxies ?? (isReachable(given.dashboard?.access) ? target.trustedProxies : undefined);
    const props = { ...given, ...(trustedProxies && { trustedProxies }) };
    const environment = agentEnvironment(props);
    const subject: AgentSubject = {
      props,
      release: props.image.release,
      access: props.dashboard?.access,
      runtimeIds: props.data,
      secrets: environment.secrets,
      published: publishedPorts(props),
    };
    const described = target.describe(this, subject, name);
    const conflicts = claim(this, target.engineOf(this), name, target.publishesOnHost, subject);
    new Review(this, props.acknowledge)
      .apply(AGENT_RULES, subject)
      .apply(DEPLOYMENT_RULES, {
        ...described,
        conflicts: [...conflicts, ...(described.conflicts ?? [])],
      })
      .conclude();

    target.deploy(this, containerSpec(this.node.path, name, environment, subject));
    this.commands = nextCommands({
      release: props.image.release,
      ...target.locate(this, name),
      modelPinned: props.model !== undefined,
    });
    const output = new TerraformOutput(this, "commands", { value: this.commands });
    output.overrideLogicalId(`${TerraformStack.of(this).getLogicalId(this.node)}_commands`);
  }
}

function containerSpec(
  path: string,
  name: string,
  environment: AgentEnvironment,
  subject: AgentSubject,
): ContainerSpec {
  const { props, release, access, published } = subject;
  const apiServer = listening(props);
  const ports = [
    { container: DASHBOARD_PORT, published: published.dashboard },
    ...(apiServer ? [{ container: apiServer.port, published: published.apiServer }] : []),
  ];
  return {
    name,
    image: props.image,
    data: props.data,
    args: GATEWAY_COMMAND,
    environment: environment.plain,
    pinned: environment.pinned,
    secrets: environment.secrets,
    managedScope: hasFeature(release, "managedScope"),
    config: managedConfig({
      release,
      config: props.config,
      model: props.model,
      trustedProxies: props.trustedProxies,
    }),
    secretsFile: props.secretsFile,
    mounts: (props.mounts ?? []).map(({ hostPath, volume, target, readOnly }) => ({
      source: hostPath === undefined ? { volume: volume ?? "" } : { hostPath },
      target,
      readOnly: readOnly ?? false,
    })),
    ports: ports.flatMap(({ container, published: port }) =>
      port === undefined ? [] : [{ container, address: port.address, host: port.port }],
    ),
    healthCheck: healthCheck(
      props,
      healthCheckCommand({ release, apiServer, dashboard: access !== undefined }),
    ),
    memoryMiB: props.memoryMiB,
    cpus: props.cpus,
    shmMiB: props.shmMiB ?? SHM_MIB,
    stopGraceSeconds: props.stopGraceSeconds ?? STOP.defaultGraceSeconds,
    networks: props.networks ?? [],
    extraHosts: props.extraHosts ?? {},
    labels: props.labels ?? {},
    preconditions: preconditions(path, props, environment),
  };
}

/** On 127.0.0.1 unless asked; a dashboard that listens on the container's loopback has nothing to publish. */
function publishedPorts(props: HermesAppProps): AgentSubject["published"] {
  const apiServer = listening(props);
  const at = (asked: PublishedPort | false | undefined, containerPort: number) =>
    asked === false
      ? undefined
      : { address: asked?.address ?? "127.0.0.1", port: asked?.port ?? containerPort };
  const dashboardPort = isReachable(props.dashboard?.access)
    ? at(props.publish?.dashboard, DASHBOARD_PORT)
    : undefined;
  const apiServerPort = apiServer && at(props.publish?.apiServer, apiServer.port);
  return {
    ...(dashboardPort && { dashboard: dashboardPort }),
    ...(apiServerPort && { apiServer: apiServerPort }),
  };
}

function healthCheck(props: HermesAppProps, test: readonly string[] | undefined): HealthCheck | undefined {
  if (props.healthCheck === false || test === undefined) return undefined;
  const {
    intervalSeconds = 5,
    timeoutSeconds = 5,
    retries = 24,
    startPeriodSeconds = 180,
  } = props.healthCheck ?? {};
  return { test, intervalSeconds, timeoutSeconds, retries, startPeriodSeconds };
}
