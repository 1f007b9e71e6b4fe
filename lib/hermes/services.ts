/** The services of an agent: what listens on a port, by the name under which a target publishes or routes it. */
import { API_SERVER_PORT } from "./container-contract";
import { type DashboardLoginKind, dashboardService } from "./dashboard-logins";

export const SERVICE_NAMES = ["dashboard", "apiServer"] as const;

/** A service of an agent itself, which has a port of its own. */
export type OwnServiceName = (typeof SERVICE_NAMES)[number];

/** What a profile beside the default one can have. The dashboard is the container's. */
export type ProfileServiceName = Exclude<OwnServiceName, "dashboard">;

/** A service under the name by which a target publishes or routes it: the agent's own, or `work.apiServer` of a profile. */
export type ServiceName = OwnServiceName | `${string}.${ProfileServiceName}`;

/** Where a service listens inside the container. */
export interface Service {
  readonly address: string;
  readonly port: number;
}

/** The services of an agent or of one profile, by their own names. */
export type OwnServices = { readonly [Name in OwnServiceName]?: Service };

/** The services that an agent has. */
export type Services = { readonly [Name in ServiceName]?: Service };

/** The services of a map by their names: the agent's own first, then those of its profiles. */
export function serviceNames(services: { readonly [Name in ServiceName]?: unknown }): readonly ServiceName[] {
  const given = Object.keys(services).filter(isServiceName);
  const own = SERVICE_NAMES.filter((name) => given.includes(name));
  return [...own, ...given.filter((name) => profileOf(name) !== undefined)];
}

export function isServiceName(name: string): name is ServiceName {
  const [kind, profile] = [kindOf(name), profileOf(name)];
  return SERVICE_NAMES.some((own) => own === kind) && (profile === undefined || kind !== "dashboard");
}

/** What the service is, whoever has it. */
export function serviceKind(service: ServiceName): OwnServiceName {
  return SERVICE_NAMES.find((own) => own === kindOf(service)) ?? "apiServer";
}

/** The profile that has the service; undefined for the agent's own. */
export function profileOf(service: string): string | undefined {
  const dot = service.lastIndexOf(".");
  return dot < 0 ? undefined : service.slice(0, dot);
}

function kindOf(service: string): string {
  return service.slice(service.lastIndexOf(".") + 1);
}

/** The loopback's address. */
export const LOOPBACK = "127.0.0.1";

const LOOPBACK_ADDRESSES: ReadonlySet<string> = new Set([LOOPBACK, "::1", "localhost"]);

export function isLoopback(address: string): boolean {
  return LOOPBACK_ADDRESSES.has(address);
}

/** The host of a URL that reaches what listens there. A wildcard address is for listening, not for connecting. */
export function connectAddress(address: string): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  // It accepts no IPv4.
  if (address === "::") return "[::1]";
  return address.includes(":") ? `[${address}]` : address;
}

/** A published port could not reach Hermes' own default, 127.0.0.1. */
export function apiServerService({ host = "0.0.0.0", port = API_SERVER_PORT }: ApiServerAddress): Service {
  return { address: host, port };
}

interface ApiServerAddress {
  readonly host?: string;
  readonly port?: number;
}

export function servicesOf(
  access: { readonly kind: DashboardLoginKind } | undefined,
  apiServer: ApiServerAddress | undefined,
): OwnServices {
  return {
    ...(access && { dashboard: dashboardService(access) }),
    ...(apiServer && { apiServer: apiServerService(apiServer) }),
  };
}

/** An agent's services with those of its profiles, under the names for targets. */
export function withProfiles(own: OwnServices, profiles: Readonly<Record<string, OwnServices>>): Services {
  const named = Object.entries(profiles).flatMap(([profile, services]) =>
    Object.entries(services).map(([name, service]) => [`${profile}.${name}`, service] as const),
  );
  return { ...own, ...Object.fromEntries(named) };
}

/** Variables of the ports on which platforms listen; read in 0.19.0. */
export const PLATFORM_PORT_VARIABLES =
  "WEBHOOK_PORT TELEGRAM_WEBHOOK_PORT BLUEBUBBLES_WEBHOOK_PORT MSGRAPH_WEBHOOK_PORT WHATSAPP_CLOUD_WEBHOOK_PORT SMS_WEBHOOK_PORT FEISHU_WEBHOOK_PORT WECOM_CALLBACK_PORT LINE_PORT TEAMS_PORT".split(
    " ",
  );
