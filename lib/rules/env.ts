import type { AgentSettings } from "../agent/settings/agent-settings";
import { LONGEST_VARIABLE_BYTES } from "../hermes/container-contract";
import { harmfulVariables, type ReservedReason, reservedVariable } from "../hermes/environment";
import { configLeaves } from "../hermes/managed-config";
import { PLATFORM_PORT_VARIABLES, SERVICE_NAMES } from "../hermes/services";
import { VARIABLE_PAIRS, type VariablePair } from "../hermes/variable-pairs";
import { isCredentialName } from "../support/credential-names";
import { isPublicValue } from "../support/credentials";
import type { Secret } from "../support/secret";
import { isUnresolved } from "../support/tokens";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject } from "./subject";

export const ENV_RULES = rulesFor<AgentSubject>()({
  "env-owned": {
    severity: "error",
    refuses: "a variable in `env` or `secrets` that a prop sets",
    because: "the value would be set in two places, and the prop's checks would see only one of them",
    seen: "this library sets the variable",
    final: true,
    check: reserved("owned"),
  },
  "env-obsolete": {
    severity: "error",
    refuses: harmfulVariables("obsolete").join(", "),
    because: "guides still show them; they do nothing, or not what their name says",
    seen: "run 0.14.0 to 0.19.0; HERMES_HEADLESS and HERMES_DASHBOARD_TUI are nowhere in the 0.19.0 package",
    references: ["#87856", "#83750"],
    check: reserved("obsolete"),
  },
  "env-breaks-image": {
    severity: "error",
    refuses: harmfulVariables("breaks").join(", "),
    because: "the image, or what this library adds to it, relies on a value of its own",
    seen: "the image's boot scripts of v2026.8.18, read; s6-overlay 3.2.3.0, run",
    references: ["#16480", "#33001"],
    final: true,
    check: reserved("breaks"),
  },
  "env-unsafe": {
    severity: "error",
    refuses:
      "variables that remove a protection, such as HERMES_YOLO_MODE, `…_ALLOW_ALL_USERS` of any platform, or `*` in a list of users",
    because: "each is a decision that a reviewer should see with its reason",
    seen: "0.19.0: each variable in lib/hermes/protections.ts, read there; the lists run",
    references: ["#15718", "#35098"],
    check: reserved("unsafe"),
  },
  "env-duplicate-variable": {
    severity: "error",
    refuses: "one variable in `env` and in `secrets`",
    because: "the release decides which of the two is used",
    seen: "this library: before v2026.6.19 one environment has both, later a file has the secret",
    final: true,
    check: ({ settings }) =>
      Object.keys(settings.env ?? {})
        .filter((name) => Object.hasOwn(settings.secrets ?? {}, name))
        .map((name) => ({ prop: `env.${name}`, fix: "keep it in `secrets`" })),
  },
  "env-webhook-unsigned": {
    severity: "error",
    refuses:
      "a variable that makes a platform use a webhook, without the secret that signs it: TELEGRAM_WEBHOOK_URL without TELEGRAM_WEBHOOK_SECRET, and others",
    because: "unless the volume has it, Hermes starts no such webhook, and the log alone says so",
    seen: "0.19.0: the adapter of each platform, read; Telegram's also in 0.17.0 and 0.18.2",
    check: incomplete(({ webhook }) => webhook === true),
  },
  "env-incomplete": {
    severity: "warning",
    refuses:
      "a variable of a platform without the others that it needs, such as MATTERMOST_TOKEN without MATTERMOST_URL",
    because: "unless the volume has them, the platform does not connect, and the log alone says so",
    seen: "0.19.0: gateway/config.py and the adapter of each platform, read",
    check: incomplete(({ webhook }) => webhook !== true),
  },
  "env-without-effect": {
    severity: "warning",
    refuses:
      "a variable that Hermes reads only beside another one, such as TELEGRAM_WEBHOOK_SECRET without its URL",
    because: "unless the volume has the other one, it does nothing",
    seen: "0.19.0: gateway/config.py and the adapter of each platform, read",
    check: ({ settings }) =>
      VARIABLE_PAIRS.flatMap(({ name: variable, platform, when, companions = [] }) => {
        const places = companions.flatMap((name) => placesOf(settings, name));
        if (places.length === 0 || placesOf(settings, variable, when).length > 0) return [];
        if (isConfigured(settings, platform)) return [];
        return places.map((prop) => ({ prop, fix: `give ${variable} too, or remove it` }));
      }),
  },
  "env-port-taken": {
    severity: "error",
    refuses: "a port in `env` that another service of the agent listens on",
    because: "only one of the two gets the port, and the gateway may give up for good",
    seen: "run 0.19.0: a gateway whose API port is taken ends with 78 and stays down",
    check: ({ settings: { env = {} }, services }) => {
      const owners = new Map<string, string>();
      for (const service of SERVICE_NAMES)
        if (services[service] !== undefined) owners.set(String(services[service].port), `\`${service}\``);
      return PLATFORM_PORT_VARIABLES.flatMap((name) => {
        const port = env[name]?.trim() ?? "";
        const owner = owners.get(port);
        if (port === "" || isUnresolved(port)) return [];
        owners.set(port, `env.${name}`);
        return when(owner !== undefined, () => ({
          prop: `env.${name}`,
          value: port,
          problem: `${owner} has it`,
          fix: "give it another port",
        }));
      });
    },
  },
  "env-too-long": {
    severity: "error",
    refuses: `a variable of more than ${LONGEST_VARIABLE_BYTES} bytes, with its name`,
    because: "Linux starts no process with it, and the engine no container",
    seen: "Linux: MAX_ARG_STRLEN",
    final: true,
    check: ({ settings }) =>
      Object.entries(settings.env ?? {}).flatMap(([name, value]) => {
        const bytes = Buffer.byteLength(`${name}=${value}`);
        return when(!isUnresolved(value) && bytes > LONGEST_VARIABLE_BYTES, () => ({
          prop: `env.${name}`,
          value: `${bytes} bytes`,
          allowed: `at most ${LONGEST_VARIABLE_BYTES}`,
          fix: "put the text into a file, and mount it",
        }));
      }),
  },
  "env-credential": {
    severity: "error",
    refuses: "a variable in `env` whose name says that it is a credential",
    because: "its value would be readable in `cdk.tf.json`, or every plan would hide the whole environment",
    seen: "run: one sensitive value hides the whole `env` of kreuzwerker/docker in every plan",
    check: ({ settings }) =>
      Object.entries(settings.env ?? {})
        .filter(([name, value]) => isCredentialName(name) && !isPublicValue(value))
        .filter(([name, value]) => reservedVariable(name, known(value)) === undefined)
        .map(([name]) => ({ prop: `env.${name}`, fix: "move it to `secrets`" })),
  },
});

