/** The steps of a plan, with a program in Terraform's place that behaves as each test needs it. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { planStacks } from "../../../lib/operations/plan/plan-stacks";
import type { SynthesizedStack } from "../../../lib/operations/stacks";
import { temporaryFolder } from "../../agents";

const before = { ...process.env };
let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  process.env = { ...before };
  // Of every test: no folder of plans is left.
  for (const plans of planFolders()) expect(existsSync(plans)).toBe(false);
});

const EMPTY = JSON.stringify({ format_version: "1.2", planned_values: {}, resource_changes: [] });
const PLANS = `[ "$1" != show ] || echo '${EMPTY}'`;

/** @param script of a shell, with Terraform's arguments */
function terraform(script: string): void {
  const program = join(folder, "terraform");
  writeFileSync(program, `#!/bin/sh\necho "$(basename "$PWD") $*" >> ${join(folder, "calls")}\n${script}\n`);
  chmodSync(program, 0o755);
  process.env["TERRAFORM_BINARY_NAME"] = program;
}

function stackOf(name: string, document: object = {}): SynthesizedStack {
  const own = join(folder, name);
  mkdirSync(own);
  return {
    name,
    folder: own,
    dependsOn: [],
    document: { ...document },
    metadata: {},
    warnings: [],
    agents: [],
  };
}

const calls = () => (existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8") : "");
const planFolders = () => [...calls().matchAll(/ -out=(.*)\/\d+\.plan$/gm)].map(([, plans = ""]) => plans);
const plan = (...stacks: readonly SynthesizedStack[]) => planStacks(stacks, () => undefined);

test("a warning that OpenTofu prints before its answer changes nothing", async () => {
  terraform(`[ "$1" != show ] || { echo 'Warning: no CLI configuration file'; echo '${EMPTY}'; }`);
  expect(await plan(stackOf("one"))).toMatchObject([{ result: "planned" }]);
});

test("all stacks are initialized before the first is planned, and nobody is asked anything", async () => {
  terraform(PLANS);
  const told: string[] = [];
  const planned = await planStacks([stackOf("one"), stackOf("two")], (line) => told.push(line));
  expect(planned.map(({ stack, result }) => [stack, result])).toEqual([
    ["one", "planned"],
    ["two", "planned"],
  ]);
  const lines = calls().trim().split("\n");
  expect(lines.slice(0, 2)).toEqual(["one init -input=false -no-color", "two init -input=false -no-color"]);
  const plans = lines.filter((line) => / plan /.test(line));
  expect(plans).toHaveLength(2);
  for (const line of plans) expect(line).toContain(" plan -input=false ");
  expect(told.slice(0, 2)).toEqual(["init one (1 of 2)", "init two (2 of 2)"]);
  expect(told.at(-1)).toMatch(/^planned (?:one|two) \(2 of 2\)$/);
});

test("the plans lie in a folder that only its owner can read, which is gone afterwards", async () => {
  terraform(`case "$*" in plan*) for word; do :; done; stat -c %a "$(dirname "\${word#-out=}")" > ${join(folder, "mode")} ;; esac
${PLANS}`);
  await plan(stackOf("one"));
  expect(readFileSync(join(folder, "mode"), "utf8")).toBe("700\n");
  expect(planFolders()).toHaveLength(1);
});

test("a version that the program no longer admits is replaced at the init, as a deploy does it", async () => {
  terraform(`case "$*" in
*-upgrade*) ;;
init*) echo 'Error: Failed to query available provider packages' >&2
  echo 'locked provider does not match; must use terraform init -upgrade' >&2; exit 1 ;;
esac
${PLANS}`);
  expect(await plan(stackOf("one"))).toMatchObject([{ result: "planned" }]);
  expect(calls()).toContain("one init -input=false -no-color -upgrade\n");
});

test.each<[what: string, script: string, expected: object]>([
  [
    "the init fails",
    "echo '\\n╷\\n│ Error: Could not reach the registry\\n│ \\n│ no such host\\n╵' >&2; exit 1",
    { why: "Could not reach the registry: no such host" },
  ],
  [
    "the plan fails",
    `[ "$1" = init ] || { echo '{"type":"diagnostic","diagnostic":{"severity":"warning","summary":"mind","detail":""}}'
echo '{"type":"diagnostic","diagnostic":{"severity":"error","summary":"No engine","detail":"It is off.","address":"docker_container.a"}}'; exit 1; }`,
    { why: "docker_container.a: No engine: It is off." },
  ],
  [
    "the plan dies without a word",
    `[ "$1" = init ] || kill -9 $$`,
    { why: expect.stringContaining("was ended from outside (SIGKILL)") },
  ],
  [
    "the plan dies, and its log has secrets",
    `[ "$1" = init ] || { echo '2026-01-01T00:00:00.000Z [TRACE] password=hush' >&2; exit 1; }`,
    { why: "it failed" },
  ],
  [
    "the plan can't be shown",
    `[ "$1" != show ] || { echo 'Error: no such plan' >&2; exit 1; }`,
    { why: "no such plan" },
  ],
  ["what is shown is no JSON", "echo rubbish", { why: expect.stringContaining("that is not JSON") }],
  ["what is shown is no plan", "echo '{}'", { why: expect.stringContaining("this is not a plan") }],
  [
    "a variable has no value",
    `[ "$1" = init ] || { echo '{"diagnostic":{"severity":"error","summary":"No value for required variable","detail":"The root module input variable \\"key\\" is not set"}}'; exit 1; }`,
    { fix: "set TF_VAR_key" },
  ],
])("where %s, that stack has no plan, and the others have", async (_what, script, expected) => {
  terraform(`case "$PWD" in */bad) ${script}
exit ;; esac
${PLANS}`);
  expect(await plan(stackOf("bad"), stackOf("good"))).toEqual([
    { stack: "bad", dependsOn: [], result: "no-plan", why: expect.any(String), ...expected },
    expect.objectContaining({ stack: "good", result: "planned" }),
  ]);
});

test("where Terraform is missing, that is said, and how to name another program", async () => {
  process.env["TERRAFORM_BINARY_NAME"] = join(folder, "nothing");
  expect(await plan(stackOf("one"))).toMatchObject([
    {
      why: expect.stringContaining("is not installed here"),
      fix: expect.stringContaining("TERRAFORM_BINARY_NAME"),
    },
  ]);
});

test("a stack with an old Docker provider is not even initialized", async () => {
  terraform(PLANS);
  const old = {
    terraform: { required_providers: { docker: { source: "kreuzwerker/docker", version: "3.6.2" } } },
  };
  expect(await plan(stackOf("old", old))).toMatchObject([{ result: "no-plan" }]);
  expect(calls()).toBe("");
});

test("a stack for which Terraform chose an old Docker provider is initialized and not planned", async () => {
  terraform(
    `printf 'provider "registry.terraform.io/kreuzwerker/docker" {\\n  version = "3.6.2"\\n}\\n' > .terraform.lock.hcl; ${PLANS}`,
  );
  expect(await plan(stackOf("old"))).toMatchObject([
    { result: "no-plan", why: expect.stringContaining("Terraform chose 3.6.2") },
  ]);
  expect(calls()).toBe("old init -input=false -no-color\n");
});
