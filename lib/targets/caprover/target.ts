import { TerraformProvider, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { z } from "zod";
import {
  CapRoverApp,
  type CapRoverAppProps,
  type CapRoverNginx,
  type CapRoverReady,
  type CapRoverVolume,
} from "../../caprover/app";
import { CapRoverBaseDomainSsl, CapRoverCustomDomain, CapRoverForceSsl } from "../../caprover/domains";
import { CapRoverProvider } from "../../caprover/provider";
import type { ContainerSpec } from "../../container-spec";
import { DASHBOARD_PORT, DATA_PATH } from "../../hermes/container-contract";
import { hasFeature } from "../../hermes/releases";
import type { Conflict, DeploymentSubject } from "../../rules/conflicts";
import type { AgentSubject } from "../../rules/subject";
import { showValue } from "../../support/errors";
import { AgentRegistry } from "../../support/registry";
import { escapedValues } from "../../support/tokens";
import {
  anyText,
  confidential,
  construct,
  either,
  flag,
  lazily,
  listOf,
  literalText,
  literalWholeNumber,
  optional,
  propsSchema,
  validateProps,
} from "../../support/validation";
import type { HermesTarget } from "../target";
import { captainDefinition } from "./captain-definition";

export interface CapRoverBasicAuthProps {
  readonly user: string;
  /** A sensitive Terraform value; in no plan and no state. */
  readonly password: string;
}

export interface CapRoverTargetProps {
  /** @default - the stack's default CapRover provider */
  readonly provider?: CapRoverProvider;
  /**
   * nginx asks for it before the app's address, in addition to the dashboard's own login. It is no substitute for
   * one from v2026.7.1 on.
   * @default - none
   */
  readonly basicAuth?: CapRoverBasicAuthProps;
  /**
   * How patient nginx is, before the agent and before `apiAppName`. Without it nginx cuts off an answer after 60 s of
   * silence (caprover issues #1765, #618, #1376). An hour, because a call of the API that does not stream is silent
   * until the whole turn with all of its tools is done; one that streams says something each 30 s. 500 MiB is what
   * CapRover allows for uploads, and the app of the API, whose own nginx would take 1 MiB, allows the same.
   * `false` leaves CapRover's template as it is, for a captain that has another one.
   * @default { proxyReadTimeoutSeconds: 3600, clientMaxBodySizeMiB: 500 }
   */
  readonly nginx?: CapRoverNginx | false;
  /** Further host names, which point to the server already; each gets a certificate. @default - none */
  readonly domains?: readonly string[];
  /**
   * A certificate for the app's address, and http sent to https. CapRover's root domain needs SSL before.
   * @default true
   */
  readonly https?: boolean;
  /**
   * Name of a second, small app that leads to the API server, since an app has one address and the dashboard has it.
   * @default - none: only other apps reach the API server, at `http://srv-captain--<name>:8642`
   */
  readonly apiAppName?: string;
  /**
   * A changed secret shows in the plan by itself. Given a number, only a change of that shows: for values that are others
   * at each plan.
   * @default - the provider counts
   */
  readonly secretsVersion?: number;
}

/** By this tag CapRover's dashboard groups agents, and the test matchers know them. */
export const AGENT_TAG = "hermes-agent";

/** Swarm takes its overlay networks, CapRover's among them, from here unless told otherwise. */
const OVERLAY_NETWORKS = "10.0.0.0/8";

/** CapRover's own proxy image, by the tag of its one release. */
const API_PROXY_IMAGE = "caprover/nginx-reverse-proxy:1-ef5ffcb";

/**
 * An app with data on CapRover, by this package's own provider: one instance, stopped before the next one starts.
 * `/opt/data`, /dev/shm, stop grace and limits go by typed attributes: a mount list in the service override would
 * replace the app's own.
 */
export class CapRoverTarget implements HermesTarget {
  readonly publishesOnHost = false;
  readonly trustedProxies = [OVERLAY_NETWORKS];

  constructor(private readonly props: CapRoverTargetProps = {}) {}

  engineOf(scope: Construct): string {
    return `caprover ${this.provider(scope)?.url ?? ""}`;
  }

  /** @throws HermesConfigError for props of the wrong shape: only here there is a construct to name */
  describe(scope: Construct, agent: AgentSubject, name: string): DeploymentSubject {
    validateProps(scope, SCHEMA, this.props);
    return {
      caprover: { agent, name, settings: this.props },
      conflicts: [
        ...this.claim(scope, "name", "target.apiAppName", "container", this.props.apiAppName),
        ...(this.props.domains ?? []).flatMap((domain, i) =>
          this.claim(scope, "domain", `target.domains[${i}]`, "domain", domain),
        ),
      ],
    };
  }

  private claim(
    scope: Construct,
    what: Conflict["what"],
    prop: string,
    kind: string,
    value: string | undefined,
  ): readonly Conflict[] {
    if (value === undefined) return [];
    const holder = AgentRegistry.of(scope).claim(`${this.engineOf(scope)} ${kind} ${value}`, scope.node.path);
    return holder === undefined ? [] : [{ what, prop, value: showValue(value), holder }];
  }

  /** On the node. Apps that are older than CapRover 1.15 have a prefix. */
  locate(_scope: Construct, name: string) {
    return { docker: "docker", container: `$(docker ps -q -f 'name=^(srv-captain--)?${name}[.]')` };
  }

  deploy(scope: Construct, spec: ContainerSpec): void {
    const { basicAuth, secretsVersion, apiAppName } = this.props;
    const [web, api] = [...spec.ports].sort((a, b) => rank(a.container) - rank(b.container));
    const secrets = spec.secrets.flatMap(({ name, value }) =>
      typeof value === "string" ? [[name, value]] : [],
    );
    const app = new CapRoverApp(scope, "Default", {
      ...this.providerArgument,
      name: spec.name,
      persistent: true,
      tags: [AGENT_TAG],
      ...source(spec),
      environment: escapedValues(spec.environment),
      ...(secrets.length > 0 && {
        secretEnvironmentWo: Object.fromEntries(secrets),
        ...(secretsVersion !== undefined && { secretEnvironmentWoVersion: secretsVersion }),
      }),
      volumes: volumesOf(spec),
      tmpfs: [{ containerPath: "/dev/shm", sizeMiB: spec.shmMiB }],
      webApp: web !== undefined,
      ...(web && { httpPort: web.container, websocketSupport: true, ...this.nginx }),
      ...(web &&
        basicAuth && {
          basicAuth: {
            user: basicAuth.user,
            passwordWo: basicAuth.password,
            ...(secretsVersion !== undefined && { passwordWoVersion: secretsVersion }),
          },
        }),
      stopGraceSeconds: spec.stopGraceSeconds,
      ...(spec.healthCheck && { healthCheck: spec.healthCheck }),
      ...limits(spec),
      // Args are the CMD slot; `Command` would replace the image's entrypoint.
      serviceOverride: JSON.stringify({ TaskTemplate: { ContainerSpec: { Args: spec.args } } }),
      ...ready(spec, web?.container),
      ...(spec.preconditions.length > 0 && {
        lifecycle: {
          precondition: spec.preconditions.map(({ condition, message }) => ({
            condition: `\${${condition}}`,
            errorMessage: message,
          })),
        },
      }),
    });
    if (web) this.address(scope, app, spec.name, this.props.domains ?? []);
    if (apiAppName !== undefined && api) this.apiApp(scope, app, apiAppName, spec.name, api.container);
  }

  /** Certificates come after the app, and https is forced after the certificates: CapRover refuses it before. */
  private address(
    scope: Construct,
    app: CapRoverApp,
    name: string,
    domains: readonly string[],
    id = "",
  ): void {
    const { https = true } = this.props;
    const shared = { ...this.providerArgument, app: name };
    const before = domains.map(
      (domain) =>
        new CapRoverCustomDomain(scope, `${id}domain-${domain}`, {
          ...shared,
          domain,
          ssl: https,
          dependsOn: [app],
        }),
    );
    if (!https) return;
    const base = new CapRoverBaseDomainSsl(scope, `${id}ssl`, { ...shared, dependsOn: [app] });
    new CapRoverForceSsl(scope, `${id}force-ssl`, { ...shared, dependsOn: [base, ...before] });
  }

  /** Without basic auth, which would take the header that carries the key. */
  private apiApp(scope: Construct, agent: CapRoverApp, name: string, agentName: string, port: number): void {
    const app = new CapRoverApp(scope, "api", {
      ...this.providerArgument,
      name,
      image: API_PROXY_IMAGE,
      environment: { UPSTREAM_HTTP_ADDRESS: `http://srv-captain--${agentName}:${port}` },
      ...this.nginx,
      ...(this.nginx && { serviceOverride: JSON.stringify(patientProxy(this.nginx.nginx)) }),
      ready: { http: { path: "/health", contains: API_HEALTH } },
      dependsOn: [agent],
    });
    this.address(scope, app, name, [], "api-");
  }

  private get nginx(): { readonly nginx: Required<CapRoverNginx> } | undefined {
    if (this.props.nginx === false) return undefined;
    const {
      proxyReadTimeoutSeconds = PATIENCE.proxyReadTimeoutSeconds,
      clientMaxBodySizeMiB = PATIENCE.clientMaxBodySizeMiB,
    } = this.props.nginx ?? {};
    return { nginx: { proxyReadTimeoutSeconds, clientMaxBodySizeMiB } };
  }

  private get providerArgument() {
    return this.props.provider && { provider: this.props.provider };
  }

  private provider(scope: Construct): CapRoverProvider | undefined {
    return (
      this.props.provider ??
      TerraformStack.of(scope)
        .node.children.filter((child) => child instanceof CapRoverProvider)
        .find(({ alias }) => alias === undefined)
    );
  }
}

const PATIENCE: Required<CapRoverNginx> = { proxyReadTimeoutSeconds: 3600, clientMaxBodySizeMiB: 500 };

/**
 * The proxy image has an nginx of its own inside, which reads all of conf.d. Buffered, the pieces of a streamed answer
 * would wait there for each other, and the agent's wish that nobody buffers them would not get past it.
 */
function patientProxy({ proxyReadTimeoutSeconds, clientMaxBodySizeMiB }: Required<CapRoverNginx>): object {
  const directives = [
    `proxy_read_timeout ${proxyReadTimeoutSeconds}s;`,
    `client_max_body_size ${clientMaxBodySizeMiB}m;`,
    "proxy_buffering off;",
    "proxy_pass_header X-Accel-Buffering;",
  ];
  const start = `echo '${directives.join(" ")}' > /etc/nginx/conf.d/patience.conf && exec nginx -g 'daemon off;'`;
  return { TaskTemplate: { ContainerSpec: { Args: ["sh", "-c", start] } } };
}

const SCHEMA = lazily(() =>
  propsSchema<CapRoverTargetProps>({
    provider: optional(
      construct("CapRoverProvider", (value) => TerraformProvider.isTerraformProvider(value)),
    ),
    basicAuth: optional(
      propsSchema<CapRoverBasicAuthProps>({
        user: literalText(/^[^:\s]+$/, "a user name without colon and blanks"),
        password: confidential(anyText("a sensitive Terraform value")),
      }),
    ),
    domains: optional(
      listOf(
        literalText(
          /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/,
          "a host name in lower-case letters, such as hermes.example.com",
        ),
      ),
    ),
    https: optional(flag()),
    nginx: optional(
      either(
        "false, or an object with proxyReadTimeoutSeconds and clientMaxBodySizeMiB",
        z.literal(false),
        propsSchema<CapRoverNginx>({
          proxyReadTimeoutSeconds: optional(literalWholeNumber(1, Number.MAX_SAFE_INTEGER, "s")),
          clientMaxBodySizeMiB: optional(literalWholeNumber(1, Number.MAX_SAFE_INTEGER, "MiB")),
        }),
      ),
    ),
    apiAppName: optional(literalText(/\S/, "a name")),
    secretsVersion: optional(literalWholeNumber(1, Number.MAX_SAFE_INTEGER, "")),
  }),
);

/** The dashboard has the app's address where there is one. */
function rank(port: number): number {
  return port === DASHBOARD_PORT ? 0 : 1;
}

function source({ image, config }: ContainerSpec): Pick<CapRoverAppProps, "image" | "captainDefinition"> {
  return image.context === undefined
    ? { image: image.reference }
    : { captainDefinition: captainDefinition(image.context.files, config) };
}

function volumesOf({ data, mounts }: ContainerSpec): readonly CapRoverVolume[] {
  const own: CapRoverVolume =
    data.source.kind === "volume"
      ? { containerPath: DATA_PATH, name: data.source.name }
      : { containerPath: DATA_PATH, hostPath: data.source.hostPath };
  const further = mounts.map(({ source, target }) => ({
    containerPath: target,
    ...("hostPath" in source ? { hostPath: source.hostPath } : { name: source.volume }),
  }));
  return [own, ...further];
}

function limits({ memoryMiB, cpus }: ContainerSpec): Pick<CapRoverAppProps, "limits"> {
  if (memoryMiB === undefined && cpus === undefined) return {};
  return { limits: { ...(memoryMiB !== undefined && { memoryMiB }), ...(cpus !== undefined && { cpus }) } };
}

const API_HEALTH = "hermes-agent";

/**
 * Something that only Hermes says, since CapRover answers 200 with a page of its own while an app is not there. An
 * agent without an address has its log alone; the older generations print nothing there that can be relied upon.
 */
function ready(spec: ContainerSpec, port: number | undefined): { readonly ready?: CapRoverReady } {
  const { startPeriodSeconds, retries, intervalSeconds, timeoutSeconds } = spec.healthCheck ?? NO_CHECK;
  const timeout = { timeoutSeconds: startPeriodSeconds + retries * (intervalSeconds + timeoutSeconds) };
  if (port === DASHBOARD_PORT) {
    return { ready: { http: { path: "/api/status", contains: "gateway_running" }, ...timeout } };
  }
  if (port !== undefined) return { ready: { http: { path: "/health", contains: API_HEALTH }, ...timeout } };
  return hasFeature(spec.image.release, "supervision")
    ? { ready: { logLine: "gateway is now running under s6 supervision", ...timeout } }
    : {};
}

/** As long as a first boot may take. */
const NO_CHECK = { startPeriodSeconds: 300, retries: 0, intervalSeconds: 0, timeoutSeconds: 0 };
