import { Fn } from "cdktf";
import type { Construct } from "constructs";
import { CapRoverApp } from "../../caprover/app";
import { reviewed } from "../../caprover/credential-places";
import { CapRoverBaseDomainSsl, CapRoverCustomDomain, CapRoverForceSsl } from "../../caprover/domains";
import { CapRoverProvider } from "../../caprover/provider";
import { containerOnNode } from "../../caprover-server/container";
import { LONGEST_STOP_SECONDS } from "../../caprover-server/limits";
import type { ContainerSpec } from "../../container-spec";
import {
  profileOf,
  type Service,
  type ServiceName,
  type Services,
  serviceKind,
  serviceNames,
} from "../../hermes/services";
import { CONFLICT_RULES, type Conflict } from "../../rules/conflicts";
import type { Review } from "../../rules/review";
import { CREDENTIAL_RULES } from "../../rules/secret";
import type { AgentSubject, Reaches } from "../../rules/subject";
import { credentialPlaces } from "../../support/credential-places";
import { defaultProviderOf } from "../../support/default-provider";
import { showValue } from "../../support/errors";
import { lifecycleOf, nullKeepsValue } from "../../support/precondition";
import { ClaimRegistry } from "../../support/registry";
import { requireProvider } from "../../support/required-provider";
import { isSensitive } from "../../support/terraform-values";
import { escapedValues } from "../../support/tokens";
import { validateProps } from "../../support/validation";
import { type BoundTarget, type Deployed, Target, VOLUMES_PATH } from "../target";
import { addressOf, reachOf, serviceOnNetwork } from "./address";
import { agentApp, appSource, isDeployedByToken, lockPortOf } from "./agent-app";
import { bootBytes, bootEnvironment, bootParts, longestBootBytes, valueVariables } from "./boot";
import { placesOf } from "./credential-places";
import { nginxOf, PROXY_IMAGE, patientProxy } from "./nginx";
import { CAPROVER_TARGET_SCHEMA, type CapRoverServiceApp, type CapRoverTargetProps } from "./props";
import { answerOf, ready } from "./ready";
import { CAPROVER_ADDRESS_RULES, CAPROVER_RULES } from "./rules";
import { serverName } from "./server";

/** CapRover's dashboard groups agents by this tag, and the test matchers find agents by it. */
export const AGENT_TAG = "hermes-agent";

/**
 * The network that CapRover's installer makes after Swarm's own, 10.0.0.0/24. All of 10.0.0.0/8 would let a visitor from
 * an office or a cloud with such addresses choose the address that the dashboard sees.
 */
const OVERLAY_NETWORK = "10.0.1.0/24";

export class CapRoverTarget extends Target {
  constructor(private readonly props: CapRoverTargetProps = {}) {
    super();
  }

  override bind(scope: Construct, name: string): BoundTarget {
    validateProps(scope, CAPROVER_TARGET_SCHEMA, { target: this.props });
    return new CapRoverAgent(scope, name, this.props);
  }
}

/**
 * One agent as an app with data on CapRover, with this package's own provider. It has one instance, which is stopped
 * before the next one starts.
 */
class CapRoverAgent implements BoundTarget {
  readonly engine: string;
  readonly volumesPath = VOLUMES_PATH;
  readonly trustedProxies: readonly string[];
  readonly longestStopSeconds = LONGEST_STOP_SECONDS;

  constructor(
    private readonly scope: Construct,
    private readonly name: string,
    private readonly props: CapRoverTargetProps,
  ) {
    this.trustedProxies = [props.overlayNetwork ?? OVERLAY_NETWORK];
    this.engine = serverName(scope, (props.provider ?? defaultProvider(scope))?.url);
  }

  /** On the node. */
  get shell() {
    return { docker: "docker", container: containerOnNode(this.name), where: "node" as const };
  }

  ownNames(): readonly string[] {
    return [serviceOnNetwork(this.name)];
  }

  reach(services: Services): Reaches {
    return reachOf(this.props, this.name, services);
  }

