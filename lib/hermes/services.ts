/** The services of an agent: what listens on a port, by the name under which a target publishes or routes it. */
import { API_SERVER_PORT } from "./container-contract";
import { type DashboardLoginKind, dashboardService } from "./dashboard-logins";
import { LISTENER_NAMES, type ListenerName, PLATFORMS, type Platform, portOf } from "./platforms";

/** A service of an agent, which has a port of its own. A chat platform's has the platform's name. */
export type ServiceName = "dashboard" | "apiServer" | ListenerName;

export const SERVICE_NAMES: readonly ServiceName[] = ["dashboard", "apiServer", ...LISTENER_NAMES];

/** As the subject of a sentence. */
export function serviceTitle(service: ServiceName): string {
  if (service === "dashboard") return "The dashboard";
  return service === "apiServer" ? "The API server" : `The webhook of ${PLATFORMS[service].title}`;
}

/** What it is for, with the path that a platform calls. */
export function serviceUse(service: ServiceName): string {
  if (service === "dashboard" || service === "apiServer") return `${serviceTitle(service)}.`;
  const { title, listens }: Platform = PLATFORMS[service];
  return `What ${title} calls, or the proxy in front: with the path ${listens?.path}.`;
}

/** The prop that an agent without the service lacks. */
export function serviceProp(service: ServiceName): string {
  if (service === "dashboard" || service === "apiServer") return service;
  const { listens }: Platform = PLATFORMS[service];
  return ["messaging", service, ...(listens?.when === undefined ? [] : [listens.when])].join(".");
}

/** Where a service listens inside the container. */
export interface Service {
  readonly address: string;
  readonly port: number;
}

/** The services that an agent has. */
export type Services = { readonly [Name in ServiceName]?: Service };

const LOOPBACK_ADDRESSES: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

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
): Services {
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
