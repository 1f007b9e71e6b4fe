/**
 * The settings of each terminal backend: the prop, its key of `terminal` in config.yaml, its variable, since when, and
 * what it can be. Props, schema, pins, variables and docs are derived from the rows.
 *
 * Read in the packages 0.17.0, 0.18.2 and 0.19.0: `tools/terminal_tool.py`, `tools/environments/`, and the maps of
 * `gateway/run.py` and `hermes_cli/config.py`, which turn the keys into the variables. The gateway lets config.yaml win;
 * programs that were started without it read the variables alone. So both are given, with equal values.
 */
import type { Feature } from "./releases";
import { ANY_SECRET, type SecretCheck } from "./secret-checks";

interface Row {
  /** Its key of `terminal` in config.yaml; of secrets there is none. */
  readonly configKey?: string;
  /** Its variable; some keys are read from config.yaml alone. */
  readonly variable?: string;
  /** It may be left out. */
  readonly optional?: true;
  /** The feature that a release needs to know it. Without one, every release with the managed scope does. */
  readonly since?: Feature;
  /**
   * What is pinned while the prop is left out, so that no earlier line of the volume opens more than the program says.
   */
  readonly off?: boolean | readonly never[];
}

export type TerminalRow = Row &
  (
    | { readonly kind: "text"; readonly allowed: string; readonly pattern?: RegExp }
    | { readonly kind: "choice"; readonly values: readonly string[] }
    | { readonly kind: "flag" }
    | { readonly kind: "whole"; readonly min: number; readonly max: number; readonly unit: string }
    | { readonly kind: "number"; readonly min: number; readonly max: number; readonly unit: string }
    | { readonly kind: "list"; readonly item: string; readonly pattern: RegExp }
    | { readonly kind: "map"; readonly allowed: string; readonly key: RegExp }
    /** Directories and volumes of the engine's host, which Hermes takes in Docker's short form. */
    | { readonly kind: "mounts" }
    | { readonly kind: "secret"; readonly checks: readonly SecretCheck[] }
  );

export type TerminalTable = Readonly<Record<string, TerminalRow>>;

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LONGEST_SECONDS = 86_400;
const IMAGE = "an image, such as python:3.13@sha256:…";

/** What every backend has. */
const SHARED = {
  /**
   * Directory in which commands start, at the place where they run.
   * @default - upstream's own: `/opt/data` for local, the user's home for ssh, `/root` in a sandbox
   */
  cwd: {
    kind: "text",
    configKey: "cwd",
    variable: "TERMINAL_CWD",
    allowed: "an absolute path, such as /workspace",
    pattern: /^\/[^\0\r\n]*$/,
    optional: true,
  },
  /** The longest that one command may take. @default 180 */
  timeoutSeconds: {
    kind: "whole",
    configKey: "timeout",
    variable: "TERMINAL_TIMEOUT",
    min: 1,
    max: LONGEST_SECONDS,
    unit: "seconds",
    optional: true,
  },
  /** After so long without a command, Hermes closes the connection or the sandbox. @default 300 */
  lifetimeSeconds: {
    kind: "whole",
    configKey: "lifetime_seconds",
    variable: "TERMINAL_LIFETIME_SECONDS",
    min: 1,
    max: LONGEST_SECONDS,
    unit: "seconds",
    optional: true,
  },
  /**
   * Names of variables that commands see too. Keys of model providers are never among them, whatever it says.
   * @default - those that skills ask for
   */
  envPassthrough: {
    kind: "list",
    configKey: "env_passthrough",
    item: "a variable's name, such as GITHUB_TOKEN",
    pattern: VARIABLE_NAME,
    optional: true,
  },
} as const satisfies TerminalTable;

/** What a sandbox has, of whatever kind. */
const SANDBOX = {
  /** CPUs of the sandbox. @default 1 */
  cpus: {
    kind: "number",
    configKey: "container_cpu",
    variable: "TERMINAL_CONTAINER_CPU",
    min: 0.01,
    max: 8192,
    unit: "CPUs",
    optional: true,
  },
  /** Memory of the sandbox. @default 5120 */
  memoryMiB: {
    kind: "whole",
    configKey: "container_memory",
    variable: "TERMINAL_CONTAINER_MEMORY",
    min: 6,
    max: 2 ** 32,
    unit: "MiB",
    optional: true,
  },
  /** Whether the files of the sandbox outlive it. @default true */
  persistent: {
    kind: "flag",
    configKey: "container_persistent",
    variable: "TERMINAL_CONTAINER_PERSISTENT",
    optional: true,
  },
  /**
   * Files of the data that the sandbox can read at `/root/.hermes`, such as `google_token.json`. Hermes refuses its own
   * stores: `.env` and `auth.json`.
   * @default - those that skills ask for
   */
  credentialFiles: {
    kind: "list",
    configKey: "credential_files",
    item: "a path below /opt/data, such as google_token.json",
    pattern: /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\0\r\n]*\S[^\0\r\n]*$/,
    optional: true,
  },
} as const satisfies TerminalTable;

