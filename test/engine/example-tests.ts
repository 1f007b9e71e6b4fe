/** The examples without servers beside them, deployed as they are: what a file of tests with one provider needs. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../eventually";
import { Engine } from "./engine";
import { type ExampleOptions, exampleProject } from "./example";
import { HubMirror } from "./hub-mirror";
import { CLI } from "./installed-package";
import { TURN_COMES_MS, turnForFixedPorts } from "./ports";
import { type Finished, must } from "./run";
import type { Project } from "./terraform";

export const engine = new Engine();
const PASSWORD = "correct horse battery";
const key = () => randomBytes(16).toString("hex");

let hub: HubMirror;
let endTurn: () => Promise<void>;
const projects: Project[] = [];

beforeAll(async () => {
  endTurn = await turnForFixedPorts();
  hub = await HubMirror.start(engine);
}, TURN_COMES_MS);
afterAll(async () => {
  await hub.stop();
  await endTurn();
});

export async function deployed(
  name: string,
  provider: ExampleOptions["provider"],
  secrets: ExampleOptions["secrets"] = {},
): Promise<Project> {
  const project = exampleProject(name, { engine, provider, secrets });
  projects.push(project);
  if (name === "infra-repo") writeFileSync(join(project.folder, "main.ts"), ON_THIS_ENGINE);
  const { code, stdout, stderr } = await project.deploy();
  if (code !== 0) throw new Error(`cdktf deploy of ${name} exited with ${code}\n${stdout}${stderr}`);
  return project;
}

/** The infra repo's agents, with this engine in place of the hosts in its list. */
const ON_THIS_ENGINE = `
  import { App } from "cdktf";
  import { AGENTS, defineStacks } from "./stacks";
  const app = new App();
  defineStacks(app, AGENTS.map((agent) => ({ ...agent, host: ${JSON.stringify(engine.host)} })));
  app.synth();
`;

afterEach(async () => {
  await engine.reset();
  for (const project of projects.splice(0)) project.remove();
});

export const exec = (container: string, ...command: string[]): Promise<Finished> =>
  engine.tryDocker(["exec", container, ...command]);

async function expectsNoChanges(project: Project, ...stacks: string[]): Promise<void> {
  const changes = await Promise.all(stacks.map(async (stack) => [stack, await project.changes(stack)]));
  expect(changes).toEqual(stacks.map((stack) => [stack, undefined]));
}

/** Checks what must hold for every agent on an s6 release. */
async function expectsGateway(container: string): Promise<void> {
  const inspected = await engine.docker("inspect", "--format", "{{json .Config}}", container);
  const { Cmd, Env, Entrypoint }: { Cmd: string[]; Env: string[]; Entrypoint: string[] } =
    JSON.parse(inspected);
  expect(Cmd).toEqual(["gateway", "run"]);
  expect(Entrypoint).toEqual(["/init", "/opt/hermes/docker/main-wrapper.sh"]);
  expect(Env).toContain("HOME=/opt/data/home");
  expect((await exec(container, "cat", "/proc/1/comm")).stdout).toBe("s6-svscan\n");
  const processes = (await exec(container, "ps", "-eo", "user:20=,args=")).stdout;
  expect(processes).toMatch(/^hermes +.*hermes gateway run/m);
  const users = (await exec(container, "ps", "-o", "user=", "-C", "hermes")).stdout.trim().split("\n");
  expect(new Set(users)).toEqual(new Set(["hermes"]));
  const { stdout, stderr } = await engine.tryDocker(["logs", container]);
  expect(stdout + stderr).toContain("Hermes Gateway Starting");
  expect(stdout + stderr).not.toMatch(/Input is not a terminal|Goodbye!/);
}

async function expectsApi(port: number, apiKey: string): Promise<void> {
  const at = (path: string, bearer?: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
    });
  expect(await (await at("/health")).json()).toMatchObject({ status: "ok", platform: "hermes-agent" });
  expect((await at("/v1/models", apiKey)).status).toBe(200);
  expect((await at("/v1/models", key())).status).toBe(401);
  expect((await at("/v1/models")).status).toBe(401);
}

