/** What is called exposed, held against what the real Terraform prints. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DataResource, Fn, LocalBackend, TerraformLocal, TerraformStack, TerraformVariable } from "cdktf";
import { exposureOf } from "../../lib/support/terraform-values";
import { newApp, temporaryFolder } from "../agents";
import { describeWithTerraform, terraformProgram, UNATTENDED } from "../terraform";

const VALUE = "hunter2-in-clear-text";

function terraform(folder: string, ...args: readonly string[]) {
  const env = { ...process.env, ...UNATTENDED, TF_CLI_CONFIG_FILE: "/dev/null" };
  return spawnSync(terraformProgram(), [...args, "-no-color"], { cwd: folder, env, encoding: "utf8" });
}

describeWithTerraform("a plan of the real Terraform", () => {
  const app = newApp();
  const states = temporaryFolder();
  const stackOf = (name: string) => {
    const stack = new TerraformStack(app, name);
    new LocalBackend(stack, { path: join(states, `${name}.tfstate`) });
    return stack;
  };
  const vault = stackOf("vault");
  const stack = stackOf("agent");
  const variable = (scope: TerraformStack, id: string, settings: object) =>
    new TerraformVariable(scope, id, { type: "string", ...settings }).stringValue;

  const sensitive = variable(stack, "sensitive", { sensitive: true });
  const plain = variable(stack, "plain", {});
  const elsewhere = variable(vault, "elsewhere", { sensitive: true });
  const ephemeral = new TerraformVariable(stack, "ephemeral", { type: "string" });
  ephemeral.addOverride("ephemeral", true);

  const values: Readonly<Record<string, string>> = {
    plain,
    sensitive,
    "plain-in-text": `Bearer ${plain}`,
    "sensitive-in-text": `Bearer ${sensitive}`,
    "plain-in-function": Fn.trimspace(plain),
    "sensitive-in-function": Fn.trimspace(sensitive),
    "plain-beside-sensitive": `${plain}:${sensitive}`,
    "made-sensitive": Fn.sensitive(plain),
    "made-public": Fn.nonsensitive(sensitive),
    "local-of-plain": new TerraformLocal(stack, "l1", plain).asString,
    "local-of-sensitive": new TerraformLocal(stack, "l2", sensitive).asString,
    literal: Fn.trimspace(VALUE),
    "another-stack": elsewhere,
    "another-stack-made-sensitive": Fn.sensitive(elsewhere),
  };
  const exposed = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, exposureOf(stack, value) !== undefined]),
  );
  for (const [name, value] of Object.entries(values))
    new DataResource(stack, `of-${name}`, { input: { value } });
  app.synth();
  const folderOf = (name: string) => {
    const folder = join(app.outdir, "stacks", name);
    const names = ["sensitive", "plain", "elsewhere", "ephemeral"];
    const given = names.filter((variable) => (name === "vault") === (variable === "elsewhere"));
    writeFileSync(
      join(folder, "terraform.tfvars.json"),
      JSON.stringify(Object.fromEntries(given.map((variable) => [variable, VALUE]))),
    );
    return folder;
  };

  test("shows what is called exposed, and hides everything else", () => {
    for (const command of [["init"], ["apply", "-auto-approve"]])
      expect(terraform(folderOf("vault"), ...command)).toMatchObject({ status: 0 });
    const folder = folderOf("agent");
    expect(terraform(folder, "init")).toMatchObject({ status: 0 });
    const { stdout, stderr, status } = terraform(folder, "plan");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const shown = Object.keys(values).map((name) => {
      const [, block = ""] = stdout.split(`# terraform_data.of-${name} will be created`);
      return [name, (block.split("\n    }")[0] ?? "").includes(VALUE)];
    });
    expect(Object.fromEntries(shown)).toEqual(exposed);
  });

  test("keeps an ephemeral value to itself, and lets it into no attribute that is kept", () => {
    new DataResource(stack, "kept", { input: { value: ephemeral.stringValue } });
    app.synth();
    const { stderr, status } = terraform(folderOf("agent"), "plan");
    expect(status).toBe(1);
    expect(stderr).toContain("Ephemeral values are not valid");
    expect(stderr).not.toContain(VALUE);
    expect(exposureOf(stack, ephemeral.stringValue)).toBeUndefined();
  });
});
