/**
 * What the upstream image and a container made from it agree on: paths, ports, the runtime user and the start
 * command.
 */

import type { Generation } from "./releases";

/**
 * All state of an agent. The image hard-codes the path: only parts of Hermes follow another HERMES_HOME (#33001,
 * #65165).
 */
export const DATA_PATH = "/opt/data";

/**
 * HOME of people who enter the container, and of the agent's own tool processes. The image's services always set their
 * own HOME to /opt/data.
 */
export const HOME_PATH = "/opt/data/home";

export const CODEX_HOME_PATH = "/opt/data/home/.codex";

/** The install tree. A volume mounted over it hides the code of the next release (#78193). */
export const INSTALL_PATH = "/opt/hermes";

/** Files here are loaded last and override the volume's `.env` and `config.yaml`. */
export const MANAGED_PATH = "/etc/hermes";
export const MANAGED_ENV_FILE = "/etc/hermes/.env";
export const MANAGED_CONFIG_FILE = "/etc/hermes/config.yaml";

/** The label of a wrapper's image and of a container with the Hermes release, for whoever compares two of them. */
export const RELEASE_LABEL = "cdktf-hermes.release";

/** The image's CMD slot. Without it the interactive CLI starts, reads end-of-file and ends: a restart loop. */
export const GATEWAY_COMMAND: readonly string[] = ["gateway", "run"];

/** The entrypoint of each generation's image. */
export const ENTRYPOINTS: Readonly<Record<Generation, readonly string[]>> = {
  entrypoint: ["/opt/hermes/docker/entrypoint.sh"],
  tini: ["/usr/bin/tini", "-g", "--", "/opt/hermes/docker/entrypoint.sh"],
  s6: ["/init", "/opt/hermes/docker/main-wrapper.sh"],
  dispatch: ["/opt/hermes/docker/entrypoint-dispatch.sh"],
};

export const DASHBOARD_PORT = 9119;
export const API_SERVER_PORT = 8642;

/** User and group of the runtime user in the image. */
export const RUNTIME_ID = 10_000;

/** HERMES_UID and HERMES_GID take 1 to 65534; 0 and anything else are silently ignored. */
export const RUNTIME_ID_RANGE = { min: 1, max: 65534 } as const;

/** Docker's default is 64 MiB, at which Chromium's tabs crash; upstream's page says 1 GiB. */
export const SHM_MIB = 1024;

/** Linux on x86-64 addresses 4 PiB. */
export const MAX_MEMORY_MIB = 2 ** 32;

/** Linux is built for at most so many. */
export const MAX_CPUS = 8192;

/** Linux allows this many bytes for one variable, including its name. */
export const LONGEST_VARIABLE_BYTES = 131_071;

/** Upstream's documented minimum without browser tools; with them it is 2 GiB. */
export const MIN_MEMORY_MIB = 1024;

/**
 * The engine rejects a CPU quota below 1 ms of the kernel's 100 ms. By then the previous container is already removed.
 */
export const MIN_CPUS = 0.01;
