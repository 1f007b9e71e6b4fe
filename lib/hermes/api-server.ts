import { API_SERVER_PORT } from "./container-contract";
import { apiServerKeyCheck } from "./secret-checks";
import type { Settings } from "./settings";

/** By the names of their props. */
export const API_SERVER_SETTINGS = {
  host: { kind: "text", variable: "API_SERVER_HOST", allowed: "an IP address or localhost" },
  port: { kind: "number", variable: "API_SERVER_PORT", min: 1, unit: "" },
  corsOrigins: { kind: "list", variable: "API_SERVER_CORS_ORIGINS", separator: ",", item: "an origin" },
  modelName: { kind: "text", variable: "API_SERVER_MODEL_NAME", allowed: "a non-empty string" },
  key: { kind: "secret", variable: "API_SERVER_KEY", checks: [apiServerKeyCheck] },
} as const satisfies Settings;

/** Where the API server listens inside the container; undefined when it is off. */
export function listening({
  apiServer,
}: {
  readonly apiServer?: { readonly host?: string; readonly port?: number } | undefined;
}) {
  return apiServer && { host: apiServer.host ?? "0.0.0.0", port: apiServer.port ?? API_SERVER_PORT };
}
