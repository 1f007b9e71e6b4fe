/** `cdktf-hermes plan` with the real Terraform, on agents of the CapRover sandbox. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { temporaryFolder } from "../../agents";
import { describeWithTerraform } from "../../terraform";
import { hermesImage } from "../hermes-image";
import { builtPackage } from "../package";
import { Project } from "../project";

jest.setTimeout(600_000);

const [RELEASE, NEXT_RELEASE] = ["v2026.7.30", "v0.21.6"] as const;
const KEY = `sk-${"planned-secret-".repeat(3)}`;

/** Agents by their stacks, as the program reads them. */
interface Agent {
  readonly stack: string;
  readonly id: string;
  readonly name?: string;
  readonly volume: string;
  readonly tag?: string;
  readonly memoryMiB?: number;
  /** Gives it an API server, with a key from a variable. */
  readonly key?: boolean;
  /** The stack whose agent's address it reads. */
  readonly after?: string;
}

const PROGRAM = `
import { readFileSync } from "node:fs";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { CapRoverApp, CapRoverProvider, HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "cdktf-hermes";
const app = new App();
const proxies = new Map();
for (const { stack: name, id, after, key, volume, tag, ...props } of JSON.parse(readFileSync("agents.json", "utf8"))) {
  const found = app.node.tryFindChild(name);
  const stack = found ?? new TerraformStack(app, name);
  if (!found) new CapRoverProvider(stack, "caprover");
  if (name === "base") {
    proxies.set(name, new CapRoverApp(stack, "proxy", { name: "proxy", image: "caprover/nginx-reverse-proxy" }));
    continue;
  }
  new HermesApp(stack, id, {
    ...props,
    target: HermesTarget.caprover(),
    image: HermesImage.registry(stack, id + "-image", { tag: tag ?? "${RELEASE}" }),
    data: new PersistentDataVolume(stack, id + "-data", { name: volume }),
    ...(after && { env: { UPSTREAM: proxies.get(after).url } }),
    ...(key && { apiServer: { key: new TerraformVariable(stack, "key", { type: "string", sensitive: true }).stringValue } }),
  });
}
app.synth();
`;

const ADA: Agent = { stack: "agents", id: "ada", volume: "ada-data" };
const GREG: Agent = { stack: "agents", id: "greg", volume: "greg-data", tag: NEXT_RELEASE };

