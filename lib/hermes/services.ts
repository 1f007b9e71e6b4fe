/** The services of an agent: what listens on a port, by the name under which a target publishes or routes it. */
import { API_SERVER_PORT } from "./container-contract";
import { type DashboardLoginKind, dashboardService } from "./dashboard-logins";
import { LISTENER_NAMES, type ListenerName, PLATFORMS, type Platform, portOf } from "./platforms";

/** A service of an agent or a profile, which has a port of its own. A chat platform's has the platform's name. */
export type OwnServiceName = "dashboard" | "apiServer" | ListenerName;

/** What a profile beside the default one can have. The dashboard is the container's. */
export type ProfileServiceName = Exclude<OwnServiceName, "dashboard">;

/** A service under the name by which a target publishes or routes it: the agent's own, or `work.apiServer` of a profile. */
export type ServiceName = OwnServiceName | `${string}.${ProfileServiceName}`;

export const SERVICE_NAMES: readonly OwnServiceName[] = ["dashboard", "apiServer", ...LISTENER_NAMES];

/** As the subject of a sentence. */
export function serviceTitle(service: ServiceName): string {
  const [kind, profile] = [serviceKind(service), profileOf(service)];
  if (kind === "dashboard") return "The dashboard";
  const title = kind === "apiServer" ? "The API server" : `The webhook of ${PLATFORMS[kind].title}`;
  return profile === undefined ? title : `${title} of the profile ${profile}`;
}

/** The prop that an agent without the service lacks. */
export function serviceProp(service: ServiceName): string {
  const [kind, profile] = [serviceKind(service), profileOf(service)];
  return [...(profile === undefined ? [] : ["profiles", profile]), ...ownProp(kind)].join(".");
}

function ownProp(service: OwnServiceName): readonly string[] {
  if (service === "dashboard" || service === "apiServer") return [service];
  const { listens }: Platform = PLATFORMS[service];
  return ["messaging", service, ...(listens?.when === undefined ? [] : [listens.when])];
}

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

/** The values of a platform's props, by name. */
type PlatformValues = Readonly<Record<string, unknown>>;

/** Where it listens with these values; undefined for one that nobody calls. */
export function platformService(platform: Platform, values: PlatformValues): Service | undefined {
  const { listens } = platform;
  const setting = portOf(platform);
  if (listens === undefined || setting === undefined) return undefined;
  if (listens.when !== undefined && values[listens.when] === undefined) return undefined;
  const given = values[setting.prop];
  return { address: "0.0.0.0", port: typeof given === "number" ? given : setting.port };
}

/** @param platforms those that were given, by their names as props */
export function servicesOf(
  access: { readonly kind: DashboardLoginKind } | undefined,
  apiServer: ApiServerAddress | undefined,
  platforms: Readonly<Record<string, PlatformValues | undefined>> = {},
): OwnServices {
  const called = LISTENER_NAMES.flatMap((name) => {
    const service = platforms[name] && platformService(PLATFORMS[name], platforms[name]);
    return service === undefined ? [] : [[name, service] as const];
  });
  return {
    ...(access && { dashboard: dashboardService(access) }),
    ...(apiServer && { apiServer: apiServerService(apiServer) }),
    ...Object.fromEntries(called),
  };
}

/** An agent's services with those of its profiles, under the names for targets. */
export function withProfiles(own: OwnServices, profiles: Readonly<Record<string, OwnServices>>): Services {
  const named = Object.entries(profiles).flatMap(([profile, services]) =>
    Object.entries(services).map(([name, service]) => [`${profile}.${name}`, service] as const),
  );
  return { ...own, ...Object.fromEntries(named) };
}
