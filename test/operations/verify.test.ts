import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import * as z from "zod";
import { type AgentAccess, Unreachable } from "../../lib/operations/access/access";
import { NotFinished, runProgram } from "../../lib/operations/access/program";
import type { Manifest } from "../../lib/operations/manifest";
import { asMarkdown, asText } from "../../lib/operations/report";
import { readDeployments, readStacks } from "../../lib/operations/stacks";
import { type VerifiedAgent, verifiedSchema } from "../../lib/operations/verified";
import { exitCodeOf, verifyAgent } from "../../lib/operations/verify";

const MANIFEST: Manifest = {
  version: 1,
  agent: "agent/hermes",
  name: "hermes",
  place: { kind: "docker", container: "hermes" },
  release: "v2026.7.20",
  image: "nousresearch/hermes-agent:v2026.7.20",
  data: "hermes-data",
  services: {},
  platforms: {},
  secrets: [],
  variables: { given: ["SLACK_BOT_TOKEN"], volumeWins: [] },
  healthCheck: true,
  stopGraceSeconds: 45,
  hash: "0123456789abcdef",
};

const DEPLOYED = { state: "deployed", manifest: MANIFEST, asDeclared: true } as const;

const RUNNING = {
  running: true,
  restarting: false,
  paused: false,
  restarts: 0,
  health: "healthy",
  exitCode: 0,
  outOfMemory: false,
  upSeconds: 60,
  startedMs: 0,
  declaredImage: true,
  image: "hermes:1",
  createdMs: Date.parse("2026-11-28T05:00:00Z"),
};

const verify = (access: AgentAccess, deployment: Parameters<typeof verifyAgent>[1] = DEPLOYED) =>
  verifyAgent(MANIFEST, deployment, { ask: false, askSeconds: 1, access: () => access });

const good: AgentAccess = {
  container: async () => RUNNING,
  run: async () => 'a module prints\n{"version":"0.19.0","gateway":{"alive":true},"shadowed":[]}\n',
  log: async () => "",
};

test("an agent of which all that was looked at holds gives exit code 0, and 2 if everything must be seen", async () => {
  const verified = await verify(good);
  expect(verified.conditions.filter(({ result }) => result === "fails")).toEqual([]);
  expect([exitCodeOf([verified], false), exitCodeOf([verified], true)]).toEqual([0, 2]);
});

test("an agent with one condition that does not hold gives exit code 1", async () => {
  const verified = await verify({ ...good, container: async () => ({ ...RUNNING, health: "unhealthy" }) });
  expect(exitCodeOf([verified], false)).toBe(1);
});

test("an agent whose container is gone is not deployed, and gives exit code 1", async () => {
  const verified = await verify({
    container: async () => {
      throw new Unreachable("there is no container hermes", true);
    },
  });
  expect(verified).toMatchObject({ state: "not-deployed", why: "there is no container hermes" });
  expect(exitCodeOf([verified], false)).toBe(1);
});

test("an engine that does not answer gives exit code 2", async () => {
  const verified = await verify({
    container: async () => {
      throw new Unreachable("no answer within 20 s");
    },
  });
  expect(verified).toMatchObject({ state: "unreachable", why: "no answer within 20 s" });
  expect(exitCodeOf([verified], false)).toBe(2);
});

test("a program that has changed since the deploy is said, and the deployed agent is looked at", async () => {
  const verified = await verify(good, { ...DEPLOYED, asDeclared: false });
  expect(verified.state).toBe("declared-otherwise");
  expect(verified.conditions.length).toBeGreaterThan(0);
});

test.each([
  ["nothing", ""],
  ["no JSON", "Segmentation fault"],
  ["another shape", '{"version": 7}'],
])("a container whose probe answers %s counts as not looked at", async (_, answer) => {
  expect(await verify({ ...good, run: async () => answer })).toMatchObject({ state: "unreachable" });
});

describe("the JSON schema of verify's answer", () => {
  const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(verifiedSchema())));

  test.each<[string, AgentAccess]>([
    ["an agent that works", good],
    ["an agent whose container has ended", { container: async () => ({ ...RUNNING, running: false }) }],
    [
      "an agent that nothing reaches",
      {
        container: async () => {
          throw new Unreachable("no answer");
        },
      },
    ],
  ])("the answer about %s fits the schema", async (_, access) => {
    const answer: unknown = JSON.parse(JSON.stringify([await verify(access)]));
    expect(schema.parse(answer)).toEqual(answer);
  });

  test.each([
    [
      "a condition that does not exist",
      { conditions: [{ condition: "weather", result: "holds", seen: "" }] },
    ],
    ["a result that does not exist", { conditions: [{ condition: "model", result: "maybe", seen: "" }] }],
    ["no state", { state: undefined }],
  ])("an answer with %s does not fit the schema", async (_, change) => {
    const answer: unknown = JSON.parse(JSON.stringify([{ ...(await verify(good)), ...change }]));
    expect(schema.safeParse(answer).success).toBe(false);
  });
});

