/** `npx cdktf-hermes verify` against real agents, whole and broken. */
import { join } from "node:path";
import * as z from "zod";
import type { ExplainedLine } from "../../lib/operations/explain";
import { readDeployments, readStacks } from "../../lib/operations/stacks";
import { Agent, API_PORT } from "./agent";
import { AgentProject, makeSecrets, type Secrets } from "./agent-project";
import { Engine } from "./engine";
import { FakeModel } from "./fake-model";
import { HubMirror } from "./hub-mirror";
import { CLI } from "./installed-package";
import { type Finished, run } from "./run";
import { bothWays, type Case } from "./verify/cases";
import { Subject } from "./verify/subject";

const engine = new Engine();
const agent = Agent.named(engine, "hermes");

let hub: HubMirror;
let model: FakeModel;
let secrets: Secrets;
let project: AgentProject;
let subject: Subject;

beforeAll(async () => {
  hub = await HubMirror.start(engine);
  model = await FakeModel.start("hello", engine.gateway);
  secrets = await makeSecrets();
  project = new AgentProject(engine, secrets);
  await project.deployed({
    provider: "4.x",
    // The stand-in has the very version of that release.
    image: { release: "v2026.7.20" },
    modelUrl: model.baseUrl,
    dashboard: true,
  });
  const stack = readStacks(join(project.folder, "cdktf.out")).find(({ name }) => name === "agent");
  const deployed = stack && (await readDeployments(stack)).get("agent/hermes");
  if (deployed?.state !== "deployed") throw new Error("the agent is not deployed");
  const place = { kind: "docker", container: "hermes", host: engine.host } as const;
  subject = new Subject(agent, { ...deployed.manifest, place });
});
afterAll(async () => {
  await engine.reset();
  project?.remove();
  await model.stop();
  await hub.stop();
});
beforeEach(() => {
  model.reply = "repeat";
});

const verify = (...options: string[]): Promise<Finished> =>
  run(process.execPath, [CLI, "verify", ...options], { cwd: project.folder, env: engine.environment });