  review(review: Review, agent: AgentSubject, spec: ContainerSpec): void {
    review.apply(CREDENTIAL_RULES, credentialPlaces(this.scope, placesOf(this.props)));
    review.apply(CONFLICT_RULES, this.claimApps()).apply(CAPROVER_ADDRESS_RULES, {
      services: agent.services,
      apps: this.props.apps,
      address: addressOf(this.props, agent.services),
      takenDomains: this.claimDomains(),
    });
    review.apply(CAPROVER_RULES, {
      agent,
      props: this.props,
      localModels: spec.localModels,
      // It is a text in the JSON of a request.
      definitionBytes: Buffer.byteLength(JSON.stringify(appSource(spec).captainDefinition ?? "")),
      bootBytes: bootBytes(spec),
      longestBootBytes: longestBootBytes(spec),
      bootParts: bootParts(spec),
    });
  }

  /** The additional apps, each with the prop that asks for it. */
  private get apps(): readonly { readonly prop: string; readonly app: CapRoverServiceApp }[] {
    return serviceNames(this.props.apps ?? {}).flatMap((service) => {
      const app = this.props.apps?.[service];
      return app === undefined ? [] : [{ prop: `target.apps.${service}`, app }];
    });
  }

  private claimApps(): readonly Conflict[] {
    return this.apps.flatMap(({ prop, app: { name } }): Conflict[] => {
      const holder = this.claim(`container ${name}`);
      return holder === undefined
        ? []
        : [{ what: "name", prop: `${prop}.name`, value: showValue(name), holder }];
    });
  }

  private claimDomains() {
    const { address } = this.props;
    const named = [
      ...(address ? [{ prop: "target.address", domains: address.domains }] : []),
      ...this.apps.map(({ prop, app: { domains } }) => ({ prop, domains })),
    ];
    return named.flatMap(({ prop, domains = [] }) =>
      domains.flatMap((domain, i) => {
        const holder = this.claim(`domain ${domain}`);
        return holder === undefined ? [] : [{ prop: `${prop}.domains[${i}]`, domain, holder }];
      }),
    );
  }

  /** Returns who already has it. */
  private claim(what: string): string | undefined {
    return ClaimRegistry.of(this.scope).claim(`${this.engine} ${what}`, this.scope.node.path);
  }

  deploy(spec: ContainerSpec): Deployed {
    const { secretsVersion, apps = {}, provider } = this.props;
    requireProvider(this.scope, { ...CAPROVER, provider, prop: "target.provider" });
    const address = addressOf(this.props, spec.services);
    const web = address && spec.services[address.to];
    const secrets = [
      ...spec.secrets.flatMap(({ name, value }) =>
        typeof value === "string" ? [[name, value] as const] : [],
      ),
      ...Object.entries(valueVariables(spec)),
    ];
    const lifecycle = {
      ...lifecycleOf(spec.preconditions.map(nullKeepsValue)),
      ...(isDeployedByToken(spec) && { ignoreChanges: ["image"] }),
    };
    const app = new CapRoverApp(
      this.scope,
      "Default",
      reviewed({
        ...this.providerArgument,
        name: spec.name,
        persistent: true,
        tags: [AGENT_TAG],
        ...agentApp(spec),
        environment: {
          ...escapedValues(spec.environment),
          ...bootEnvironment(spec, address !== undefined && answerOf(address.to) !== undefined),
        },
        ...(secrets.length > 0 && {
          secretEnvironmentWo: Object.fromEntries(secrets),
          ...(secretsVersion !== undefined && { secretEnvironmentWoVersion: secretsVersion }),
        }),
        webApp: web !== undefined,
        ...(web && { httpPort: web.port, websocketSupport: true, ...this.nginx }),
        ...(address?.basicAuth && {
          basicAuth: {
            user: address.basicAuth.username,
            passwordWo: address.basicAuth.password,
            ...(secretsVersion !== undefined && { passwordWoVersion: secretsVersion }),
          },
        }),
        lockPort: this.props.lockPort ?? lockPortOf(spec),
        ...ready(spec, address?.to),
        ...(Object.keys(lifecycle).length > 0 && { lifecycle }),
      }),
    );
    if (address) this.names(app, address);
    const urls = new Map<ServiceName, string>(address ? [[address.to, urlOf(app, address)]] : []);
    for (const service of serviceNames(apps)) {
      const further = apps[service];
      const listens = spec.services[service];
      if (further === undefined || listens === undefined) continue;
      urls.set(service, urlOf(this.serviceApp(app, spec.name, service, further, listens), further));
    }
    return {
      place: { kind: "caprover", app: spec.name, ...this.serverPlace },
      urls: Object.fromEntries(urls),
      ...(address?.basicAuth && { basicAuth: { [address.to]: address.basicAuth } }),
    };
  }

