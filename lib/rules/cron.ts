import { platformsInUse } from "../agent/settings/messaging";
import { givenMounts } from "../agent/settings/mounts";
import { DATA_PATH } from "../hermes/container-contract";
import { isSchedule, parseSchedule } from "../hermes/cron-schedule";
import { DELIVERY_PLATFORMS, homeChannelVariable } from "../hermes/delivery";
import { threatIn } from "../hermes/threats";
import { showValue } from "../support/errors";
import { nearest } from "../support/spelling";
import { isUnresolved } from "../support/tokens";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject } from "./subject";

export const CRON_RULES = rulesFor<AgentSubject>()({
  "cron-schedule-invalid": {
    severity: "error",
    refuses: "a schedule that Hermes does not read, or that never comes, such as the 31st of February",
    because: "the job would never run",
    seen: "0.17.0 to 0.19.0: cron/jobs.py with croniter 6.0.0, run with 9,000 schedules",
    final: true,
    check: ({ settings }) =>
      Object.entries(settings.crons ?? {}).flatMap(([name, { schedule }]) => {
        const parsed = parseSchedule(schedule);
        if (isSchedule(parsed)) return [];
        return [{ prop: place(name, "schedule"), value: showValue(schedule), ...parsed }];
      }),
  },
  "cron-prompt-blocked": {
    severity: "error",
    refuses: "a prompt of a job with words that Hermes takes for an attack, or that restart the gateway",
    because: "Hermes refuses to run the job, each time",
    seen: "0.17.0 to 0.19.0: tools/cronjob_tools.py and cron/lifecycle_guard.py, compared with 6,725 texts",
    check: ({ settings, release }) =>
      Object.entries(settings.crons ?? {}).flatMap(([name, { prompt }]) => {
        const found = threatIn(prompt, "prompt", release);
        if (found === undefined) return [];
        return [
          {
            prop: place(name, "prompt"),
            value: `line ${found.line}: ${found.words}`,
            problem: `Hermes calls it ${found.id}`,
            fix: "say it in other words",
          },
        ];
      }),
  },
  "cron-deliver-unknown": {
    severity: "error",
    refuses: "a job whose answer goes to a platform that Hermes does not know",
    because: "the job would run, and its answer would get lost",
    seen: "0.19.0: cron/scheduler.py drops a target that it does not know, read",
    check: ({ settings }) =>
      targets(settings.crons).flatMap(({ prop, platform, given }) =>
        when(!WORDS.includes(platform) && !DELIVERY_PLATFORMS.includes(platform), () => {
          const near = nearest(platform, [...WORDS, ...DELIVERY_PLATFORMS]);
          return {
            prop,
            value: showValue(given),
            fix: `${near === undefined ? "" : `did you mean ${showValue(near)}? Or `}write the platform's name, "local" to keep it only, or acknowledge the rule for a platform of a plugin`,
          };
        }),
      ),
  },
  "cron-deliver-unconnected": {
    severity: "warning",
    refuses:
      "a job whose answer goes to a platform that the program does not connect, or to no chat that it names",
    because: "unless the volume says it, the job runs, and its answer gets lost",
    seen: "0.19.0: cron/scheduler.py sends to the chat that follows the colon, else to the platform's home channel, read",
    check: ({ settings }) => {
      const { env = {}, secrets = {}, crons } = settings;
      const given = new Set([...Object.keys(env), ...Object.keys(secrets)]);
      const connected = platformsInUse(settings.messaging).map(({ name }) => name.toLowerCase());
      return targets(crons).flatMap(({ prop, platform, chat, given: value }): Violation[] => {
        if (!DELIVERY_PLATFORMS.includes(platform)) return [];
        const shown = { prop, value: showValue(value) };
        const prefix = platform.toUpperCase();
        const isConnected =
          connected.includes(platform) || [...given].some((name) => name.startsWith(`${prefix}_`));
        if (!isConnected)
          return [
            {
              ...shown,
              problem: `nothing connects ${platform}`,
              fix: `give \`messaging\` for it, or acknowledge the rule if \`hermes setup\` connects it`,
            },
          ];
        const variable = homeChannelVariable(platform);
        if (chat !== undefined || given.has(variable)) return [];
        return [
          {
            ...shown,
            problem: `no chat of ${platform} is named`,
            fix: `write ${showValue(`${platform}:CHAT`)}, or give ${variable} in \`env\`; acknowledge the rule if somebody types /sethome in the chat`,
          },
        ];
      });
    },
  },
  "cron-skill-missing": {
    severity: "warning",
    refuses: "a job that loads a skill that `skills` does not have",
    because: "unless the agent has it otherwise, the job runs without it and only says so in its answer",
    seen: "0.19.0: cron/scheduler.py, read",
    check: ({ settings, mind: { skills } }) =>
      Object.entries(settings.crons ?? {}).flatMap(([name, cron]) =>
        (cron.skills ?? []).flatMap((skill) =>
          when(!skills.some((known) => known.name === skill), () => {
            const near = nearest(
              skill,
              skills.map(({ name }) => name),
            );
            return {
              prop: place(name, "skills"),
              value: showValue(skill),
              fix:
                near === undefined
                  ? "add its directory to `skills`, or acknowledge the rule for one that Hermes or the agent has"
                  : `did you mean ${showValue(near)}?`,
            };
          }),
        ),
      ),
  },
  "cron-workdir-missing": {
    severity: "warning",
    refuses: "a working directory of a job that is neither in the data nor mounted",
    because: "unless the image has it, Hermes runs the job elsewhere, without the files that it was to see",
    seen: "0.19.0: cron/scheduler.py falls back with a line of the log, read",
    check: ({ settings }) => {
      const known = [DATA_PATH, ...givenMounts(settings).map(({ mount }) => mount.target)];
      return Object.entries(settings.crons ?? {}).flatMap(([name, { workdir }]) =>
        when(
          workdir !== undefined &&
            !isUnresolved(workdir) &&
            !known.some((path) => workdir === path || workdir.startsWith(`${path}/`)),
          () => ({
            prop: place(name, "workdir"),
            value: showValue(workdir),
            fix: `use a directory below ${DATA_PATH}, mount it, or acknowledge the rule for one of the image`,
          }),
        ),
      );
    },
  },
});

/** Words that are no platform. */
const WORDS: readonly string[] = ["local", "origin", "all"];

function place(name: string, prop: string): string {
  return `crons[${JSON.stringify(name)}].${prop}`;
}

/** A comma that is not inside a reference of Terraform's. */
const BETWEEN_TARGETS = /,(?![^{}]*\})/;

interface Target {
  readonly prop: string;
  /** As it is written. */
  readonly given: string;
  readonly platform: string;
  readonly chat: string | undefined;
}

/** A platform that only Terraform knows is none of them. */
function targets(crons: AgentSubject["settings"]["crons"] = {}): readonly Target[] {
  return Object.entries(crons).flatMap(([name, { deliver = "local" }]) =>
    deliver
      .split(BETWEEN_TARGETS)
      .map((given) => given.trim())
      .filter((given) => given !== "" && !isUnresolved(given.split(":")[0]))
      .map((given) => {
        const colon = given.indexOf(":");
        const platform = (colon < 0 ? given : given.slice(0, colon)).toLowerCase();
        return {
          prop: place(name, "deliver"),
          given,
          platform,
          chat: colon < 0 ? undefined : given.slice(colon + 1),
        };
      }),
  );
}
