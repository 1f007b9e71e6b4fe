/** The command `doctor`, as a process of its own. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundledCommand } from "./bundled";

const bundle = bundledCommand();
const project = mkdtempSync(join(tmpdir(), "cdktf-hermes-doctor-"));
afterAll(() => rmSync(project, { recursive: true }));

/** Programs that answer well, and one stack with a variable. */
beforeAll(() => {
  const answers = {
    node: "echo v22.0.0",
    terraform: `echo '{"terraform_version": "1.11.4"}'`,
    docker: "echo 27.0.1",
  };
  mkdirSync(join(project, "bin"));
  for (const [name, script] of Object.entries(answers)) {
    writeFileSync(join(project, "bin", name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(project, "bin", name), 0o755);
  }
  mkdirSync(join(project, "cdktf.out", "stacks", "agent"), { recursive: true });
  const entry = { synthesizedStackPath: "stacks/agent/cdk.tf.json" };
  writeFileSync(join(project, "cdktf.out/manifest.json"), JSON.stringify({ stacks: { agent: entry } }));
  const document = {
    terraform: { required_version: ">= 1.11", backend: {} },
    variable: { key: { sensitive: true } },
    provider: { docker: [{}] },
  };
  writeFileSync(join(project, "cdktf.out/stacks/agent/cdk.tf.json"), JSON.stringify(document));
});

function doctor(arguments_: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, "doctor", ...arguments_], {
    cwd: project,
    env: { PATH: join(project, "bin"), HOME: project, ...environment },
    encoding: "utf8",
    input: "",
  });
  return { status, stdout, stderr };
}

test("a workspace in which all holds gives exit code 0", () => {
  const { status, stdout, stderr } = doctor([], { TF_VAR_key: "given" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("✓ Terraform");
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test("a variable without a value gives exit code 1, its name, and how to give it one", () => {
  const { status, stdout } = doctor([]);
  expect(status).toBe(1);
  expect(stdout).toContain("✗ variable");
  expect(stdout).toContain("    fix: read -rs TF_VAR_key && export TF_VAR_key\n");
});

test("the answer for scripts has a row for each thing that was looked at", () => {
  const { stdout } = doctor(["--json"]);
  const rows: readonly { readonly check: string }[] = JSON.parse(stdout);
  expect(rows).toContainEqual({
    check: "variables",
    of: "TF_VAR_key",
    result: "fails",
    seen: "no value, for agent",
    cause: "the variable has no value, so that the deploy stops and asks for it",
    fix: "read -rs TF_VAR_key && export TF_VAR_key",
  });
  expect(new Set(rows.map(({ check }) => check))).toEqual(
    new Set(["node", "terraform", "pluginCache", "variables", "engines"]),
  );
});

test("something that can't be looked at gives exit code 2 with --strict, and 0 without", () => {
  const environment = { TF_VAR_key: "given", DOCKER_HOST: "" };
  rmSync(join(project, "bin", "docker"));
  expect(doctor([], environment).status).toBe(0);
  expect(doctor(["--strict"], environment).status).toBe(2);
});

test("without a synthesized app it says what to do, with exit code 2", () => {
  const { status, stderr } = doctor(["--output", "nowhere"]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/synthesize first/);
});
