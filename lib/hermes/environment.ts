/**
 * Environment variables that a user should not set by hand: each is set by a prop, belongs to the secrets, or does
 * harm. Variables that are not listed here are passed on unchanged.
 */

import { API_SERVER_SETTINGS } from "./api-server";
import { CONTAINER_VARIABLES, type ContainerVariable } from "./container-variables";
import { DASHBOARD_LOGINS, type DashboardLogin, SHARED_LOGIN_SETTINGS } from "./dashboard-logins";
import { MODEL_SETTINGS } from "./model-settings";
import { furtherVariables, PLATFORM_ROWS } from "./platforms";
import { doorOf } from "./protections";
import { type Settings, variablesOf } from "./settings";

export type ReservedReason =
  /** The library sets it from a prop. */
  | "owned"
  /** Hermes does not know it, or no longer knows it. */
  | "obsolete"
  /** It removes a protection. */
  | "unsafe"
  /** It breaks the image, whatever the reason for setting it. */
  | "breaks";

export interface ReservedVariable {
  readonly reason: ReservedReason;
  /** What it does to an agent, in a clause. */
  readonly effect: string;
  readonly fix: string;
  readonly reference?: string;
}

/** A variable that no prop sets, and that does harm. */
interface HarmfulVariable extends ReservedVariable {
  /** A switch: it does nothing while it is off. */
  readonly switch?: true;
  /** See `ContainerVariable`. */
  readonly atBoot?: true;
}

const LOGIN_IN_ENVIRONMENT: HarmfulVariable = {
  reason: "unsafe",
  effect: "shows a login in `docker inspect` for as long as the container exists",
  fix: "log in once with the `codexLogin` or `setup` command of the output",
  atBoot: true,
};

const HARMFUL: Readonly<Record<string, HarmfulVariable>> = {
  API_SERVER_ENABLED: {
    reason: "obsolete",
    effect:
      "never disables the API server, and `true` without a key used to serve it with no authentication at all",
    fix: "give `apiServer` with a key, or leave `apiServer` out: only without a key the API server is off",
    reference: "#87856",
  },
  HERMES_HEADLESS: { reason: "obsolete", effect: "is not known to Hermes", fix: "remove it" },
  HERMES_DASHBOARD_TUI: {
    reason: "obsolete",
    effect: "no longer exists: the chat tab is always on",
    fix: "remove it",
  },
  [DASHBOARD_LOGINS["trusted-network"].switch.variable]: {
    reason: "obsolete",
    effect: "opens the dashboard on old releases and does nothing from v2026.7.1 on",
    fix: "use DashboardAuth.trustedNetwork on a release that honours it, or a login",
    reference: "PR #50476",
  },
  HERMES_HOME: {
    reason: "breaks",
    effect: "moves the data away from the mounted volume, and only parts of Hermes follow",
    fix: "remove it: the data directory is always /opt/data",
    reference: "#33001",
    atBoot: true,
  },
  HERMES_MANAGED_DIR: {
    reason: "breaks",
    effect: "hides the settings and secrets that this library places in /etc/hermes",
    fix: "remove it",
    atBoot: true,
  },
  PATH: {
    reason: "breaks",
    effect:
      "can put the plain binary before the shim that drops root; files owned by root then lock the gateway out",
    fix: "remove it; install tools with HermesImage.wrapper",
    reference: "#16480",
    atBoot: true,
  },
  S6_KILL_FINISH_MAXTIME: {
    reason: "breaks",
    effect: "kills the script that waits for the gateways at a stop, and then the gateways themselves",
    fix: "remove it, and give `stopGraceSeconds`",
  },
  S6_KEEP_ENV: {
    reason: "breaks",
    effect:
      "keeps every secret in the environment of PID 1, and removes the files from which the boot reads its script",
    fix: "remove it",
  },
  S6_BEHAVIOUR_IF_STAGE2_FAILS: {
    reason: "breaks",
    effect: "ends the agent after one failed boot script, or leaves the container up and empty",
    fix: "remove it: the boot then continues, and the health check shows whether the gateway runs",
  },
  S6_READ_ONLY_ROOT: { reason: "breaks", effect: "stops the image from booting", fix: "remove it" },
  HERMES_ALLOW_ROOT_GATEWAY: {
    reason: "unsafe",
    switch: true,
    effect: "lets the gateway run as root and leave root-owned files in /opt/data",
    fix: "remove it",
    reference: "#15718",
  },
  HERMES_DOCKER_EXEC_AS_ROOT: {
    reason: "unsafe",
    switch: true,
    effect:
      "makes every `docker exec … hermes` write root-owned files; it is meant for one diagnostic command",
    fix: "remove it and pass it to that one `docker exec -e`",
    reference: "#35098",
    atBoot: true,
  },
  HERMES_GATEWAY_NO_SUPERVISE: {
    reason: "unsafe",
    switch: true,
    effect: "takes the gateway out of s6 supervision",
    fix: "remove it",
  },
  HERMES_YOLO_MODE: {
    reason: "unsafe",
    switch: true,
    effect: "runs every command without approval",
    fix: "remove it, or acknowledge the rule with your reason",
  },
  HERMES_AUTH_JSON_BOOTSTRAP: LOGIN_IN_ENVIRONMENT,
  HERMES_AUTH_JSON_REBOOTSTRAP: LOGIN_IN_ENVIRONMENT,
};

