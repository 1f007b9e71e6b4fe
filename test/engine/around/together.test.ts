import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writableDirectories } from "../../../lib/agent/settings/mounts";
import { parseRelease } from "../../../lib/hermes/releases";
import { WRITE_ROOTS_SEPARATOR, WRITE_ROOTS_VARIABLE, writeRoots } from "../../../lib/hermes/write-guard";
import { Engine } from "../engine";
import { standIn } from "../images";

const engine = new Engine();
afterAll(() => engine.reset());

const SCRIPT = readFileSync(join(__dirname, "together.py"), "utf8");
const TAG = "v2026.7.20";

interface Answer {
  readonly denied: readonly string[];
  readonly terminal: boolean;
  readonly webhooks?: string;
}

async function answerOf(env: Readonly<Record<string, string>>, asked: object): Promise<Answer> {
  const variables = Object.entries({ ...env, CASE: JSON.stringify(asked) }).flatMap(([name, value]) => [
    "--env",
    `${name}=${value}`,
  ]);
  const python = ["--entrypoint", "/opt/hermes/.venv/bin/python", standIn(TAG), "-c", SCRIPT];
  return JSON.parse(await engine.docker("run", "--rm", ...variables, ...python));
}

const PATHS = ["/opt/data/skills/a.md", "/workspace/a.txt", "/work/b/c.txt", "/workspaces/a.txt", "/etc/a"];

test("the real Hermes' file tools write to the data and to each writable mount, and nowhere else", async () => {
  const release = parseRelease(TAG);
  if (release === undefined) throw new Error(`${TAG} is no release`);
  const mounts = [
    { volume: "a", target: "/workspace" },
    { volume: "b", target: "/work/" },
    { volume: "c", target: "/workspaces", readOnly: true },
  ];
  const roots = writeRoots(writableDirectories({ mounts }), release) ?? [];
  const env = { [WRITE_ROOTS_VARIABLE]: roots.join(WRITE_ROOTS_SEPARATOR) };
  expect((await answerOf(env, { paths: PATHS })).denied).toEqual(["/workspaces/a.txt", "/etc/a"]);
});

test("without the variable, the image's own lets them write to the data alone", async () => {
  expect((await answerOf({}, { paths: PATHS })).denied).toEqual(PATHS.slice(1));
});

test.each([
  ["local", {}, true],
  ["docker", {}, false],
  ["ssh", {}, false],
  ["ssh", { TERMINAL_SSH_HOST: "build.lan", TERMINAL_SSH_USER: "agent" }, true],
  ["dokcer", {}, false],
  ["Docker", {}, false],
])("the real Hermes' terminal by %s with %j is there: %s", async (backend, more, there) => {
  expect((await answerOf({ TERMINAL_ENV: backend, ...more }, {})).terminal).toBe(there);
});

test("the real Hermes starts no webhook with a route that has no secret", async () => {
  expect((await answerOf({}, { routes: { ci: { prompt: "p" } } })).webhooks).toContain("no HMAC secret");
  expect(
    (await answerOf({}, { routes: { ci: { prompt: "p", secret: "a-secret-of-tests" } } })).webhooks,
  ).toBe("started");
  expect((await answerOf({}, { routes: {} })).webhooks).toBe("started");
});
