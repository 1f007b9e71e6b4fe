/**
 * Why a model does not answer, by what Hermes says then (0.14.0 to 0.19.0, run with a model that fails in each of these
 * ways). The first row that matches counts.
 */
import type { Failure } from "./condition";

interface ModelFailure extends Failure {
  /** Of what comes instead of the answer. */
  readonly pattern: RegExp;
}

export const MODEL_FAILURES = {
  noProvider: {
    pattern: /No inference provider configured|No \w+ credentials stored/,
    cause: "no provider is configured, or nobody has logged in at it",
    fix: { hermes: "setup", note: "for OpenAI Codex: `hermes auth add openai-codex`" },
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
    cause: "the provider does not know the model",
    fix: { program: "give `model.name` a model that the provider has, and deploy again" },
  },
  limited: {
    pattern: /\b429\b|insufficient_quota|quota|rate.?limit/i,
    cause: "the provider's limit is reached, or its credit is used up",
    fix: { program: "wait, or raise the limit at the provider" },
  },
  rejected: {
    pattern: /\b40[13]\b|invalid_api_key|invalid_grant|Incorrect API key|unauthorized|authentication/i,
    cause: "the provider rejects the key or the login",
    fix: { hermes: "auth", note: "or give the program the right key, and deploy again" },
  },
  empty: {
    pattern: /^$|model returned empty content/,
    cause: "the model answers with nothing",
    fix: { program: "name another model; this one may not take Hermes' prompt or tools" },
  },
  unreachable: {
    pattern: /connection error|connection refused|timed? ?out|name resolution|certificate verify failed/i,
    cause: "the container can't reach the provider",
    fix: { program: "check `model.baseUrl`, and the container's way to it: DNS, proxy and certificates" },
  },
  broken: {
    pattern: /\b5\d\d\b|API call failed/,
    cause: "the provider answers with an error of its own",
    fix: { program: "look at the provider's status page, and ask again" },
  },
  other: {
    pattern: /(?:)/,
    cause: "the model answers something else: it may be too weak for Hermes' prompt",
    fix: { hermes: "-z 'Reply with exactly: ok' -t todo", note: "its text says what it does" },
  },
} as const satisfies Readonly<Record<string, ModelFailure>>;

export type ModelFailureId = keyof typeof MODEL_FAILURES;

export function modelFailureIn(text: string): ModelFailureId {
  const ids = Object.keys(MODEL_FAILURES).filter((id): id is ModelFailureId =>
    Object.hasOwn(MODEL_FAILURES, id),
  );
  return ids.find((id) => MODEL_FAILURES[id].pattern.test(text)) ?? "other";
}
