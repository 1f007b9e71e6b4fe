import { DASHBOARD_PORT, DATA_PATH } from "./container-contract";
import { hasFeature, type Release } from "./releases";
import { connectAddress, type Services } from "./services";

/**
 * A check of that release that notices a dead gateway in a running container, as Docker's `test` list. Undefined if
 * there is no reliable check: on the tini generations, where the container ends with its gateway.
 *
 * - The API server is part of the gateway, so its `/health` dies with it.
 * - The dashboard's `/api/status` answers 200 even without a gateway, so its `gateway_running` is read.
 * - Otherwise a file of the gateway on the volume is read. It must belong to this container: see `gatewayRunsTest`.
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
 * A test in shell, in one line, for root in the container: whether the gateway that s6 supervises has started. The
 * volume still has the files of the previous container's gateway, and process numbers can be the same in two
 * containers. So the file must name the process, and be newer than `/etc/hostname`, which the engine writes at each
 * start. Undefined if s6 supervises nothing.
 *
 * The heartbeat must also be fresh. After a clock has jumped ahead, or a computer has slept, it is old until the next
 * beat. After a clock has jumped back, the heartbeat or `/etc/hostname` is from the future, and its time proves
 * nothing.
 */
export function gatewayRunsTest(release: Release): string | undefined {
  if (!hasFeature(release, "supervision")) return undefined;
  const beats = hasFeature(release, "heartbeatFile");
  const file = `${DATA_PATH}/${beats ? "state/gateway.heartbeat" : "gateway_state.json"}`;
  const contains = (pattern: string) => `grep -Eq "${pattern}" ${file}`;
  const newer = `find ${file} -newer ${START_MARK} | grep -q .`;
  const fresh = `find ${file} -newermt '${BEAT_MAX_AGE_SECONDS} seconds ago' ! -newermt '${CLOCK_TOLERANCE}' | grep -q .`;
  return [
    // A container without supervision has one gateway and ends with it.
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

/** Relative to now, in the syntax of `find`. */
const CLOCK_TOLERANCE = "5 seconds";

const CURL = ["curl", "-q", "-fsS", "--noproxy", "*", "--max-time", "4"];