  private get serverPlace() {
    const { url, allowInsecureHttp } = this.props.provider ?? defaultProvider(this.scope) ?? {};
    return {
      ...(url !== undefined && !isSensitive(this.scope, url) && { url }),
      ...(allowInsecureHttp === true && { insecureHttp: true as const }),
    };
  }

  /** Certificates come after the app, and forced https after the certificates. CapRover rejects any other order. */
  private names(
    app: CapRoverApp,
    { https = true, domains = [] }: { readonly https?: boolean; readonly domains?: readonly string[] },
    id = "",
  ): void {
    const shared = { ...this.providerArgument, app: app.id };
    const before = domains.map(
      (domain) =>
        new CapRoverCustomDomain(
          this.scope,
          `${id}domain-${domain}`,
          reviewed({ ...shared, domain, ssl: https }),
        ),
    );
    if (!https) return;
    const base = new CapRoverBaseDomainSsl(this.scope, `${id}ssl`, reviewed(shared));
    new CapRoverForceSsl(this.scope, `${id}force-ssl`, reviewed({ ...shared, dependsOn: [base, ...before] }));
  }

  /** Without basic auth, which would need the header that carries the API's key. */
  private serviceApp(
    agent: CapRoverApp,
    agentName: string,
    service: ServiceName,
    further: CapRoverServiceApp,
    { port }: Service,
  ): CapRoverApp {
    const id = serviceAppId(service);
    const http = answerOf(service);
    const { environment, ...patience } = this.nginx ? patientProxy(this.nginx.nginx) : NO_PATIENCE;
    const app = new CapRoverApp(
      this.scope,
      id,
      reviewed({
        ...this.providerArgument,
        name: further.name,
        image: PROXY_IMAGE,
        environment: {
          UPSTREAM_HTTP_ADDRESS: `http://${serviceOnNetwork(agentName)}:${port}`,
          ...environment,
        },
        ...(service === "dashboard" && { websocketSupport: true }),
        ...this.nginx,
        ...patience,
        ...(http && { ready: { http } }),
        dependsOn: [agent],
      }),
    );
    this.names(app, further, `${id}-`);
    return app;
  }

  private get nginx() {
    const nginx = nginxOf(this.props);
    return nginx && { nginx };
  }

  private get providerArgument() {
    return this.props.provider && { provider: this.props.provider };
  }
}

const CAPROVER = { type: "caprover", name: "CapRoverProvider" };

const defaultProvider = defaultProviderOf((construct) => construct instanceof CapRoverProvider);

/** Its first domain, else the address that CapRover gives it, which says http until https is forced. */
function urlOf(
  app: CapRoverApp,
  { https = true, domains = [] }: { readonly https?: boolean; readonly domains?: readonly string[] },
): string {
  const [domain] = domains;
  if (domain !== undefined) return `${https ? "https" : "http"}://${domain}`;
  return https ? Fn.replace(app.url, "/^http:/", "https:") : app.url;
}

/** The proxy image as it is. */
const NO_PATIENCE = { environment: {} };

/** Id of an additional app's construct, which is part of its Terraform address. */
function serviceAppId(service: ServiceName): string {
  const profile = profileOf(service);
  const kind = serviceKind(service);
  return `${profile === undefined ? "" : `${profile}-`}${kind === "apiServer" ? "api" : `${kind}-app`}`;
}