const dashboard = (path: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:9119${path}`, { redirect: "manual", ...init });

/** @returns the cookies of the session */
async function expectsLogin(): Promise<string> {
  const page = await dashboard("/");
  expect([page.status, page.headers.get("location")]).toEqual([302, "/login?next=%2F"]);
  const login = (password: string) =>
    dashboard("/auth/password-login", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ provider: "basic", username: "admin", password }),
    });
  expect((await login("wrong")).status).toBe(401);
  const answer = await login(PASSWORD);
  expect(answer.status).toBe(200);
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}

export function testExamples(provider: ExampleOptions["provider"]): void {
  test("smallest-agent runs the gateway, and the next plan is empty", async () => {
    const project = await deployed("smallest-agent", provider);
    await expectsNoChanges(project, "images", "agent");
    await expectsGateway("hermes");
    const { hermes_commands: commands } = await project.outputs("agent");
    expect(commands).toMatchObject({ logs: expect.any(String), oneShotTest: expect.any(String) });
  });

  test("two-agents runs two separate agents, and the next plan is empty", async () => {
    const keys = { work: key(), home: key() };
    const project = await deployed("two-agents", provider, {
      work_api_server_key: keys.work,
      home_api_server_key: keys.home,
    });
    await expectsNoChanges(project, "images", "work", "home");
    await Promise.all(["hermes-work", "hermes-home"].map(expectsGateway));
    await expectsApi(8642, keys.work);
    await expectsApi(8643, keys.home);
    const foreign = await fetch("http://127.0.0.1:8643/v1/models", {
      headers: { authorization: `Bearer ${keys.work}` },
    });
    expect(foreign.status).toBe(401);
    const other = await exec(
      "hermes-work",
      "curl",
      "-s",
      "--max-time",
      "3",
      "http://hermes-home:8642/health",
    );
    expect(other.code).not.toBe(0);
  });

  test("infra-repo runs its list of agents, and the next plan is empty", async () => {
    // Directories of the engine's host, as the engine sees it.
    await engine.inside("mount", "-t", "tmpfs", "tmpfs", "/srv");
    try {
      await engine.inside("mkdir", "-p", "/srv/hermes/support", "/srv/hermes/research");
      const agents = ["support", "research"];
      const secrets = agents.flatMap((agent) => [
        [`${agent}_slack_bot_token`, `xoxb-${key()}`],
        [`${agent}_slack_app_token`, `xapp-${key()}`],
        [`${agent}_openrouter_api_key`, key()],
      ]);
      const project = await deployed("infra-repo", provider, Object.fromEntries(secrets));
      await expectsNoChanges(project, "images-1", ...agents);
      await Promise.all(agents.map((agent) => expectsGateway(`hermes-${agent}`)));
      const files = await engine.inside("ls", "/srv/hermes/support");
      expect(files.split("\n")).toContain("state");
    } finally {
      await engine.reset();
      await engine.inside("umount", "/srv");
    }
  });

  test("codex-dashboard-api has Codex, a dashboard behind a login and an API, and the next plan is empty", async () => {
    const apiKey = key();
    const cli = (command: string, input = "") => must(process.execPath, [CLI, command], { input });
    const project = await deployed("codex-dashboard-api", provider, {
      dashboard_password_hash: await cli("hash-password", `${PASSWORD}\n`),
      dashboard_session_secret: await cli("session-secret"),
      api_server_key: apiKey,
    });
    await expectsNoChanges(project, "images", "agent");
    await expectsGateway("hermes");
    await expectsApi(8642, apiKey);

    expect((await exec("hermes", "codex", "--version")).stdout).toBe("codex-cli 0.169.0\n");
    const home = await exec("hermes", "sh", "-c", 'echo "$HOME $CODEX_HOME"; stat -c "%U %a" "$CODEX_HOME"');
    expect(home.stdout).toBe("/opt/data/home /opt/data/home/.codex\nhermes 700\n");

    const cookie = await expectsLogin();
    await engine.docker("restart", "hermes");
    await eventually("the dashboard answers again", 60, async () =>
      (await dashboard("/api/status").catch(() => undefined))?.ok ? true : undefined,
    );
    expect((await dashboard("/api/auth/me", { headers: { cookie } })).status).toBe(200);
    expect((await dashboard("/api/auth/me")).status).toBe(401);
  });
}