function reserved(reason: ReservedReason) {
  return ({ settings }: AgentSubject): readonly Violation[] =>
    (["env", "secrets"] as const).flatMap((prop) =>
      Object.entries<Secret>(settings[prop] ?? {}).flatMap(([name, value]) => {
        const variable = reservedVariable(name, known(value));
        if (variable?.reason !== reason) return [];
        return [{ prop: `${prop}.${name}`, problem: variable.effect, fix: variable.fix }];
      }),
    );
}

/** Rows of that kind of which something is missing. */
function incomplete(isMeant: (pair: VariablePair) => boolean) {
  return ({ settings }: AgentSubject): readonly Violation[] =>
    VARIABLE_PAIRS.filter(isMeant).flatMap(({ name: variable, platform, when, needs, otherwise }) => {
      const places = placesOf(settings, variable, when);
      if (places.length === 0 || isConfigured(settings, platform)) return [];
      const missing = needs.filter((names) => !names.some((name) => placesOf(settings, name).length > 0));
      if (missing.length === 0) return [];
      const named = missing.map((names) => names.join(" or ")).join(" and ");
      return places.map((prop) => ({
        prop,
        problem: `${named} ${missing.length > 1 ? "are" : "is"} missing: ${otherwise}`,
        fix: `give ${named}, or remove it`,
      }));
    });
}

/** Whether config.yaml says something of the platform, which may be the rest. */
function isConfigured({ config = {} }: AgentSettings, platform: string): boolean {
  return [...configLeaves(config)].some(
    ([[root, child]]) => root === platform || (root === "platforms" && child === platform),
  );
}

/** Where the variable is given. To Hermes an empty one is none. */
function placesOf(
  { env = {}, secrets = {} }: AgentSettings,
  name: string,
  when: (value: string) => boolean = () => true,
): readonly string[] {
  const value = env[name] ?? "";
  const plain = value !== "" && (isUnresolved(value) || when(value)) ? [`env.${name}`] : [];
  return Object.hasOwn(secrets, name) ? [...plain, `secrets.${name}`] : plain;
}

/** The value, where this program has it. */
function known(value: Secret): string | undefined {
  return typeof value === "string" && !isUnresolved(value) ? value : undefined;
}
