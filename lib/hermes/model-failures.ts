/**
 * Why a model does not answer, by what Hermes says then: it puts the provider's error into the answer's text, with exit
 * code 0 or status 200 (0.14.0 to 0.19.0, run with a model that fails in each of these ways, through the gateway and with
 * `hermes -z`). The first row that matches counts.
 */
import type { Failure } from "./condition";

interface ModelFailure extends Failure {
  /** Of what comes instead of the answer. */
  readonly pattern: RegExp;
}

export const MODEL_FAILURES = {
  noProvider: {
    pattern: /No inference provider configured/,
    cause: "no model is configured",
    fix: { hermes: "setup", note: "or give `model` in the program" },
  },
  login: {
    pattern: /No \w+ credentials stored|relogin_required|invalid_grant|hermes auth add/,
    cause: "nobody has logged in at the model's provider, or the login has ended",
    fix: { hermes: "auth add openai-codex", note: "for another provider its name" },
  },
  silent: {
    pattern: /^no answer in \d+ s/,
    cause: "the model gave no answer in time; Hermes itself waits for one for many minutes",
    fix: {
      program:
        "ask again with a longer `--ask-seconds`; then look at the provider's status page, or name another model",
    },
  },
  unknownModel: {
    pattern: /\b404\b|model_not_found|model .{0,80}does not exist|unknown model/i,
    cause: "the model's provider does not know the model, or the address is wrong",
    fix: {
      program: "correct `model.name` or `model.baseUrl`, and deploy again; without `model`: `hermes model`",
    },
  },
  limited: {
    pattern: /\b429\b|insufficient_quota|quota|rate.?limit/i,
    cause: "the model's provider turns requests away: too many of them, or no credit is left",
    fix: { program: "look at the limits and the credit of your account there, and try again later" },
  },
  rejected: {
    pattern: /\b40[13]\b|invalid_api_key|Incorrect API key|unauthorized|authentication/i,
    cause: "the model's provider rejects the key",
    fix: {
      program:
        "give `model.apiKey`, or the provider's variable in `secrets`, a key that it takes; `nothing shadowed` says whether the volume decides it",
    },
  },
  empty: {
    pattern: /^$|model returned empty content/,
    cause: "the model answers with nothing",
    fix: { program: "choose another model: `model.name`, or without `model` by `hermes model`" },
  },
  unreachable: {
    pattern:
      /connection error|connection refused|timed? ?out|name or service not known|name resolution|certificate verify failed/i,
    cause: "the container can't reach the model's provider",
    fix: { program: "check `model.baseUrl`, and the container's way there: DNS, proxy and certificates" },
  },
  broken: {
    pattern: /\b5\d\d\b|API call failed/,
    cause: "the model's provider has an error of its own",
    fix: { program: "try again later; look at the provider's status page, or choose another model" },
  },
  other: {
    pattern: /(?:)/,
    cause: "the model answers something else than it was asked for: it may be too weak for Hermes' prompt",
    fix: { hermes: "-z 'Reply with exactly: ok' -t todo", note: "its text says what is wrong" },
  },
} as const satisfies Readonly<Record<string, ModelFailure>>;

export type ModelFailureId = keyof typeof MODEL_FAILURES;

/** @param text what came instead of the answer */
export function modelFailureIn(text: string): ModelFailureId {
  const ids = Object.keys(MODEL_FAILURES).filter((id): id is ModelFailureId =>
    Object.hasOwn(MODEL_FAILURES, id),
  );
  return ids.find((id) => MODEL_FAILURES[id].pattern.test(text)) ?? "other";
}
