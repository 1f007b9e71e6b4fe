import { API_SERVER_PORT } from "./container-contract";

/** Where the API server listens inside the container; undefined when it is off. */
export function listening({
  apiServer,
}: {
  readonly apiServer?: { readonly host?: string; readonly port?: number } | undefined;
}) {
  return apiServer && { host: apiServer.host ?? "0.0.0.0", port: apiServer.port ?? API_SERVER_PORT };
}
