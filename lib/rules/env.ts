import { LONGEST_VARIABLE_BYTES } from "../hermes/container-contract";
import { harmfulVariables, type ReservedReason, reservedVariable } from "../hermes/environment";
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

/** The value, where this program has it. */
function known(value: Secret): string | undefined {
  return typeof value === "string" && !isUnresolved(value) ? value : undefined;
}
