/**
 * Environment variables that a user should not set by hand: each is owned by a prop, belongs to the secrets, or
 * does harm. Variables that are not listed here pass through untouched.
 */

export type ReservedReason =
  /** The library sets it from a prop. */
  | "owned"
  /** Hermes does not know it, or no longer. */
  | "obsolete"
  /** It takes a protection away. */
  | "unsafe"
  /** The image breaks, whatever the reason for setting it. */
  | "breaks";

export interface ReservedVariable {
  readonly reason: ReservedReason;
  /** What it does to an agent, in a clause. */
  readonly effect: string;
  readonly fix: string;
  readonly reference?: string;
}

/** Owned variables and the prop that sets each. */
const OWNED: Readonly<Record<string, string>> = {
  HOME: "nothing: it is always /opt/data/home",
  HERMES_UID: "`uid` of PersistentDataVolume",
  HERMES_GID: "`gid` of PersistentDataVolume",
  PUID: "`uid` of PersistentDataVolume",
  PGID: "`gid` of PersistentDataVolume",
  HERMES_DASHBOARD: "`dashboard`",
  HERMES_DASHBOARD_HOST: "`dashboard`",
  HERMES_DASHBOARD_PORT: "`publish.dashboard` for the port on the host",
  HERMES_DASHBOARD_PUBLIC_URL: "`publicUrl` of DashboardAuth",
  HERMES_DASHBOARD_BASIC_AUTH_USERNAME: "DashboardAuth.basic",
  HERMES_DASHBOARD_BASIC_AUTH_PASSWORD: "DashboardAuth.basic",
  HERMES_DASHBOARD_BASIC_AUTH_PASSWORD_HASH: "DashboardAuth.basic",
  HERMES_DASHBOARD_BASIC_AUTH_SECRET: "DashboardAuth.basic",
  HERMES_DASHBOARD_BASIC_AUTH_TTL_SECONDS: "DashboardAuth.basic",
  HERMES_DASHBOARD_OIDC_ISSUER: "DashboardAuth.oidc",
  HERMES_DASHBOARD_OIDC_CLIENT_ID: "DashboardAuth.oidc",
  HERMES_DASHBOARD_OIDC_CLIENT_SECRET: "DashboardAuth.oidc",
  HERMES_DASHBOARD_OIDC_SCOPES: "DashboardAuth.oidc",
  HERMES_DASHBOARD_OAUTH_CLIENT_ID: "DashboardAuth.nous",
  HERMES_DASHBOARD_PORTAL_URL: "DashboardAuth.nous",
  FORWARDED_ALLOW_IPS: "`trustedProxies`",
  API_SERVER_KEY: "`apiServer.key`",
  API_SERVER_HOST: "`apiServer.host`",
  API_SERVER_PORT: "`apiServer.port`",
  API_SERVER_CORS_ORIGINS: "`apiServer.corsOrigins`",
  API_SERVER_MODEL_NAME: "`apiServer.modelName`",
  HERMES_INFERENCE_PROVIDER: "`model.provider`",
  HERMES_INFERENCE_MODEL: "`model.name`",
  CUSTOM_BASE_URL: "`model.baseUrl`",
  HERMES_MODEL_API_KEY: "`model.apiKey`",
  SLACK_BOT_TOKEN: "`messaging.slack`",
  SLACK_APP_TOKEN: "`messaging.slack`",
  SLACK_ALLOWED_USERS: "`messaging.slack`",
  SLACK_ALLOW_ALL_USERS: "`messaging.slack`",
  TELEGRAM_BOT_TOKEN: "`messaging.telegram`",
  TELEGRAM_ALLOWED_USERS: "`messaging.telegram`",
  TELEGRAM_ALLOW_ALL_USERS: "`messaging.telegram`",
  DISCORD_BOT_TOKEN: "`messaging.discord`",
  DISCORD_ALLOWED_USERS: "`messaging.discord`",
  DISCORD_ALLOW_ALL_USERS: "`messaging.discord`",
  S6_KILL_GRACETIME: "`stopGraceSeconds`",
  S6_SERVICES_GRACETIME: "`stopGraceSeconds`",
};

const LOGIN_IN_ENVIRONMENT: ReservedVariable = {
  reason: "unsafe",
  effect: "shows a login in `docker inspect` for as long as the container lives",
  fix: "log in once with the `codexLogin` or `setup` command of the output",
};

