import { DASHBOARD_PORT, DATA_PATH } from "./container-contract";
import { hasFeature, type Release } from "./releases";
import type { Services } from "./services";

/**
 * A check of that release that notices a dead gateway in a running container, as Docker's `test` list. Undefined if
 * there is no reliable check: on the tini generations, where the container ends with its gateway.
 *
 * - The API server is part of the gateway, so its `/health` dies with it.
 * - The dashboard's `/api/status` answers 200 without a gateway, so its `gateway_running` is read.
 * - Otherwise a file of the gateway's on the volume, which must be of this container: see `gatewayRunsTest`.
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
  const test = gatewayRunsTest(release);
  return test === undefined ? undefined : ["CMD-SHELL", test];
}

/**
 * A test in shell, one line, for root in the container: whether the gateway that s6 supervises has come up. The volume
 * still has the files of the previous container's gateway, and numbers of processes repeat from one container to the
 * next. So the file must name the process, and be newer than `/etc/hostname`, which the engine writes at each start.
 * Undefined where s6 supervises nothing.
 *
 * The heartbeat must be fresh besides. A clock that jumps ahead, or a computer that slept, makes it old until the next
 * beat; one that jumps back makes it, or `/etc/hostname`, come from the future, which is then no sign of anything.
 */
export function gatewayRunsTest(release: Release): string | undefined {
  if (!hasFeature(release, "supervision")) return undefined;
  const beats = hasFeature(release, "heartbeatFile");
  const file = `${DATA_PATH}/${beats ? "state/gateway.heartbeat" : "gateway_state.json"}`;
  const contains = (pattern: string) => `grep -Eq "${pattern}" ${file}`;
  const newer = `find ${file} -newer ${START_MARK} | grep -q .`;
  const fresh = `find ${file} -newermt '${BEAT_MAX_AGE_SECONDS} seconds ago' ! -newermt '${CLOCK_TOLERANCE}' | grep -q .`;
  return [
    // A container in which nothing supervises has one gateway and ends with it.
    `pid=$(/command/s6-svstat -o pid ${GATEWAY_SLOT} 2>/dev/null || echo '[0-9]+')`,
    contains('\\"pid\\": *$pid[^0-9]'),
    ...(beats
      ? [fresh, `{ ${newer} || find ${START_MARK} -newermt '${CLOCK_TOLERANCE}' | grep -q .; }`]
      : [contains('\\"gateway_state\\": *\\"(running|degraded|draining)\\"'), newer]),
  ].join(" && ");
}

const GATEWAY_SLOT = "/run/service/gateway-default";

const START_MARK = "/etc/hostname";

/** The gateway touches its heartbeat every 30 s. */
const BEAT_MAX_AGE_SECONDS = 90;

/** From now on, in the words of `find`. */
const CLOCK_TOLERANCE = "5 seconds";

const CURL = ["curl", "-q", "-fsS", "--noproxy", "*", "--max-time", "4"];

/** A wildcard address is for listening, not for connecting. `::` accepts no IPv4. */
function connectAddress(address: string): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  if (address === "::") return "[::1]";
  return address.includes(":") ? `[${address}]` : address;
}
