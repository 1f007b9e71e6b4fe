/**
 * What an agent says instead of its model's answer, and what that means. Hermes puts the provider's error into the
 * answer's text, with exit code 0 or status 200 (0.19.0: each row was run, through the gateway and with `hermes -z`).
 */
import type { Failure } from "./condition";

interface FailedAnswer extends Failure {
  readonly pattern: RegExp;
}

export const FAILED_ANSWERS = {
  none: {
    pattern: /No inference provider configured/,
    cause: "no model is configured",
    fix: { hermes: "setup", note: "or give `model` in the program" },
  },
  login: {
    pattern: /No Codex credentials stored|relogin_required|invalid_grant|hermes auth add/,
    cause: "nobody has logged in at the model's provider, or the login has ended",
    fix: { hermes: "auth add openai-codex", note: "for another provider its name" },
  },
  rejected: {
    pattern: /HTTP 40[13]\b/,
    cause: "the model's provider rejects the key",
    fix: {
      program:
        "give `model.apiKey`, or the provider's variable in `secrets`, a key that it takes; `nothing shadowed` says whether the volume decides it",
    },
  },
  unknown: {
    pattern: /HTTP 404\b/,
    cause: "the model's provider does not know the model, or the address is wrong",
    fix: {
      program: "correct `model.name` or `model.baseUrl`, and deploy again; without `model`: `hermes model`",
    },
  },
  limited: {
    pattern: /HTTP 429\b/,
    cause: "the model's provider turns requests away: too many of them, or no credit is left",
    fix: { program: "look at the limits and the credit of your account there, and try again later" },
  },
  broken: {
    pattern: /HTTP 5\d\d\b/,
    cause: "the model's provider has an error of its own",
    fix: { program: "try again later; look at the provider's status page, or choose another model" },
  },
  unreachable: {
    pattern: /Connection error|Name or service not known|Connection refused/,
    cause: "the container can't reach the model's provider",
    fix: { program: "check `model.baseUrl`, and the engine's way there: DNS, proxy and certificates" },
  },
  empty: {
    pattern: /No reply: the model returned empty content/,
    cause: "the model answers with nothing",
    fix: { program: "choose another model: `model.name`, or without `model` by `hermes model`" },
  },
  silent: {
    pattern: /^no answer in \d+ s$/,
    cause: "the model gives no answer in the time that it was given",
    fix: { program: "look at the provider's status page; for a model that is slow, raise `--ask-seconds`" },
  },
  other: {
    pattern: /^/,
    cause: "the model answers something else than it was asked for",
    fix: { hermes: "-z 'Reply with exactly: ok' -t todo", note: "its text says what is wrong" },
  },
} as const satisfies Readonly<Record<string, FailedAnswer>>;

export type FailedAnswerId = keyof typeof FAILED_ANSWERS;

/** @param text what came instead of the answer */
export function failedAnswer(text: string): FailedAnswerId {
  for (const [id, { pattern }] of Object.entries(FAILED_ANSWERS))
    if (isFailedAnswer(id) && pattern.test(text)) return id;
  return "other";
}

function isFailedAnswer(id: string): id is FailedAnswerId {
  return Object.hasOwn(FAILED_ANSWERS, id);
}
