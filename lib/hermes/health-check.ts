import { DASHBOARD_PORT, DATA_PATH } from "./container-contract";
import { hasFeature, type Release } from "./releases";
import type { Services } from "./services";

/**
 * A check of that release that notices a dead gateway in a running container, as Docker's `test` list. Undefined if
 * there is no reliable check: on the tini generations, where the container ends with its gateway.
 *
 * - The API server is part of the gateway, so its `/health` dies with it.
 * - The dashboard's `/api/status` answers 200 even without a gateway, so its `gateway_running` is read.
 * - Otherwise the heartbeat file, or s6's own view on releases that do not write one.
 *
 * curl gets `-q`: HOME is on the volume, so root's curl would otherwise read a `.curlrc` that the agent can write.
 */
export function healthCheckCommand(
  release: Release,
  { apiServer, dashboard }: Services,
): readonly string[] | undefined {
  if (apiServer) {
    const url = `http://${connectAddress(apiServer.address)}:${apiServer.port}/health`;
    return ["CMD", ...CURL, "--output", "/dev/null", url];
  }
  if (dashboard) {
    const url = `http://127.0.0.1:${DASHBOARD_PORT}/api/status`;
    return [
      "CMD-SHELL",
      `${CURL.join(" ").replace("*", "'*'")} ${url} | grep -Eq '"gateway_running": *true'`,
    ];
  }
  if (hasFeature(release, "heartbeatFile")) {
    const file = `${DATA_PATH}/state/gateway.heartbeat`;
    return ["CMD-SHELL", `find ${file} -newermt '${HEARTBEAT_MAX_AGE_SECONDS} seconds ago' | grep -q .`];
  }
  if (release.generation === "s6") {
    return ["CMD-SHELL", `test "$(/command/s6-svstat -o up /run/service/gateway-default)" = true`];
  }
  return undefined;
}

/** The gateway touches its heartbeat every 30 s. */
const HEARTBEAT_MAX_AGE_SECONDS = 90;

const CURL = ["curl", "-q", "-fsS", "--noproxy", "*", "--max-time", "4"];

/** A wildcard address is for listening, not for connecting. `::` accepts no IPv4. */
function connectAddress(address: string): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  if (address === "::") return "[::1]";
  return address.includes(":") ? `[${address}]` : address;
}
