import { DefaultTokenResolver, StringConcat, TerraformOutput, TerraformStack, Tokenization } from "cdktf";
import { Construct } from "constructs";
import { type AgentEnvironment, agentEnvironment } from "./agent-environment";
import { AgentRegistry } from "./agent-registry";
import type { ContainerSpec, HealthCheck, Precondition } from "./container-spec";
import { showValue } from "./errors";
import { type NextCommands, nextCommands } from "./hermes/commands";
import {
  DASHBOARD_PORT,
  GATEWAY_COMMAND,
  MIN_MEMORY_MIB,
  RUNTIME_ID_RANGE,
  SHM_MIB,
  STOP,
} from "./hermes/container-contract";
import { isReachable } from "./hermes/dashboard";
import { healthCheckCommand } from "./hermes/health-check";
import { managedConfig } from "./hermes/managed-config";
import { PLATFORMS } from "./hermes/messaging";
import { hasFeature } from "./hermes/releases";
import type { HermesAppProps, PublishedPort } from "./hermes-app-props";
import { HERMES_APP_SCHEMA } from "./hermes-app-schema";
import { Review } from "./review";
import { AGENT_RULES, DEPLOYMENT_RULES } from "./rules";
import { type AgentSubject, listening } from "./rules/agent";
import type { Conflict } from "./rules/deployment";
import { HermesTarget } from "./targets";
import { escapeTemplate, expressionOf, isUnresolved } from "./tokens";
import { validateProps } from "./validation";

/**
 * One Hermes agent as a service: in gateway mode, with its state on one volume, its health known and its stop not
 * cut short. What would lose data or lock the agent out is refused here, before anything is written.
 *
 * @throws HermesConfigError with everything that is wrong
 */
export class HermesApp extends Construct {
  /** What to type next; also the stack's output. */
  readonly commands: NextCommands;

  constructor(scope: Construct, id: string, props: HermesAppProps) {
    super(scope, id);
    const name = props?.name === undefined ? id : props.name;
    validateProps(this, HERMES_APP_SCHEMA, { ...props, name });
    const target = props.target ?? HermesTarget.docker();
    const environment = agentEnvironment(props);
    const subject: AgentSubject = {
      props,
      release: props.image.release,
      access: props.dashboard?.access,
      runtimeIds: props.data,
      secrets: environment.secrets,
      published: publishedPorts(props),
    };
    new Review(this, props.acknowledge)
      .apply(AGENT_RULES, subject)
      .apply(DEPLOYMENT_RULES, {
        ...target.describe(this, props.image),
        conflicts: this.claim(target.engineOf(this), name, subject),
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

  /** Takes what only one agent of an engine can have; answers what others have already. */
  private claim(engine: string, name: string, { props, published }: AgentSubject): readonly Conflict[] {
    const registry = AgentRegistry.of(this);
    const { path } = this.node;
    const conflicts: Conflict[] = [];
    const check = (what: Conflict["what"], prop: string, value: string, holder: string | undefined) => {
      if (holder !== undefined) conflicts.push({ what, prop, value: showValue(value), holder });
    };
    const claimPath = (directory: string) =>
      isUnresolved(directory)
        ? registry.claim(`${engine} path ${referenceOf(this, directory)}`, path)
        : registry.claimPath(engine, directory, path);
    const { source } = props.data;
    if (source.kind === "host-path") {
      check("data", "data.hostPath", source.hostPath, claimPath(source.hostPath));
    } else {
      check(
        "data",
        "data.name",
        source.name,
        registry.claim(`${engine} volume ${referenceOf(this, source.name)}`, path),
      );
      const device = source.options?.driverOptions["device"];
      if (device?.startsWith("/")) {
        check("data", "data.driverOptions.device", device, claimPath(device));
      }
    }
    check("name", "name", name, registry.claim(`${engine} container ${name}`, path));
    for (const service of ["dashboard", "apiServer"] as const) {
      const port = published[service];
      if (port === undefined) continue;
      const prop = `publish.${service}.port`;
      check(
        "port",
        prop,
        `${port.address}:${port.port}`,
        registry.claimPort(engine, port.address, port.port, path),
      );
    }
    for (const platform of PLATFORMS) {
      const token = props.messaging?.[platform]?.botToken;
      if (typeof token !== "string") continue;
      const holder = registry.claim(`${platform} ${referenceOf(this, token)}`, path);
      if (holder !== undefined) {
        const prop = `messaging.${platform}.botToken`;
        conflicts.push({ what: "bot-token", prop, value: "(the same value)", holder });
      }
    }
    return conflicts;
  }
}

/**
 * A literal as it stands; for a token what it refers to in its stack, since every use of a variable makes a new
 * token, and two stacks may have a variable of one name.
 */
function referenceOf(scope: Construct, value: string): string {
  if (!isUnresolved(value)) return value;
  const resolver = new DefaultTokenResolver(new StringConcat());
  const reference = JSON.stringify(Tokenization.resolve(value, { scope, resolver, preparing: false }));
  return `${TerraformStack.of(scope).node.path} ${reference}`;
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
    { container: apiServer?.port ?? 0, published: published.apiServer },
  ];
  return {
    name,
    image: props.image,
    data: props.data,
    args: GATEWAY_COMMAND,
    environment: environment.plain,
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

/** What only Terraform can test, in the same words as the refusals here. */
function preconditions(
  path: string,
  props: HermesAppProps,
  environment: AgentEnvironment,
): readonly Precondition[] {
  const checks = environment.secrets.flatMap(({ prop, value, checks }) =>
    isUnresolved(value)
      ? checks.map(({ requirement, condition }) => ({
          prop,
          requirement,
          condition: condition(expressionOf(value)),
        }))
      : [],
  );
  if (isUnresolved(props.memoryMiB)) {
    const condition = `${expressionOf(props.memoryMiB)} >= ${MIN_MEMORY_MIB}`;
    checks.push({ prop: "memoryMiB", requirement: `must be at least ${MIN_MEMORY_MIB}`, condition });
  }
  for (const id of ["uid", "gid"] as const) {
    if (!isUnresolved(props.data[id])) continue;
    const { min, max } = RUNTIME_ID_RANGE;
    const condition = `${expressionOf(props.data[id])} >= ${min} && ${expressionOf(props.data[id])} <= ${max}`;
    checks.push({ prop: `data.${id}`, requirement: `must be from ${min} to ${max}`, condition });
  }
  const { source } = props.data;
  if (source.kind === "host-path" && isUnresolved(source.hostPath)) {
    const condition = `startswith(${expressionOf(source.hostPath)}, "/")`;
    checks.push({ prop: "data.hostPath", requirement: "must be an absolute path", condition });
  }
  return checks.map(({ prop, requirement, condition }) => ({
    condition,
    message: escapeTemplate(`${path}: ${prop} ${requirement}.`),
  }));
}
