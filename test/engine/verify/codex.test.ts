/** `verify` on a Codex login, with a stand-in for OpenAI's login server that ends each login that is refreshed. */
import { Engine } from "../engine";
import { bothWays, type Case } from "./cases";
import { FakeServices } from "./services";
import { Subject } from "./subject";

const engine = new Engine();

let services: FakeServices;
let subject: Subject;

beforeAll(async () => {
  services = await FakeServices.start(engine);
  subject = await Subject.start(engine, { name: "codex", run: services.runArguments });
  await subject.ready();
  await subject.write("/opt/data/config.yaml", "model:\n  provider: openai-codex\n  default: gpt-5.5\n");
  await login(FRESH)(subject);
  await subject.eventuallyFails({});
});
afterAll(async () => {
  await engine.reset();
  await services.stop();
});

/** A token of OpenAI's, as far as anybody reads it. */
function accessToken(secondsLeft: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return [
    part({ alg: "none" }),
    part({ exp: Math.round(Date.now() / 1000) + secondsLeft }),
    "signature",
  ].join(".");
}

const FRESH = { access_token: accessToken(86_400), refresh_token: "rt-of-the-tests" };
const EXPIRED = { ...FRESH, access_token: accessToken(-3600) };

function auth(tokens: object, more: object = {}): string {
  const login = { tokens, last_refresh: "2026-01-01T00:00:00Z", auth_mode: "chatgpt", ...more };
  return JSON.stringify({ version: 1, providers: { "openai-codex": login } });
}

const login =
  (tokens: object, more: object = {}) =>
  (agent: Subject) =>
    agent.write("/opt/data/auth.json", auth(tokens, more));

const mends = login(FRESH);

const CASES: readonly Case[] = [
  {
    title: "into which nobody has logged in",
    breaks: (agent) => agent.root("rm /opt/data/auth.json"),
    mends,
    fails: { codexLogin: "missing" },
    fix: "hermes auth add openai-codex",
  },
  {
    title: "whose login OpenAI has ended",
    breaks: login({}, { last_auth_error: { code: "invalid_grant", relogin_required: true } }),
    mends,
    fails: { codexLogin: "ended" },
    fix: "hermes auth add openai-codex",
  },
  {
    title: "whose login belongs to root",
    breaks: (agent) => agent.root("chown root: /opt/data/auth.json"),
    mends,
    fails: { codexLogin: "unreadable", files: "foreign" },
    fix: "chown -h hermes: /opt/data/auth.json",
  },
  {
    title: "whose login is cut off in the middle",
    breaks: (agent) => agent.write("/opt/data/auth.json", auth(FRESH).slice(0, 60)),
    mends,
    fails: { codexLogin: "broken" },
    fix: "hermes auth add openai-codex",
  },
];

bothWays(() => subject, CASES);

test("the answer of an agent into which nobody has logged in names the login", async () => {
  await subject.root("rm /opt/data/auth.json");
  const fails = { answer: "login", codexLogin: "missing" };
  const [row] = await subject.eventuallyFails(fails, { askSeconds: 30, may: ["log codexMissing"] });
  expect(row?.fix).toContain("hermes auth add openai-codex");
  await subject.restartGateway();
  await login(FRESH)(subject);
  await subject.eventuallyFails({});
});

test("an expired access token is normal, and verify leaves the login as it is, with a question or without", async () => {
  await login(EXPIRED)(subject);
  const state = () =>
    subject.root("sha256sum /opt/data/auth.json; stat -c '%U %a %Y %i' /opt/data/auth.json");
  const before = await state();
  for (const askSeconds of [undefined, 30]) {
    const { conditions } = await subject.verify(askSeconds);
    expect(conditions.find(({ condition }) => condition === "codexLogin")).toMatchObject({ result: "holds" });
    expect(conditions.find(({ condition }) => condition === "answer")).toMatchObject({
      result: "not-looked-at",
    });
  }
  expect(await state()).toBe(before);
  expect(await services.requests()).not.toContain("openai refresh");
});

test("Hermes' own command destroys that login, so the test above can fail", async () => {
  await login(EXPIRED)(subject);
  await subject.root("hermes auth status openai-codex");
  expect(await services.requests()).toContain("openai refresh");
  await subject.eventuallyFails({ codexLogin: "ended" });
});
