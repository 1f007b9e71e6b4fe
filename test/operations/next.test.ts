import { spawnSync } from "node:child_process";
import fc from "fast-check";
import type { Manifest } from "../../lib/operations/manifest";
import { type NextOptions, nextOf } from "../../lib/operations/next";
import { nextAsText } from "../../lib/operations/next-text";
import { HOSTILE, linesOf } from "./hostile";
import { ON_CAPROVER, ON_DOCKER } from "./manifests";

// The engine of this machine's environment is none of these tests'.
const before = { ...process.env };
beforeEach(() => {
  for (const name of ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "CAPROVER_URL"])
    delete process.env[name];
});
afterEach(() => {
  process.env = { ...before };
});

const nextSteps = (manifest: Partial<Manifest>, options: NextOptions = {}) =>
  nextOf({ ...ON_DOCKER, ...manifest }, options);
const idsOf = (manifest: Partial<Manifest>) => nextSteps(manifest).steps.map(({ id }) => id);
const commandOf = (id: string, manifest: Partial<Manifest> = {}, options: NextOptions = {}) =>
  nextSteps(manifest, options).steps.find((step) => step.id === id)?.command;

const ENGINE = "docker --host ssh://deploy@one.example.com";

test("on Docker the commands name the engine, and are typed on this machine", () => {
  const { steps } = nextSteps({});
  expect(steps.filter(({ command }) => command !== undefined).every(({ where }) => where === "here")).toBe(
    true,
  );
  expect(commandOf("setup")).toBe(`${ENGINE} exec -it hermes hermes setup`);
  expect(commandOf("logs")).toBe(`${ENGINE} logs --follow --tail 100 hermes`);
  expect(commandOf("restart")).toBe(`${ENGINE} restart hermes`);
  expect(commandOf("version")).toBe(`${ENGINE} exec hermes hermes --version`);
  expect(commandOf("resources")).toBe(`${ENGINE} stats --no-stream hermes`);
  expect(commandOf("verify")).toBe("npx cdktf-hermes verify agent/hermes");
});

test("on CapRover the commands find the container on the node, and verify is typed here", () => {
  const { steps } = nextOf(ON_CAPROVER, {});
  const wheres = Object.fromEntries(steps.map(({ id, where }) => [id, where]));
  expect(wheres).toMatchObject({ setup: "node", logs: "node", verify: "here", restart: "browser" });
  expect(steps.find(({ id }) => id === "setup")?.command).toBe(
    "docker exec -it $(docker ps -q -f 'name=^(srv-captain--)?hermes[.]') hermes setup",
  );
  expect(steps.find(({ id }) => id === "restart")?.address).toBe(
    "https://captain.apps.example.com/#/apps/details/hermes",
  );
});