const CONTAINER_ROWS: readonly ContainerVariable[] = Object.values(CONTAINER_VARIABLES);

/** Harmless variables that only the image's boot reads. */
const BOOT_VARIABLES: readonly string[] = [
  "HERMES_HOME_MODE",
  "HERMES_SKIP_CHMOD",
  "HERMES_GATEWAY_BOOTSTRAP_STATE",
  "HERMES_SKIP_CONFIG_MIGRATION",
];

/** Variables that a prop sets, and that prop in words. */
const OWNED: ReadonlyMap<string, string> = new Map(ownedVariables());

function* ownedVariables(): Generator<[string, string]> {
  for (const { variable, aliases, setBy } of CONTAINER_ROWS)
    for (const name of [variable, ...aliases]) yield [name, setBy];
  for (const [kind, { settings }] of Object.entries<DashboardLogin>(DASHBOARD_LOGINS))
    yield* ownedBy(settings, () => `DashboardAuth.${kind}`);
  yield* ownedBy(SHARED_LOGIN_SETTINGS, (prop) => `\`${prop}\` of DashboardAuth`);
  yield* ownedBy(API_SERVER_SETTINGS, (prop) => `\`apiServer.${prop}\``);
  for (const [name, platform] of PLATFORM_ROWS) {
    const setBy = `\`messaging.${name}\``;
    yield* ownedBy(platform.settings, () => setBy);
    for (const variable of furtherVariables(platform)) yield [variable, setBy];
  }
  for (const [prop, { variable }] of Object.entries(MODEL_SETTINGS)) yield [variable, `\`model.${prop}\``];
}

function* ownedBy(settings: Settings, setBy: (prop: string) => string): Generator<[string, string]> {
  for (const [prop, setting] of Object.entries(settings))
    for (const variable of variablesOf(setting)) yield [variable, setBy(prop)];
}

/** @param value where it is known: a variable that harms by some values only is free to say the others */
export function reservedVariable(name: string, value?: string): ReservedVariable | undefined {
  const prop = OWNED.get(name);
  if (prop !== undefined) return { reason: "owned", effect: "is set by this library", fix: `use ${prop}` };
  const harmful = Object.hasOwn(HARMFUL, name) ? HARMFUL[name] : undefined;
  if (harmful?.switch && value !== undefined && OFF.has(value.trim().toLowerCase())) return undefined;
  const door = doorOf(name);
  if (harmful !== undefined || door === undefined) return harmful;
  const harms = value === undefined ? !door.list : door.opens(value);
  return harms ? { reason: "unsafe", effect: door.effect, fix: door.fix } : undefined;
}

const OFF: ReadonlySet<string> = new Set(["", "0", "false", "no", "off"]);

/** Names that are reserved for that reason, beside those that a prop sets. */
export function harmfulVariables(reason: Exclude<ReservedReason, "owned">): readonly string[] {
  return Object.entries(HARMFUL).flatMap(([name, row]) => (row.reason === reason ? [name] : []));
}

/** Whether only the image's boot reads it, so that it has no effect in a `.env`. */
export function isReadAtBoot(name: string): boolean {
  return READ_AT_BOOT.has(name) || name.startsWith("S6_");
}

const READ_AT_BOOT: ReadonlySet<string> = new Set([
  ...CONTAINER_ROWS.flatMap(({ variable, aliases, atBoot }) => (atBoot ? [variable, ...aliases] : [])),
  ...Object.entries(HARMFUL).flatMap(([name, { atBoot }]) => (atBoot ? [name] : [])),
  ...BOOT_VARIABLES,
]);

export const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
