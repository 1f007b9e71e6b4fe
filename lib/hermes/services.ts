/** The services of an agent: what listens on a port, by the name under which a target publishes or routes it. */
import { API_SERVER_PORT } from "./container-contract";
import { type DashboardLoginKind, dashboardService } from "./dashboard-logins";
import { LISTENER_NAMES, type ListenerName, PLATFORMS, type Platform, portOf } from "./platforms";
import { DEFAULT_PROFILE } from "./profiles";

/** A service of an agent itself, which has a port of its own. A chat platform's has the platform's name. */
export type OwnServiceName = "dashboard" | "apiServer" | ListenerName;

/** What a profile beside the default one can have. The dashboard is the container's. */
export type ProfileServiceName = Exclude<OwnServiceName, "dashboard">;

/** A service under the name by which a target publishes or routes it: the agent's own, or `work.apiServer` of a profile. */
export type ServiceName = OwnServiceName | `${string}.${ProfileServiceName}`;

export const SERVICE_NAMES: readonly OwnServiceName[] = ["dashboard", "apiServer", ...LISTENER_NAMES];

/** As the subject of a sentence. */
export function serviceTitle(service: ServiceName): string {
  const kind = serviceKind(service);
  const profile = profileOf(service);
  const of = profile === undefined ? "" : ` of the profile ${profile}`;
  if (kind === "dashboard") return "The dashboard";
  return kind === "apiServer" ? `The API server${of}` : `The webhook of ${PLATFORMS[kind].title}${of}`;
}

/** What it is for, with the path that a platform calls. */
export function serviceUse(service: ServiceName): string {
  const kind = serviceKind(service);
  if (kind === "dashboard" || kind === "apiServer") return `${serviceTitle(service)}.`;
  const { title, listens }: Platform = PLATFORMS[kind];
  return `What ${title} calls, or the proxy in front: with the path ${listens?.path}.`;
}

/** The prop that an agent without the service lacks. */
export function serviceProp(service: ServiceName): string {
  const kind = serviceKind(service);
  const profile = profileOf(service);
  const at = profile === undefined ? [] : ["profiles", profile];
  if (kind === "dashboard" || kind === "apiServer") return [...at, kind].join(".");
  const { listens }: Platform = PLATFORMS[kind];
  return [...at, "messaging", kind, ...(listens?.when === undefined ? [] : [listens.when])].join(".");
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
function apiServerService({ host = "0.0.0.0", port = API_SERVER_PORT }: ApiServerAddress): Service {
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

/** The services of a profile by their own names, among all that the agent has: the others are those of profiles. */
export function servicesOfProfile(profile: string, all: Services): Services {
  const entries = serviceNames(all).flatMap((name) => {
    const owner = profileOf(name) ?? DEFAULT_PROFILE;
    const kind = serviceKind(name);
    if (kind === "dashboard") return [];
    return [[owner === profile ? kind : `${owner}.${kind}`, all[name]] as const];
  });
  return Object.fromEntries(entries);
}

/** An agent's services with those of its profiles, under the names for targets. */
export function withProfiles(own: OwnServices, profiles: Readonly<Record<string, OwnServices>>): Services {
  const named = Object.entries(profiles).flatMap(([profile, services]) =>
    Object.entries(services).map(([name, service]) => [`${profile}.${name}`, service] as const),
  );
  return { ...own, ...Object.fromEntries(named) };
}