/** Disk of the sandbox; on Docker only with overlay2 on XFS with project quotas. @default 51200 */
const disk = (max: number) =>
  ({
    kind: "whole",
    configKey: "container_disk",
    variable: "TERMINAL_CONTAINER_DISK",
    min: 1,
    max,
    unit: "MiB",
    optional: true,
  }) as const;

export const TERMINAL_SETTINGS = {
  local: {
    ...SHARED,
    /**
     * HOME of commands: `profile` is `/opt/data/home`, `real` that of the runtime user.
     * @default - upstream's `auto`, which is `profile` in a container
     */
    homeMode: {
      kind: "choice",
      configKey: "home_mode",
      variable: "TERMINAL_HOME_MODE",
      values: ["auto", "real", "profile"],
      optional: true,
    },
  },
  ssh: {
    ...SHARED,
    /** Name or address of the machine, as the container resolves it. */
    host: {
      kind: "text",
      configKey: "ssh_host",
      variable: "TERMINAL_SSH_HOST",
      allowed: "a host name or an IP address without a port, such as build.lan",
      pattern: /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|[\dA-Fa-f]*:[\dA-Fa-f.]*:[\dA-Fa-f.:]*)$/,
    },
    /** The user there. */
    user: {
      kind: "text",
      configKey: "ssh_user",
      variable: "TERMINAL_SSH_USER",
      allowed: "a user's name",
      pattern: /^[A-Za-z0-9_][A-Za-z0-9_.@-]*$/,
    },
    /** Port of its SSH server. @default 22 */
    port: {
      kind: "whole",
      configKey: "ssh_port",
      variable: "TERMINAL_SSH_PORT",
      min: 1,
      max: 65535,
      unit: "",
      optional: true,
    },
  },
  docker: {
    ...SHARED,
    ...SANDBOX,
    /**
     * Image of the sandbox. Pin it by its digest: the engine pulls it when the first command runs.
     * @default - upstream's nikolaik/python-nodejs:python3.11-nodejs20
     */
    image: {
      kind: "text",
      configKey: "docker_image",
      variable: "TERMINAL_DOCKER_IMAGE",
      allowed: IMAGE,
      optional: true,
    },
    /** Largest size of the sandbox's own files. @default - Hermes' own, 51200 */
    diskMiB: disk(2 ** 32),
    /** Directories of the engine's host, or its volumes, in the sandbox. @default - none */
    volumes: {
      kind: "mounts",
      configKey: "docker_volumes",
      variable: "TERMINAL_DOCKER_VOLUMES",
      optional: true,
      off: [],
    },
    /** Plain variables of the sandbox. @default - none */
    env: {
      kind: "map",
      configKey: "docker_env",
      variable: "TERMINAL_DOCKER_ENV",
      allowed: "letters, digits and `_`, with no digit first",
      key: VARIABLE_NAME,
      optional: true,
    },
    /** Names of the agent's own variables that the sandbox gets too, such as those of tokens. @default - none */
    forwardEnv: {
      kind: "list",
      configKey: "docker_forward_env",
      variable: "TERMINAL_DOCKER_FORWARD_ENV",
      item: "a variable's name, such as GITHUB_TOKEN",
      pattern: VARIABLE_NAME,
      optional: true,
      off: [],
    },
    /**
     * Whether commands run as the agent's runtime user instead of root, so that files belong to it. The image must let
     * that user write where it works.
     * @default false
     */
    runAsHostUser: {
      kind: "flag",
      configKey: "docker_run_as_host_user",
      variable: "TERMINAL_DOCKER_RUN_AS_HOST_USER",
      optional: true,
      off: false,
    },
    /** Whether the sandbox has a network. @default true */
    network: {
      kind: "flag",
      configKey: "docker_network",
      variable: "TERMINAL_DOCKER_NETWORK",
      since: "terminalDockerNetwork",
      optional: true,
      off: true,
    },
    /** Further arguments of `docker run`, one an item. They come last, and can weaken the sandbox. @default - none */
    extraArgs: {
      kind: "list",
      configKey: "docker_extra_args",
      variable: "TERMINAL_DOCKER_EXTRA_ARGS",
      item: "one argument of `docker run`, such as --shm-size=1g",
      pattern: /^[^\0\r\n]*\S[^\0\r\n]*$/,
      optional: true,
      off: [],
    },
    /** Whether `cwd` of the agent's container is mounted at `/workspace` of the sandbox. @default false */
    mountCwd: {
      kind: "flag",
      configKey: "docker_mount_cwd_to_workspace",
      variable: "TERMINAL_DOCKER_MOUNT_CWD_TO_WORKSPACE",
      optional: true,
      off: false,
    },
    /** Whether a later process of Hermes, such as after a restart, goes on with the same sandbox. @default true */
    persistAcrossProcesses: {
      kind: "flag",
      configKey: "docker_persist_across_processes",
      variable: "TERMINAL_DOCKER_PERSIST_ACROSS_PROCESSES",
      optional: true,
    },
    /** Whether a start removes old sandboxes of this agent that have ended. @default true */
    orphanReaper: {
      kind: "flag",
      configKey: "docker_orphan_reaper",
      variable: "TERMINAL_DOCKER_ORPHAN_REAPER",
      optional: true,
    },
    /**
     * Directory of the engine's host for the sandbox's `/root` and `/workspace`.
     * @default - `sandboxes` below the data
     */
    sandboxDirectory: {
      kind: "text",
      configKey: "sandbox_dir",
      variable: "TERMINAL_SANDBOX_DIR",
      allowed: "an absolute path of the engine's host",
      pattern: /^\/[^\0\r\n:]*$/,
      optional: true,
    },
  },
  singularity: {
    ...SHARED,
    ...SANDBOX,
    /** `docker://…`, or the path of a `.sif` file. @default - upstream's nikolaik/python-nodejs */
    image: {
      kind: "text",
      configKey: "singularity_image",
      variable: "TERMINAL_SINGULARITY_IMAGE",
      allowed: "docker:// and an image, or a path of a .sif file",
      optional: true,
    },
  },
  modal: {
    ...SHARED,
    ...SANDBOX,
    /** Image of the sandbox. @default - upstream's nikolaik/python-nodejs:python3.11-nodejs20 */
    image: {
      kind: "text",
      configKey: "modal_image",
      variable: "TERMINAL_MODAL_IMAGE",
      allowed: IMAGE,
      optional: true,
    },
    /**
     * `direct` is your own account by the two tokens; `managed` is Nous Portal's.
     * @default - upstream's `auto`
     */
    mode: {
      kind: "choice",
      configKey: "modal_mode",
      variable: "TERMINAL_MODAL_MODE",
      values: ["auto", "direct", "managed"],
      optional: true,
    },
    /** Id of a token of your Modal account. @default - `.modal.toml` on the volume, or Nous Portal */
    tokenId: { kind: "secret", variable: "MODAL_TOKEN_ID", checks: [ANY_SECRET], optional: true },
    /** The secret of that token. @default - as of `tokenId` */
    tokenSecret: { kind: "secret", variable: "MODAL_TOKEN_SECRET", checks: [ANY_SECRET], optional: true },
  },
  daytona: {
    ...SHARED,
    ...SANDBOX,
    /** Image of the workspace. @default - upstream's nikolaik/python-nodejs:python3.11-nodejs20 */
    image: {
      kind: "text",
      configKey: "daytona_image",
      variable: "TERMINAL_DAYTONA_IMAGE",
      allowed: IMAGE,
      optional: true,
    },
    /** CPUs of the workspace, whole ones. @default 1 */
    cpus: { ...SANDBOX.cpus, kind: "whole", min: 1 },
    /** Largest size of the sandbox's own files; Daytona gives no more than 10 GiB. @default - Hermes' own, 51200 */
    diskMiB: disk(10_240),
    /** Key of your Daytona account. */
    apiKey: { kind: "secret", variable: "DAYTONA_API_KEY", checks: [ANY_SECRET] },
  },
} as const satisfies Readonly<Record<string, TerminalTable>>;

/** Where ssh finds the private key: set with `key`, and no prop of its own. */
export const SSH_KEY_FILE = { configKey: "ssh_key", variable: "TERMINAL_SSH_KEY" } as const;

/** What Docker's client reads. */
export const DOCKER_CLIENT = {
  host: "DOCKER_HOST",
  verify: "DOCKER_TLS_VERIFY",
  certificates: "DOCKER_CERT_PATH",
} as const;

/** In the agent's container. The image lets its runtime user join the socket's group. */
export const SOCKET_PATH = "/var/run/docker.sock";

export type TerminalBackendName = keyof typeof TERMINAL_SETTINGS;
