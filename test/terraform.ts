/** Real Terraform on small configurations: built-in resources only, local state in a temporary folder. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./support";

const ENVIRONMENT = {
  ...process.env,
  TF_CLI_CONFIG_FILE: "/dev/null",
  CHECKPOINT_DISABLE: "1",
  TF_IN_AUTOMATION: "1",
};

function terraform(folder: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("terraform", [...args], {
    cwd: folder,
    env: ENVIRONMENT,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`terraform ${args[0]}: ${stderr || stdout}`);
  return stdout;
}

const found = spawnSync("terraform", ["version"], { env: ENVIRONMENT }).status === 0;

/** Tests that need Terraform: skipped with the reason in their name where there is none, a failure in CI. */
export const describeWithTerraform: (name: string, tests: () => void) => void = found
  ? describe
  : process.env["CI"]
    ? (name) => test(name, () => expect("terraform on PATH").toBe("there, as CI is to have it"))
    : (name, tests) => describe.skip(`${name} (skipped: no terraform on PATH)`, tests);

/** Applies the configuration and answers its outputs, sensitive ones too. */
export function outputsOf(configuration: object, variables: object = {}): Readonly<Record<string, unknown>> {
  const folder = mkdtempSync(join(temporaryFolder(), "terraform-"));
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify(configuration));
  writeFileSync(join(folder, "terraform.tfvars.json"), JSON.stringify(variables));
  terraform(folder, "init", "-input=false", "-no-color");
  terraform(folder, "apply", "-input=false", "-no-color", "-auto-approve");
  const outputs: Readonly<Record<string, { readonly value: unknown }>> = JSON.parse(
    terraform(folder, "output", "-json", "-no-color"),
  );
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}
