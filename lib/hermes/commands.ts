import { hasFeature, type Release } from "./releases";

/** The commands that a person types next, by their purpose. */
export type NextCommands = Readonly<Record<string, string>>;

/** Where a person types commands for an agent. */
export const TYPED = {
  here: "on this machine",
  node: "in a shell of the node that runs the app, as a user who may use docker",
} as const;

export interface CommandContext {
  readonly release: Release;
  /** How to name the container on the command line: its name, or a `$(…)` that finds it. */
  readonly container: string;
  /** `docker`, or `docker -H …` for an engine elsewhere. */
  readonly docker: string;
  /** The model is pinned, so that choosing another one has no effect. */
  readonly modelPinned: boolean;
  /** The profile that the commands are for. @default - the default one */
  readonly profile?: string;
  /** Keys and endpoints of model providers that a line of the volume's `.env` decides, whatever the program says. */
  readonly wonByTheVolume: readonly string[];
}

/** How `hermes` is typed for a container of that release, with its arguments. */
export function hermesCommand({
  release,
  container,
  docker,
  profile,
}: Pick<CommandContext, "release" | "container" | "docker" | "profile">): (
  arguments_: string,
  tty?: boolean,
) => string {
  const shim = hasFeature(release, "execShim");
  const chosen = profile === undefined ? [] : [`-p ${profile}`];
  const all = (arguments_: string) => [...chosen, arguments_].filter((part) => part !== "").join(" ");
  return (arguments_, tty = true) =>
    `${docker} exec ${tty ? "-it " : ""}${shim ? "" : "-u hermes "}${container} ` +
    `${shim ? "hermes" : "/opt/hermes/.venv/bin/hermes"}${all(arguments_) && ` ${all(arguments_)}`}`;
}

/**
 * In the shell of whoever types the command: a `#` would be an argument in an interactive zsh. On stderr, so that a
 * script still gets the answer alone.
 */
const BESIDE_THE_GATEWAY =
  "echo 'This runs a second Hermes beside the gateway, on the same databases. Before v2026.7.30 that can corrupt them: do it while the agent is idle.' >&2";

/** A command that runs a second Hermes on the gateway's databases, with a warning where that can corrupt them. */
export function besideTheGateway(release: Release, command: string): string {
  return hasFeature(release, "safeSqlite") ? command : `${BESIDE_THE_GATEWAY}; ${command}`;
}

/**
 * The right commands for that release. From the s6 generation on, `hermes` is a shim that drops root. In earlier
 * releases a bare `docker exec` finds no `hermes`, and a run as root would leave files that the gateway can't read.
 */
export function nextCommands(context: CommandContext): NextCommands {
  const { release, container, docker, modelPinned, wonByTheVolume } = context;
  const hermes = hermesCommand(context);
  const beside = (command: string) => besideTheGateway(release, command);
  return {
    setup: beside(hermes("setup")),
    codexLogin: hermes("auth add openai-codex"),
    ...(modelPinned ? {} : { chooseModel: hermes("model") }),
    oneShotTest: beside(hermes("-z 'Reply with exactly: ok'", false)),
    chat: beside(hermes("")),
    ...(wonByTheVolume.length > 0 && {
      // Names alone: the lines hold secrets.
      keysOnVolume: `${docker} exec ${container} sed -nE 's/^[[:space:]]*(export[[:space:]]+)?(${wonByTheVolume.join("|")})[[:space:]]*=.*/\\2/p' /opt/data/.env`,
    }),
    logs: `${docker} logs --follow --tail 100 ${container}`,
    gatewayLog: `${docker} exec ${container} tail -n 100 -F /opt/data/logs/agent.log`,
  };
}
