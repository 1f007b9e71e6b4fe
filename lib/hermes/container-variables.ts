/** The variables that this library gives to every container, beside those of logins, platforms and the API server. */

export interface ContainerVariable {
  readonly variable: string;
  /** Other names that the image reads for it. */
  readonly aliases: readonly string[];
  /** What to use instead of setting it by hand. */
  readonly setBy: string;
  /**
   * The image's boot script reads it before any `.env` is loaded. In a `.env` it would come too late, and HOME would
   * be moved.
   */
  readonly atBoot?: true;
}

export const CONTAINER_VARIABLES = {
  home: { variable: "HOME", aliases: [], setBy: "the default: HOME is always /opt/data/home", atBoot: true },
  uid: { variable: "HERMES_UID", aliases: ["PUID"], setBy: "`uid` of PersistentDataVolume", atBoot: true },
  gid: { variable: "HERMES_GID", aliases: ["PGID"], setBy: "`gid` of PersistentDataVolume", atBoot: true },
  dashboard: { variable: "HERMES_DASHBOARD", aliases: [], setBy: "`dashboard`", atBoot: true },
  dashboardHost: { variable: "HERMES_DASHBOARD_HOST", aliases: [], setBy: "`dashboard`", atBoot: true },
  dashboardPort: {
    variable: "HERMES_DASHBOARD_PORT",
    aliases: [],
    setBy: "`publish.dashboard` for the port on the host",
    atBoot: true,
  },
  /** Read by uvicorn itself. */
  trustedProxies: { variable: "FORWARDED_ALLOW_IPS", aliases: [], setBy: "`trustedProxies`" },
  /** Hermes' boot reads it in the environment alone, and its gateway there and in every `.env`. */
  multiplex: { variable: "GATEWAY_MULTIPLEX_PROFILES", aliases: [], setBy: "`multiplexProfiles`" },
  killWait: { variable: "S6_KILL_GRACETIME", aliases: [], setBy: "`stopGraceSeconds`", atBoot: true },
  servicesWait: { variable: "S6_SERVICES_GRACETIME", aliases: [], setBy: "`stopGraceSeconds`", atBoot: true },
  hook: {
    variable: "S6_STAGE2_HOOK",
    aliases: [],
    setBy:
      "the default: it runs the script that gives the gateways their time at a stop; for your own commands at each boot, add a script to /etc/cont-init.d of your own image",
    atBoot: true,
  },
  /** Contains that script if no file can be uploaded. */
  boot: {
    variable: "CDKTF_HERMES_BOOT",
    aliases: [],
    setBy: "the default: it is the boot's script, with `config` and the plain variables",
    atBoot: true,
  },
  /**
   * The private key of `terminal`, in base64: a key has several lines, and a variable has one. No process of Hermes has it:
   * it is a variable only on its way into the container.
   */
  terminalKey: {
    variable: "CDKTF_HERMES_TERMINAL_KEY",
    aliases: [],
    setBy: "`key` of `terminal`",
    atBoot: true,
  },
} as const satisfies Readonly<Record<string, ContainerVariable>>;
