/**
 * What opens an agent to more people than its lists name, or switches one of its protections off: variables and settings of
 * config.yaml, and which of their values do. Values that only say what holds anyway are none of it. The names are those of
 * the 0.19.0 package.
 */
import type { ConfigValue } from "./managed-config";
import { EVERY_PLATFORM_SHUT, PLATFORM_ROWS } from "./platforms";
import { NO_SIGNATURE } from "./secret-checks";

/** A variable that does harm by some of its values. */
export interface Door {
  /** What the value does, in a clause. */
  readonly effect: string;
  readonly fix: string;
  readonly opens: (value: string) => boolean;
  /** An ordinary list: one of which Terraform alone knows the items passes. */
  readonly list?: true;
}

/**
 * Variables that are no props and let people in: those that hold for every platform, and those that the rows of the
 * platforms shut. Seen by asking the real 0.18.2 and 0.19.0 of each whom they let in.
 */
const SHUT = [EVERY_PLATFORM_SHUT, ...PLATFORM_ROWS.map(([, { shut }]) => shut)].flatMap((row) =>
  Object.keys(row),
);

const LIST_USERS = "list the users";

/** What Hermes takes for yes in a variable that lets people in: `on` is none of it. */
const isYes = among("true", "1", "yes");
/** What it takes for yes elsewhere. */
const isTruthy = among("true", "1", "yes", "on");

const everyone: Door = {
  effect: "gives a shell to anyone who finds the bot",
  fix: `${LIST_USERS}, with \`messaging.*.allowedUsers\` where the platform is a prop`,
  opens: isYes,
};
const anyone: Door = { ...everyone, effect: "lets everyone in by `*`", opens: hasWildcard, list: true };
const policy: Door = { ...everyone, effect: "lets everyone in", opens: among("open") };
const bots: Door = {
  effect: "lets every bot in, past the list of people",
  fix: "remove it, or acknowledge the rule with your reason",
  opens: among("mentions", "all"),
};

/** Read in 0.19.0. */
const SWITCHES: Readonly<Record<string, Door>> = {
  HERMES_REDACT_SECRETS: {
    effect: "leaves secrets readable in logs and answers",
    fix: "remove it",
    opens: (value) => !isTruthy(value),
  },
  TIRITH_ENABLED: {
    effect: "switches off the check of commands",
    fix: "remove it",
    opens: (value) => !isYes(value),
  },
  SMS_INSECURE_NO_SIGNATURE: {
    effect: "accepts messages from whoever finds the address, as if they came from Twilio",
    fix: "remove it",
    opens: among("true"),
  },
  EMAIL_TRUST_FROM_HEADER: {
    effect: "believes a sender's address, which anyone can forge",
    fix: "remove it",
    opens: isTruthy,
  },
};

/** By what their names end with. Without an allow-all beside an open policy the gateway does not start; read in 0.19.0. */
const DOORS_BY_ENDING: readonly (readonly [RegExp, Door])[] = [
  [/_ALLOW_ALL_USERS$/, everyone],
  [/_(?:ALLOWED_USERS|ALLOW_FROM)$/, anyone],
  [/_POLICY$/, policy],
  [/_ALLOW_BOTS$/, bots],
];

const DOORS: ReadonlyMap<string, Door> = new Map([
  ...SHUT.flatMap((name): [string, Door][] =>
    DOORS_BY_ENDING.flatMap(([ending, door]): [string, Door][] => (ending.test(name) ? [[name, door]] : [])),
  ),
  ...Object.entries(SWITCHES),
]);

export function doorOf(variable: string): Door | undefined {
  return DOORS.get(variable);
}

interface UnsafeSetting {
  /** A dotted path, or the last key of one, wherever it stands. */
  readonly at: { readonly path: string } | { readonly key: string };
  /** As text: config.yaml has `off` as a word and as a boolean. */
  readonly opens: (value: string) => boolean;
  readonly effect: string;
  readonly fix: string;
}

const isNo = among("false", "0", "no", "off");

/** Read in 0.19.0; the lists of Telegram and Slack's bots run too. */
const UNSAFE_SETTINGS: readonly UnsafeSetting[] = [
  {
    at: { path: "approvals.mode" },
    opens: among("off", "false"),
    effect: "runs every command without approval",
    fix: "use manual or smart",
  },
  {
    at: { path: "approvals.cron_mode" },
    opens: among("approve", "off", "allow", "yes"),
    effect: "runs every command of a cron job without approval",
    fix: "use deny",
  },
  {
    at: { path: "delegation.subagent_auto_approve" },
    opens: isTruthy,
    effect: "runs every command of a subagent without approval",
    fix: "remove it",
  },
  {
    at: { path: "security.redact_secrets" },
    opens: isNo,
    effect: "leaves secrets readable in logs and answers",
    fix: "remove it",
  },
  {
    at: { path: "security.tirith_enabled" },
    opens: isNo,
    effect: "switches off the check of commands",
    fix: "remove it",
  },
  {
    at: { key: "require_authenticated_sender" },
    opens: isNo,
    effect: "believes a sender's address, which anyone can forge",
    fix: "remove it",
  },
  ...["allow_from", "group_allow_from", "dm_allow_from", "group_allowed_chats", "allowFrom"].map((key) => ({
    at: { key },
    opens: hasWildcard,
    effect: "lets everyone in by `*`",
    fix: LIST_USERS,
  })),
  ...["dm_policy", "group_policy"].map((key) => ({
    at: { key },
    opens: policy.opens,
    effect: policy.effect,
    fix: LIST_USERS,
  })),
  { at: { key: "allow_bots" }, opens: bots.opens, effect: bots.effect, fix: bots.fix },
  {
    at: { path: "platforms.api_server.extra.cors_origins" },
    opens: hasWildcard,
    effect: "lets any web page in a browser that knows the key drive the agent",
    fix: "name the pages' origins by `apiServer.corsOrigins`",
  },
];

/** What is wrong with a leaf of config.yaml, if anything. @param path its keys, and the indices of lists */
export function unsafeSetting(
  path: readonly string[],
  value: ConfigValue,
): Pick<UnsafeSetting, "effect" | "fix"> | undefined {
  if (value === NO_SIGNATURE)
    return { effect: "accepts every request without a signature", fix: "give a secret" };
  const keys = path.filter((key) => !/^\d+$/.test(key));
  return UNSAFE_SETTINGS.find(({ at, opens }) => {
    const here = "path" in at ? at.path === keys.join(".") : at.key === keys.at(-1);
    return here && opens(String(value));
  });
}

/** Whether a list in one text has the item that stands for everyone. */
export function hasWildcard(list: string): boolean {
  return list.split(",").some((item) => item.trim() === "*");
}

/** As Hermes compares: without surrounding blanks, in whichever case. */
function among(...words: readonly string[]): (value: string) => boolean {
  return (value) => words.includes(value.trim().toLowerCase());
}
