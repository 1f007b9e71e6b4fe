import { readAnswers, WrongAnswer } from "../../../lib/delivery/init/answers";
import { type AnswerTexts, QUESTION_NAMES, QUESTIONS } from "../../../lib/delivery/init/questions";
import { DASHBOARD_LOGINS, type DashboardLogin } from "../../../lib/hermes/dashboard-logins";
import { MODEL_PROVIDERS } from "../../../lib/hermes/model-providers";
import { PLATFORMS, type Platform } from "../../../lib/hermes/platforms";
import { NEWEST_KNOWN_TAG } from "../../../lib/hermes/releases";

test("without an answer it is the newest release on Docker, with nothing that the volume could not hold", () => {
  expect(readAnswers({})).toEqual({
    target: "docker",
    release: expect.objectContaining({ tag: NEWEST_KNOWN_TAG }),
    dashboard: undefined,
    platforms: [],
    model: undefined,
    wrapper: false,
  });
});

test.each<readonly [string, AnswerTexts]>([
  ["a release of the calendar", { release: "v2026.7.30" }],
  ["a release by its version", { release: "0.21.6" }],
  ["an image for one platform", { release: "v0.21.6-arm64" }],
  ["a release that is not known yet", { release: "v0.99.0" }],
  [
    "a release without a dashboard login, with a dashboard inside",
    { release: "v2026.5.7", dashboard: "loopback" },
  ],
  ["blanks around an answer", { release: " v2026.7.30 ", platforms: " slack , discord " }],
  ["a platform twice", { platforms: "slack,slack" }],
  ["a model with slashes", { model: "openrouter:anthropic/claude-sonnet-4.5" }],
  ["a model with colons", { model: "custom:qwen3:8b" }],
  ["a model with an @", { model: "custom:@cf/meta/llama-4" }],
  ["a provider by another name", { model: "codex:gpt-5.5" }],
  ["a provider in capitals", { model: "OpenRouter:openrouter/auto" }],
  [
    "the first release with a managed scope, and a model",
    { release: "v2026.6.19", model: "anthropic:claude" },
  ],
  ["a wrapper", { wrapper: "yes" }],
])("init takes %s", (_what, texts) => {
  expect(() => readAnswers(texts)).not.toThrow();
});

test.each<readonly [string, AnswerTexts, string]>([
  [
    "a place that it does not know",
    { target: "dokcer" },
    '--target: there is no "dokcer"; did you mean docker?',
  ],
  ["an empty answer", { target: "" }, '--target: there is no ""; known: docker, caprover'],
  ["a tag that moves", { release: "latest" }, '--release: "latest" is no release of Hermes Agent'],
  ["an empty release", { release: "" }, "--release:"],
  ["a login that it does not know", { dashboard: "basci" }, "did you mean basic?"],
  [
    "a login that newer releases dropped",
    { dashboard: "trusted-network", release: "v2026.5.7" },
    "known: none, basic",
  ],
  [
    "a login that the release does not have",
    { dashboard: "basic", release: "v2026.5.7" },
    "use v2026.6.5 or later",
  ],
  ["a platform that it does not know", { platforms: "slack,telegramm" }, "did you mean telegram?"],
  ["no platform beside one", { platforms: "none,slack" }, "--platforms: none stands alone"],
  ["an empty item in a list", { platforms: "slack," }, '--platforms: there is no ""'],
  ["a model without a provider", { model: "gpt-5.5" }, '--model: "gpt-5.5" is no provider:name'],
  ["a provider without a model", { model: "openrouter:" }, "is no provider:name"],
  ["a model with a blank", { model: "openrouter:claude sonnet" }, "is no provider:name"],
  ["a model with a reference", { model: "openrouter:${MODEL}" }, "is no provider:name"],
  ["a misspelt provider", { model: "opnerouter:x" }, "did you mean openrouter?"],
  ["a provider that guides misname", { model: "codex-oauth:gpt-5.5" }, "did you mean openai-codex?"],
  [
    "a provider that the release does not have",
    { model: "upstage:solar", release: "v2026.7.1" },
    "use v2026.7.20 or later",
  ],
  [
    "a model where no release pins one",
    { model: "openrouter:x", release: "v2026.6.5" },
    "use v2026.6.19 or later",
  ],
  ["another answer than yes and no", { wrapper: "maybe" }, "known: no, yes"],
])("init refuses %s, by its flag", (_what, texts, message) => {
  expect(() => readAnswers(texts)).toThrow(WrongAnswer);
  expect(() => readAnswers(texts)).toThrow(message);
});

test("a key that was typed in the wrong place is refused, and is in no message", () => {
  const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;
  for (const model of [key, `openrouter:${key}`, `${key}:x`]) {
    expect(() => readAnswers({ model })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("0123") }),
    );
  }
});

test("every login, platform and model provider that the newest release has can be chosen", () => {
  const all = Object.entries<DashboardLogin>(DASHBOARD_LOGINS);
  for (const [dashboard, { until }] of all) {
    if (until === undefined) expect(readAnswers({ dashboard }).dashboard?.kind).toBe(dashboard);
  }
  // The address of the host at which BlueBubbles calls is known to nobody else.
  const platforms = Object.keys(PLATFORMS).filter((name) => name !== "bluebubbles");
  expect(readAnswers({ platforms: platforms.join(",") }).platforms.map(({ prop }) => prop)).toEqual(
    platforms,
  );
  for (const provider of Object.keys(MODEL_PROVIDERS)) {
    expect(readAnswers({ model: `${provider}:x` }).model?.provider).toBe(provider);
  }
});

test("each choice that a question offers can be taken, also on an old release", () => {
  for (const tag of ["v2026.5.7", "v2026.6.5", "v2026.6.19", NEWEST_KNOWN_TAG]) {
    const { release } = readAnswers({ release: tag });
    for (const name of QUESTION_NAMES) {
      for (const { value } of QUESTIONS[name].choices?.(release) ?? []) {
        expect(() => readAnswers({ release: tag, [name]: value })).not.toThrow();
      }
    }
  }
});

test("the ids in a new program are of the right form, and nobody's", () => {
  for (const { settings } of Object.values<Platform>(PLATFORMS)) {
    for (const setting of Object.values(settings)) {
      if (setting.kind !== "allow-list") continue;
      expect(setting.nobody).toMatch(setting.id);
      // Zeros alone, beside what each id of that kind has; or a word that says so.
      expect(setting.nobody.replace(/^[A-Z]|^ou_|@g\.us$|[+-]/g, "")).toMatch(
        /^(?:0+|A+|[@!]?(?:nobody|nowhere)(?:[@:]example\.com)?)$/,
      );
    }
  }
});

test("the values in a new program are of the right form", () => {
  for (const { settings } of Object.values<DashboardLogin>(DASHBOARD_LOGINS)) {
    for (const setting of Object.values(settings)) {
      if (setting.kind === "text") expect(setting.example).toMatch(setting.pattern ?? /\S/);
    }
  }
});