const HARMFUL: Readonly<Record<string, ReservedVariable>> = {
  API_SERVER_ENABLED: {
    reason: "obsolete",
    effect:
      "never disables the API server, and `true` without a key once served it with no authentication at all",
    fix: "give `apiServer` with a key, or leave it out: no key is the only off switch",
    reference: "#87856",
  },
  HERMES_HEADLESS: { reason: "obsolete", effect: "is not known to Hermes", fix: "remove it" },
  HERMES_DASHBOARD_TUI: {
    reason: "obsolete",
    effect: "was dropped: the chat tab is always on",
    fix: "remove it",
  },
  HERMES_DASHBOARD_INSECURE: {
    reason: "obsolete",
    effect: "opens the dashboard on old releases and does nothing from v2026.7.1 on",
    fix: "use DashboardAuth.trustedNetwork on a release that honours it, or a login",
    reference: "PR #50476",
  },
  HERMES_HOME: {
    reason: "breaks",
    effect: "moves the data away from the mounted volume, and only half of Hermes follows",
    fix: "remove it: the data directory is always /opt/data",
    reference: "#33001",
  },
  HERMES_MANAGED_DIR: {
    reason: "breaks",
    effect: "hides the settings and secrets that this library places in /etc/hermes",
    fix: "remove it",
  },
  PATH: {
    reason: "breaks",
    effect:
      "can put the raw binary before the shim that drops root, so that root-owned files lock the gateway out",
    fix: "remove it; install tools with HermesImage.wrapper",
    reference: "#16480",
  },
  S6_READ_ONLY_ROOT: { reason: "breaks", effect: "stops the image from booting", fix: "remove it" },
  HERMES_ALLOW_ROOT_GATEWAY: {
    reason: "unsafe",
    effect: "lets the gateway run as root and leave root-owned files in /opt/data",
    fix: "remove it",
    reference: "#15718",
  },
  HERMES_DOCKER_EXEC_AS_ROOT: {
    reason: "unsafe",
    effect:
      "makes every `docker exec … hermes` write root-owned files; it is meant for one diagnostic command",
    fix: "remove it and pass it to that one `docker exec -e`",
    reference: "#35098",
  },
  HERMES_GATEWAY_NO_SUPERVISE: {
    reason: "unsafe",
    effect: "takes the gateway out of s6 supervision",
    fix: "remove it",
  },
  HERMES_YOLO_MODE: {
    reason: "unsafe",
    effect: "runs every command without approval",
    fix: "remove it, or acknowledge the rule with your reason",
  },
  GATEWAY_ALLOW_ALL_USERS: {
    reason: "unsafe",
    effect: "gives a shell to anyone who finds the bot",
    fix: "list users with `messaging.*.allowedUsers`",
  },
  HERMES_AUTH_JSON_BOOTSTRAP: LOGIN_IN_ENVIRONMENT,
  HERMES_AUTH_JSON_REBOOTSTRAP: LOGIN_IN_ENVIRONMENT,
};

export function reservedVariable(name: string): ReservedVariable | undefined {
  const prop = OWNED[name];
  if (prop !== undefined) return { reason: "owned", effect: "is set by this library", fix: `use ${prop}` };
  return HARMFUL[name];
}

/**
 * Whether the image's boot reads it, in shell, before any `.env` is loaded: in a `.env` it would come too late, and HOME
 * would move.
 */
export function isReadAtBoot(name: string): boolean {
  return READ_AT_BOOT.has(name) || name.startsWith("S6_");
}

const READ_AT_BOOT: ReadonlySet<string> = new Set([
  "HOME",
  "PATH",
  "HERMES_UID",
  "HERMES_GID",
  "PUID",
  "PGID",
  "HERMES_HOME",
  "HERMES_HOME_MODE",
  "HERMES_SKIP_CHMOD",
  "HERMES_DASHBOARD",
  "HERMES_DASHBOARD_HOST",
  "HERMES_DASHBOARD_PORT",
  "HERMES_GATEWAY_BOOTSTRAP_STATE",
  "HERMES_AUTH_JSON_BOOTSTRAP",
  "HERMES_AUTH_JSON_REBOOTSTRAP",
  "HERMES_SKIP_CONFIG_MIGRATION",
  "HERMES_DOCKER_EXEC_AS_ROOT",
  "HERMES_MANAGED_DIR",
]);

/**
 * Whether a variable, or a key of config.yaml, is by its name a credential: what Hermes itself treats so (`…_KEY`,
 * `…_TOKEN`, `…_SECRET`), passwords, and the header that carries one. `botToken` and `X-Api-Key` count like `BOT_TOKEN`.
 */
export function isCredentialName(name: string): boolean {
  return CREDENTIAL_NAME.test(name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2"));
}

const CREDENTIAL_NAME =
  /(?:^|[_-])(?:api_?key|token|secret|password|passwd|credentials?|authorization)$|[_-]key$/i;

export const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