test("nothing runs in a container that has ended", async () => {
  const run = jest.fn();
  const verified = await verify({ container: async () => ({ ...RUNNING, running: false }), run });
  expect(run).not.toHaveBeenCalled();
  expect(verified.conditions[0]).toMatchObject({ condition: "container", result: "fails" });
});

test("what an agent says forges neither a line nor a cell of the report", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (seen) => {
      const agents: VerifiedAgent[] = [
        {
          agent: "agent/hermes",
          name: "hermes",
          state: "deployed",
          conditions: [{ condition: "model", result: "holds", seen: `${seen}\n  ✗ forged\u001b[2J | x` }],
        },
      ];
      const marks = asText(agents)
        .split("\n")
        .filter((line) => line.startsWith("  ✗") || line.includes("\u001b"));
      expect(marks).toEqual([]);
      expect(asMarkdown(agents).split("\n")).toHaveLength(5);
    }),
  );
});

test("a program that hangs is ended with everything that it started", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cdktf-hermes-hang-"));
  const hang = runProgram("sh", ["-c", `sleep 300 & echo $! > ${folder}/pid; wait`], { seconds: 1 });
  await expect(hang).rejects.toEqual(new NotFinished("slow"));
  const { stdout } = await runProgram(
    "sh",
    ["-c", `ps -o stat= -p $(cat ${folder}/pid) | grep -v Z | wc -l`],
    {
      seconds: 20,
    },
  );
  expect(stdout.trim()).toBe("0");
  rmSync(folder, { recursive: true });
});

test("a program that is not installed is told from one that fails", async () => {
  await expect(runProgram("no-such-program", [], { seconds: 5 })).rejects.toEqual(new NotFinished("missing"));
  expect(await runProgram("false", [], { seconds: 20 })).toMatchObject({ code: 1 });
});

describe("the agents of an output directory", () => {
  const outdir = mkdtempSync(join(tmpdir(), "cdktf-hermes-stacks-"));
  afterAll(() => rmSync(outdir, { recursive: true }));

  const write = (agents: object) => {
    mkdirSync(join(outdir, "stacks/agent"), { recursive: true });
    const entry = { synthesizedStackPath: "stacks/agent/cdk.tf.json", dependencies: ["images"] };
    writeFileSync(join(outdir, "manifest.json"), JSON.stringify({ stacks: { agent: entry } }));
    const document = { "//": { metadata: { "cdktf-hermes": { agents } } } };
    writeFileSync(join(outdir, "stacks/agent/cdk.tf.json"), JSON.stringify(document));
  };

  test("agents are read from the metadata of their stacks", () => {
    write({ "agent/hermes": MANIFEST });
    expect(readStacks(outdir)).toMatchObject([
      { name: "agent", folder: join(outdir, "stacks/agent"), dependsOn: ["images"], agents: [MANIFEST] },
    ]);
  });

  test.each([
    ["fails", "echo 'Error: the bucket is locked' >&2; exit 1", /: the bucket is locked$/],
    ["answers something that is not JSON", "echo nothing", /is not JSON/],
    ["has an agent of another version", `echo '{"x_manifest":{"value":"{}"}}'`, /another version/],
    ["is not installed", undefined, /^the state of the stack agent can't be read: .* is not installed here$/],
  ])("agents are out of reach, and not undeployed, where Terraform %s", async (_, script, why) => {
    write({ "agent/hermes": MANIFEST });
    mkdirSync(join(outdir, "stacks/agent/.terraform"), { recursive: true });
    const before = process.env["TERRAFORM_BINARY_NAME"];
    process.env["TERRAFORM_BINARY_NAME"] = join(outdir, script === undefined ? "nowhere" : "terraform");
    try {
      if (script !== undefined)
        writeFileSync(join(outdir, "terraform"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const [stack] = readStacks(outdir);
      const deployment = stack && (await readDeployments(stack)).get("agent/hermes");
      if (deployment === undefined) throw new Error("there is no such agent");
      const verified = await verifyAgent(MANIFEST, deployment, {
        ask: false,
        askSeconds: 1,
        access: () => ({}),
      });
      expect(verified).toMatchObject({ state: "unreachable", why: expect.stringMatching(why) });
      expect(exitCodeOf([verified], false)).toBe(2);
    } finally {
      if (before === undefined) delete process.env["TERRAFORM_BINARY_NAME"];
      else process.env["TERRAFORM_BINARY_NAME"] = before;
    }
  });

  test("an agent that another version of the package wrote is refused in one line", () => {
    write({ "agent/hermes": { ...MANIFEST, version: 2 } });
    expect(() => readStacks(outdir)).toThrow(/another version of cdktf-hermes; synthesize again$/);
  });
});