test("an early release gets the commands that work there, with a warning before a second Hermes", () => {
  const release = "v2026.5.7";
  expect(commandOf("version", { release })).toBe(
    `${ENGINE} exec -u hermes hermes /opt/hermes/.venv/bin/hermes --version`,
  );
  expect(commandOf("setup", { release })).toMatch(/^echo 'This runs a second Hermes/);
});

test.each<[string, Manifest["model"], readonly string[]]>([
  ["Codex", { provider: "openai-codex", name: "gpt-5.5" }, ["login.openai-codex"]],
  ["Codex under another name", { provider: "codex", name: "gpt-5.5" }, ["login.openai-codex"]],
  ["Nous", { provider: "nous", name: "hermes-4" }, ["setupPortal", "login.nous"]],
  ["a provider with a key", { provider: "openrouter", name: "x" }, []],
  ["a provider whose login is elsewhere", { provider: "bedrock", name: "x" }, []],
  ["a provider that nobody knows", { provider: "brand-new", name: "x" }, []],
  [
    "a provider that is sensitive",
    { provider: null, name: null },
    ["login.openai-codex", "login.nous", "login.xai-oauth", "login.minimax-oauth"],
  ],
  [
    "no provider",
    undefined,
    ["setupPortal", "login.openai-codex", "login.nous", "login.xai-oauth", "login.minimax-oauth"],
  ],
])("an agent with %s gets the logins that it can need", (_, model, expected) => {
  const { model: _pinned, ...rest } = ON_DOCKER;
  const { steps } = nextOf({ ...rest, ...(model && { model }) }, {});
  expect(steps.map(({ id }) => id).filter((id) => /^login|^setupPortal/.test(id))).toEqual(expected);
});

test("the setup for Nous Portal is offered from the first release that has it", () => {
  const { model: _, ...rest } = ON_DOCKER;
  const portal = (release: string) =>
    nextOf({ ...rest, release }, {}).steps.some(({ id }) => id === "setupPortal");
  expect([portal("v2026.5.16"), portal("v2026.6.5")]).toEqual([false, true]);
});

test("each declared platform gets its pairing, and Slack its manifest", () => {
  expect(idsOf({ platforms: {} }).filter((id) => /pairing|slack/.test(id))).toEqual([]);
  expect(commandOf("pairing.telegram", { platforms: { telegram: [] } })).toBe(
    `${ENGINE} exec hermes hermes pairing approve telegram CODE`,
  );
  expect(idsOf({ platforms: { telegram: [] } })).not.toContain("slackManifest");
  expect(commandOf("slackManifest")).toBe(`${ENGINE} exec hermes hermes slack manifest`);
});

test("each log has its command, by surface, level and session", () => {
  const file = (name: string) => `${ENGINE} exec hermes tail -n 100 -F /opt/data/logs/${name}`;
  expect(commandOf("gatewayLog")).toBe(file("agent.log"));
  expect(commandOf("supervisedLog")).toBe(file("gateways/default/current"));
  expect(commandOf("bootLog")).toBe(file("container-boot.log"));
  expect(commandOf("warnings")).toBe(`${ENGINE} exec -it hermes hermes logs --level WARNING -f`);
  expect(commandOf("sessionLog")).toBe(`${ENGINE} exec -it hermes hermes logs --session SESSION`);
});

test("the commands of a profile are offered where each profile has a gateway of its own", () => {
  expect(commandOf("profiles")).toBe(`${ENGINE} exec hermes hermes profile list`);
  expect(commandOf("profileChat")).toBe(`${ENGINE} exec -it hermes hermes -p PROFILE`);
  expect(commandOf("profileRestart")).toBe(`${ENGINE} exec hermes hermes -p PROFILE gateway restart`);
  expect(commandOf("profileLog")).toContain("/opt/data/logs/gateways/PROFILE/current");
  expect(commandOf("profileChat", { release: "v2026.7.20" })).toMatch(/^echo 'This runs a second Hermes/);
  expect(idsOf({ release: "v2026.5.16" }).filter((id) => /^profile|^supervised|^boot/.test(id))).toEqual([]);
});

test("a pinned model can't be chosen, another one can", () => {
  const { model: _, ...rest } = ON_DOCKER;
  expect(idsOf({})).not.toContain("chooseModel");
  expect(nextOf(rest, {}).steps.map(({ id }) => id)).toContain("chooseModel");
});

test("addresses are given where there are any, and it is said why one is missing", () => {
  const { steps, missing } = nextSteps({
    services: {
      dashboard: { port: 9119, url: null },
      apiServer: { port: 8642, url: "${caprover_app.a.url}" },
    },
  });
  expect(steps.filter(({ where }) => where === "browser")).toEqual([]);
  expect(missing).toEqual([
    "The dashboard's address comes from a sensitive value.",
    "The API server's address is known after the deploy.",
  ]);
  expect(nextSteps({}).steps[0]).toEqual({
    id: "dashboard",
    where: "browser",
    what: "The dashboard, for one user with a password (greg).",
    address: "http://127.0.0.1:9119",
  });
});

test.each<[string, Manifest["place"], RegExp]>([
  ["only Terraform knows", { kind: "docker", container: "hermes", host: "${var.host}" }, /deploy first/],
  ["is sensitive", { kind: "docker", container: "hermes", host: null }, /--docker-host or --context/],
  [
    "docker has no option for",
    { kind: "docker", container: "hermes", inexpressible: ["ssh_opts"] },
    /context create/,
  ],
])("an engine that %s gives no commands until it is named", (_, place, why) => {
  const { steps, missing } = nextSteps({ place });
  expect(steps.map(({ id }) => id)).toEqual(["dashboard", "verify"]);
  expect(missing.join()).toMatch(why);
  expect(commandOf("chat", { place }, { context: "far" })).toBe(
    "docker --context far exec -it hermes hermes",
  );
});

test("the text wraps words at 80 columns, and keeps commands and addresses in one piece", () => {
  const next = nextOf(ON_CAPROVER, {});
  const lines = linesOf(nextAsText([next]));
  const pasted = next.steps.map(({ command, address }) => `      ${command ?? address}`);
  for (const line of pasted) expect(lines).toContain(line);
  for (const line of lines) if (!pasted.includes(line)) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines).toContain("Type in a shell of the node that runs the app, as a user who may use docker:");
});

const hostileManifest = fc
  .record({
    agent: HOSTILE,
    name: HOSTILE,
    username: HOSTILE,
    url: HOSTILE,
    place: fc.oneof(
      fc.record({ kind: fc.constant("docker" as const), container: HOSTILE, host: HOSTILE }),
      fc.record({ kind: fc.constant("caprover" as const), app: HOSTILE, url: HOSTILE }),
    ),
  })
  .map(
    ({ url, ...parts }): Manifest => ({
      ...ON_DOCKER,
      ...parts,
      services: { dashboard: { port: 9119, url } },
    }),
  );

test("no name, address or user forges a line of what to do next", () => {
  fc.assert(
    fc.property(hostileManifest, (manifest) => {
      const next = nextOf(manifest, {});
      const { steps, missing } = next;
      const lines = linesOf(nextAsText([next]));
      const pasted = steps.filter(({ command, address }) => (command ?? address) !== undefined);
      expect(lines.filter((line) => /^ {2}- /.test(line))).toHaveLength(steps.length + missing.length);
      expect(lines.filter((line) => /^ {6}/.test(line))).toHaveLength(pasted.length);
      for (const line of lines) {
        expect(line).toMatch(/^(?:$|Agent |Open in a browser:$|Type |Not known:$| {2}- | {4}\S| {6})/);
        expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      }
    }),
  );
});

test("a shell reads a name of whatever form as one argument", () => {
  fc.assert(
    fc.property(HOSTILE, (name) => {
      fc.pre(!name.includes("\0") && Buffer.from(name).toString() === name);
      const place = { kind: "docker", container: name, context: "far" } as const;
      const command = commandOf("resources", { place }) ?? "";
      const { stdout } = spawnSync("sh", ["-c", command.replace(/^docker --context far/, "printf '%s|'")], {
        encoding: "utf8",
      });
      expect(stdout).toBe(`stats|--no-stream|${name}|`);
    }),
    { numRuns: 30 },
  );
});