test("a good agent holds every condition that can be looked at", async () => {
  const { code, stdout, stderr } = await verify();
  expect({ code, stderr, failed: stdout.match(/^ {2}✗.*$/gm) }).toEqual({
    code: 0,
    stderr: "",
    failed: null,
  });
  expect(stdout).toContain("the gateway answers");
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

const write = (path: string, text: string) => (subject: Subject) => subject.write(path, text);
const root = (script: string) => (subject: Subject) => subject.root(script);

/** Moves a file away, puts another one there, and the first one back. */
const instead = (path: string, text: string): Pick<Case, "breaks" | "mends"> => ({
  breaks: (subject) => subject.root(`cp -p ${path} /tmp/kept; cat > ${path}`, text),
  mends: root(`cp -p /tmp/kept ${path}`),
});

const answering = (reply: FakeModel["reply"], fails: Case["fails"], fix: string): Case => ({
  title: `whose model answers with ${reply}`,
  breaks: async () => {
    model.reply = reply;
  },
  mends: async () => {
    model.reply = "repeat";
  },
  fails,
  fix,
  askSeconds: 60,
});

const listing = (answer: FakeModel["listing"], fails: Case["fails"], fix: string): Case => ({
  title: `whose model's server lists its models with ${answer}`,
  breaks: async () => {
    model.listing = answer;
  },
  mends: async () => {
    model.listing = "own";
  },
  fails,
  fix,
});

/** Of each of these the agent is none the wiser, so that none needs a restart. The others are in `verify/`. */
const CASES: readonly Case[] = [
  listing("none", { endpoint: "unreachable" }, "onHost"),
  listing(401, { endpoint: "rejected" }, "apiKey"),
  listing("another", { endpoint: "absent" }, "name"),
  answering(401, { answer: "rejected" }, "`model.apiKey`"),
  answering(404, { answer: "unknownModel" }, "`model.name`"),
  answering(429, { answer: "limited" }, "credit"),
  answering(500, { answer: "broken" }, "status page"),
  answering("empty", { answer: "empty" }, "another model"),
  answering("fixed", { answer: "other" }, "hermes -z"),
  {
    title: "whose model says nothing",
    breaks: async () => {
      model.silent = true;
    },
    mends: async () => {
      model.silent = false;
    },
    fails: { answer: "silent" },
    fix: "`--ask-seconds`",
    askSeconds: 6,
  },
  {
    title: "whose config.yaml is broken",
    ...instead("/opt/data/config.yaml", "model: [\n"),
    fails: { config: "broken" },
    may: ["log configBroken"],
    fix: "config.yaml",
  },
  {
    title: "whose config.yaml belongs to root",
    breaks: root("chown root: /opt/data/config.yaml; chmod 600 /opt/data/config.yaml"),
    mends: root("chown hermes: /opt/data/config.yaml"),
    fails: { files: "foreign" },
    may: ["log permission", "log configBroken"],
    fix: "chown -h hermes: /opt/data/config.yaml",
  },
  {
    title: "whose config.yaml is closed to itself",
    breaks: root("chmod 000 /opt/data/config.yaml"),
    mends: root("chmod 600 /opt/data/config.yaml"),
    fails: { files: "locked" },
    may: ["log permission", "log configBroken"],
    fix: "chmod u+rwX /opt/data/config.yaml",
  },
  {
    title: "whose secrets are open to others",
    breaks: async (subject) => {
      await subject.write("/opt/data/.env", "A=b\n", "644");
      await subject.write("/opt/data/auth.json", "{}", "640");
    },
    mends: root("rm /opt/data/.env /opt/data/auth.json"),
    fails: { files: "open" },
    // Hermes said that in the case before, and said nothing since.
    may: ["log permission"],
    fix: "chmod 600 /opt/data/.env /opt/data/auth.json",
  },
  {
    title: "with a damaged database of its own",
    breaks: write("/opt/data/workspace/notes.db", "SQLite format 3\0 and then no database"),
    mends: root("rm /opt/data/workspace/notes.db"),
    fails: { databases: "malformed" },
    fix: "restore its data",
  },
  {
    title: "whose pinned settings are broken",
    ...instead("/etc/hermes/config.yaml", "model: [\n"),
    fails: { managed: "broken" },
    may: ["log managedBroken", "model"],
    fix: "deploy again",
  },
  {
    title: "whose pinned settings are a list",
    ...instead("/etc/hermes/config.yaml", "- model\n- agent\n"),
    fails: { managed: "broken" },
    may: ["log managedBroken", "model"],
    fix: "deploy again",
  },
  {
    title: "whose pinned settings are not there",
    breaks: root("mv /etc/hermes/config.yaml /tmp/kept"),
    mends: root("mv /tmp/kept /etc/hermes/config.yaml"),
    fails: { managed: "missing" },
    may: ["model", "log managedBroken"],
    fix: "cdktf deploy",
  },
  {
    title: "whose pinned variables are not all there",
    ...instead("/etc/hermes/.env", "API_SERVER_HOST='0.0.0.0'\n"),
    fails: { managed: "missing" },
    may: ["apiServer", "shadowed", "log managedBroken"],
    fix: "cdktf deploy",
  },
  {
    title: "that may not read its pinned settings",
    breaks: root("chmod 600 /etc/hermes/config.yaml"),
    mends: root("chmod 644 /etc/hermes/config.yaml"),
    fails: { managed: "broken" },
    may: ["log managedBroken"],
    fix: "deploy again",
  },
];

bothWays(() => subject, CASES);

test("verify waits for an agent that starts, and says on stderr for what", async () => {
  await engine.docker("restart", "--time", "1", "hermes");
  const { code, stdout, stderr } = await verify("--wait", "120", "--no-ask");
  expect(code).toBe(0);
  expect(stdout).toContain("✓ gateway runs");
  expect(stderr).toMatch(/^agent\/hermes: waits for /);
  expect(stderr).not.toContain("\u001b");
});

test("explain-log reads the log of a deployed agent, and finds each line that a good start prints", async () => {
  const { code, stdout } = await run(process.execPath, [CLI, "explain-log", "--agent", "hermes", "--json"], {
    cwd: project.folder,
    env: engine.environment,
  });
  const lines: ExplainedLine[] = JSON.parse(stdout);
  const ids = (kind: ExplainedLine["kind"]) => lines.filter((line) => line.kind === kind).map(({ id }) => id);
  expect(ids("good")).toEqual(expect.arrayContaining(["setup", "supervised", "gateway", "dashboard"]));
  expect({ code, bad: ids("bad"), missing: ids("missing") }).toEqual({ code: 0, bad: [], missing: [] });
});

test("verify leaves no file of another owner behind, and prints no secret", async () => {
  const { stdout } = await verify("--json");
  const { stdout: schema } = await verify("--schema");
  expect(z.fromJSONSchema(JSON.parse(schema)).safeParse(JSON.parse(stdout)).error).toBeUndefined();
  for (const secret of Object.values(secrets)) expect(stdout).not.toContain(secret);
  expect((await agent.exec("find", "/opt/data", "-user", "root")).stdout).toBe("");
  await agent.answers(API_PORT, "/health");
});
