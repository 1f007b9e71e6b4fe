import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PLATFORM } from "../../terraform";
import { installable, Project } from "../terraform";

const CDKTF_LIBRARY = require.resolve("cdktf");
const APP = `
  const { App, TerraformStack, DataResource } = require(${JSON.stringify(CDKTF_LIBRARY)});
  const app = new App();
  const first = new TerraformStack(app, "first");
  new DataResource(first, "data", { input: { value: process.env.VALUE } });
  const second = new TerraformStack(app, "second");
  second.addDependency(first);
  new DataResource(second, "data", { input: { value: "fixed" } });
  app.synth();
`;

describe("a CDKTF project of the tests", () => {
  const projects: Project[] = [];
  const project = (env: NodeJS.ProcessEnv) => {
    const made = new Project({ app: "node main.js", env: { ...process.env, ...env } });
    writeFileSync(join(made.folder, "main.js"), APP);
    projects.push(made);
    return made;
  };
  afterEach(() => {
    for (const made of projects.splice(0)) made.remove();
  });

  test("a project of the tests deploys all stacks, and the next plan is empty", async () => {
    const made = project({ VALUE: "one" });
    expect(await made.deploy()).toMatchObject({ code: 0 });
    await expect(made.changes("first")).resolves.toBeUndefined();
    await expect(made.changes("second")).resolves.toBeUndefined();
    expect(readFileSync(join(made.folder, "terraform.first.tfstate"), "utf8")).toContain('"one"');
  });

  test("a project of the tests shows changes, and fails with Terraform's message", async () => {
    const made = project({ VALUE: "one" });
    await made.deploy();
    const file = join(made.folder, "cdktf.out/stacks/first/cdk.tf.json");
    const synthesized = readFileSync(file, "utf8");
    writeFileSync(file, synthesized.replace('"one"', '"two"'));
    await expect(made.changes("first")).resolves.toContain('"one" -> "two"');
    writeFileSync(file, synthesized.replace("terraform_data", "terraform_nothing"));
    await expect(made.changes("first")).rejects.toThrow("terraform_nothing");
  });

  test("a project of the tests destroys what it deployed", async () => {
    const made = project({ VALUE: "one" });
    await made.deploy();
    expect(await made.destroy()).toMatchObject({ code: 0 });
    expect((await made.terraform("first", "state", "list")).stdout).toBe("");
  });
});

describe("whether a provider can be installed", () => {
  const folder = mkdtempSync(join(tmpdir(), "mirror-"));
  const configuration = join(folder, "terraformrc");
  const env = { ...process.env, TF_CLI_CONFIG_FILE: configuration };

  beforeAll(() => {
    const packages = join(folder, "example.invalid/made/up/1.2.3", PLATFORM);
    mkdirSync(packages, { recursive: true });
    writeFileSync(join(packages, "terraform-provider-up_v1.2.3"), "#!/bin/sh\n", { mode: 0o755 });
    writeFileSync(
      configuration,
      `provider_installation { filesystem_mirror { path = ${JSON.stringify(folder)} } }\n`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("Terraform says whether it can install a provider from a mirror of its CLI configuration", async () => {
    await expect(installable("example.invalid/made/up", "1.2.3", env)).resolves.toEqual({ installed: true });
  });

  test("if a provider can't be installed, Terraform's reason is given", async () => {
    await expect(installable("example.invalid/made/up", "9.9.9", env)).resolves.toEqual({
      installed: false,
      reason: expect.stringContaining("no available releases match the given constraints 9.9.9"),
    });
  });
});
