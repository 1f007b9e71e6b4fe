/** The real CDKTF CLI on a project of its own, as users run it: no flag, no registry. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { temporaryFolder } from "../../support";
import { describeWithTerraform } from "../../terraform";
import { succeed } from "../command";

jest.setTimeout(300_000);

const ROOT = join(__dirname, "..", "..", "..");

describeWithTerraform("cdktf", () => {
  let captain: CapRoverSandbox;
  beforeEach(async () => {
    captain = await CapRoverSandbox.start({ images: { "registry.test/web:v1": {} } });
  });
  afterEach(() => captain.stop());

  test("deploys, compares and destroys two stacks of a project of type module", async () => {
    const environment = { ...captain.environment, HOME: temporaryFolder() };
    const project = temporaryFolder();
    const outdir = join(project, "cdktf.out");
    mkdirSync(outdir);
    const main = `
      const { App, TerraformStack } = require(${JSON.stringify(join(ROOT, "node_modules", "cdktf"))});
      const { CaproverApp } = require(${JSON.stringify(join(ROOT, "lib", "caprover", "app"))});
      const { CaproverProvider } = require(${JSON.stringify(join(ROOT, "lib", "caprover", "provider"))});
      const app = new App();
      for (const name of ["one", "two"]) {
        const stack = new TerraformStack(app, name);
        new CaproverProvider(stack, "caprover");
        new CaproverApp(stack, "app", { name, image: "registry.test/web:v1" });
      }
      app.synth();`;
    writeFileSync(join(project, "main.cjs"), main);
    writeFileSync(join(project, "package.json"), '{ "type": "module" }');
    const app = `${process.execPath} --require ${join(ROOT, "node_modules", "tsx", "dist", "cjs", "index.cjs")} main.cjs`;
    writeFileSync(
      join(project, "cdktf.json"),
      JSON.stringify({ language: "typescript", app, projectId: "p", sendCrashReports: "false" }),
    );
    const cdktf = join(ROOT, "node_modules", ".bin", "cdktf");
    await succeed(project, environment, cdktf, "deploy", "*", "--auto-approve");
    expect([...captain.appNames].sort()).toEqual(["one", "two"]);
    expect(await succeed(project, environment, cdktf, "diff", "one")).toContain("No changes");
    await succeed(project, environment, cdktf, "destroy", "*", "--auto-approve");
    expect(captain.appNames).toEqual([]);
  });
});
