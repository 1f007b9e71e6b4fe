/** The services of an agent: what listens on a port, by the name under which a target publishes or routes it. */
import { API_SERVER_PORT } from "./container-contract";
import { type DashboardLoginKind, dashboardService } from "./dashboard-logins";

export const SERVICE_NAMES = ["dashboard", "apiServer"] as const;

/** A service of an agent, which has a port of its own. */
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Where a service listens inside the container. */
export interface Service {
  readonly address: string;
  readonly port: number;
}

/** The services that an agent has. */
export type Services = { readonly [Name in ServiceName]?: Service };

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
): Services {
  return {
    ...(access && { dashboard: dashboardService(access) }),
    ...(apiServer && { apiServer: apiServerService(apiServer) }),
  };
}

/** Variables of the ports on which platforms listen; read in 0.19.0. */
export const PLATFORM_PORT_VARIABLES =
  "WEBHOOK_PORT TELEGRAM_WEBHOOK_PORT BLUEBUBBLES_WEBHOOK_PORT MSGRAPH_WEBHOOK_PORT WHATSAPP_CLOUD_WEBHOOK_PORT SMS_WEBHOOK_PORT FEISHU_WEBHOOK_PORT WECOM_CALLBACK_PORT LINE_PORT TEAMS_PORT".split(
    " ",
  );