describeWithTerraform("cdktf-hermes plan on CapRover", () => {
  let captain: CapRoverSandbox;
  let project: Project;
  let temporary: string;

  beforeAll(async () => {
    const packageFolder = await builtPackage(temporaryFolder());
    const images = [RELEASE, NEXT_RELEASE].map(
      (tag) => [`nousresearch/hermes-agent:${tag}`, hermesImage(tag)] as const,
    );
    captain = await CapRoverSandbox.start({ images: Object.fromEntries(images), speed: 20 });
    temporary = temporaryFolder();
    project = new Project(temporaryFolder(), { ...captain.environment, TMPDIR: temporary })
      .copyExample("caprover-smallest")
      .install(packageFolder)
      .write("main.ts", PROGRAM);
    synthesize(ADA, GREG);
    await project.cdktf("deploy");
  });
  afterAll(() => captain.stop());

  const synthesize = (...agents: readonly Agent[]) => project.write("agents.json", JSON.stringify(agents));

  /** Synthesizes and plans. The answer is on standard output, and the rest in a file. */
  async function plan(options = "", environment = "") {
    const { code, output } = await project.tryScript(
      `npx cdktf synth >/dev/null 2>&1; ${environment} npx cdktf-hermes plan ${options} 2>plan-errors`,
    );
    const errors = project.read("plan-errors");
    expect(readdirSync(temporary).filter((name) => name.startsWith("cdktf-hermes-plan-"))).toEqual([]);
    return { code, output, errors };
  }

  async function planned(...agents: readonly Agent[]) {
    synthesize(...agents);
    const { code, output } = await plan("--json --fail-on destroy,replace,data-move,downgrade");
    const [stack] = JSON.parse(output);
    return { code, agents: stack.agents, resources: stack.resources };
  }

  test("deployed agents do not change", async () => {
    expect(await planned(ADA, GREG)).toEqual({
      code: 0,
      resources: [],
      agents: [
        expect.objectContaining({ agent: "agents/ada", effect: "none", data: "kept", attributes: [] }),
        expect.objectContaining({ agent: "agents/greg", effect: "none", data: "kept", attributes: [] }),
      ],
    });
    expect((await plan()).output).toMatch(/agents\/ada +no change +kept/);
  });

  test.each<[what: string, agents: readonly Agent[], code: number, expected: object]>([
    [
      "another memory limit is a restart on the same data",
      [{ ...ADA, memoryMiB: 2048 }, GREG],
      0,
      { agent: "agents/ada", effect: "restart", data: "kept", attributes: ["limits"] },
    ],
    [
      "an upgrade is a restart with another release",
      [{ ...ADA, tag: NEXT_RELEASE }, GREG],
      0,
      { agent: "agents/ada", effect: "restart", release: { before: RELEASE, after: NEXT_RELEASE } },
    ],
    [
      "another name is a replacement",
      [{ ...ADA, name: "ada2" }, GREG],
      1,
      { agent: "agents/ada", effect: "replace", data: "kept", replacedBy: ["name"] },
    ],
    [
      "another volume is a loss of the data",
      [{ ...ADA, volume: "other" }, GREG],
      1,
      { agent: "agents/ada", data: "moved", failures: ["data-move"] },
    ],
    [
      "an earlier release on the same data is a downgrade",
      [ADA, { ...GREG, tag: RELEASE }],
      1,
      { agent: "agents/greg", data: "downgrade", failures: ["downgrade"] },
    ],
    [
      "an agent that the program no longer has is destroyed, and its data is left behind",
      [GREG],
      1,
      { name: "ada", effect: "destroy", data: "abandoned", failures: ["destroy"] },
    ],
    [
      "a further agent is new",
      [ADA, GREG, { stack: "agents", id: "eve", volume: "eve-data" }],
      0,
      { agent: "agents/eve", effect: "create", data: "new", failures: [] },
    ],
  ])("%s", async (_what, agents, code, expected) => {
    const answer = await planned(...agents);
    expect(answer.code).toBe(code);
    expect(answer.agents).toContainEqual(expect.objectContaining(expected));
  });

  test("a stack without a value for its variable says which, and does not keep another one from its plan", async () => {
    synthesize(ADA, GREG, { stack: "more", id: "eve", volume: "eve-data", key: true });
    const { code, output } = await plan();
    expect(code).toBe(2);
    expect(output).toContain("these variables have no value: TF_VAR_key");
    expect(output).toMatch(/agents\/ada +no change +kept/);
  });

  test("no plan shows a secret, in any form, and no file is left of it", async () => {
    synthesize(ADA, GREG, { stack: "more", id: "eve", volume: "eve-data", key: true });
    for (const form of ["", "--json", "--markdown"]) {
      const { code, output, errors } = await plan(form, `TF_VAR_key=${KEY}`);
      expect(code).toBe(0);
      expect(output).toContain("eve");
      expect(output + errors).not.toContain(KEY);
      expect(output + errors).not.toContain(captain.password);
    }
  });

  test("a stack that reads an address of another one says to deploy that one first", async () => {
    synthesize(
      ADA,
      GREG,
      { stack: "base", id: "", volume: "" },
      { stack: "reader", id: "eve", volume: "eve-data", after: "base" },
    );
    const { code, output } = await plan("reader --json");
    expect(code).toBe(2);
    expect(JSON.parse(output)).toEqual([
      expect.objectContaining({ stack: "reader", result: "no-plan", fix: "deploy first: base" }),
    ]);
  });

  test("a server that can't be reached is told for its stack", async () => {
    synthesize(ADA, GREG);
    const { code, output } = await plan("", "CAPROVER_URL=http://127.0.0.1:9");
    expect(code).toBe(2);
    expect(output).toContain("✗ no plan:");
  });

  test("Ctrl-C ends Terraform, deletes the plans and says nothing", async () => {
    synthesize(ADA, GREG);
    const bin = join(temporaryFolder(), "bin");
    mkdirSync(bin);
    const slow = `#!/bin/sh\n[ "$1" = plan ] || exec terraform "$@"\nls -ld "$TMPDIR"/cdktf-hermes-plan-* >"$SEEN"\ntrap 'echo interrupted >>"$SEEN"; exit 1' INT\nwhile :; do sleep 0.1; done\n`;
    writeFileSync(join(bin, "slow"), slow, { mode: 0o755 });
    const { output } = await project.tryScript(
      `npx cdktf synth >/dev/null 2>&1
export SEEN=$PWD/seen; touch seen
TERRAFORM_BINARY_NAME=${join(bin, "slow")} node_modules/.bin/cdktf-hermes plan >answer 2>plan-errors & pid=$!
while ! grep -q cdktf seen; do sleep 0.1; done
kill -INT $pid; wait $pid || echo code $?`,
    );
    expect(output).toBe("code 130\n");
    expect(project.read("answer")).toBe("");
    expect(project.read("plan-errors")).toBe("init agents (1 of 1)\n");
    expect(project.read("seen")).toMatch(/^drwx------.*\ninterrupted\n$/);
    expect(readdirSync(temporary).filter((name) => name.startsWith("cdktf-hermes-plan-"))).toEqual([]);
  });
});
