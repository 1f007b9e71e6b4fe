/** The page about tests of plans, as it is typed, on real plans of an agent in the CapRover sandbox. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { temporaryFolder } from "../../agents";
import { describeWithTerraform } from "../../terraform";
import { hermesImage } from "../hermes-image";
import { builtPackage, ROOT } from "../package";
import { Project } from "../project";

jest.setTimeout(600_000);

const [RELEASE, NEXT_RELEASE] = ["v2026.7.30", "v0.21.6"] as const;
const PAGE = readFileSync(join(ROOT, "docs", "testing.md"), "utf8");
const [, COMMANDS = "", TEST = ""] =
  /^## Plans[\s\S]*?```sh\n([\s\S]*?)```[\s\S]*?```ts\n([\s\S]*?)```/m.exec(PAGE) ?? [];

const JEST = `module.exports = {
  testMatch: ["<rootDir>/*.test.ts"],
  transform: { "\\\\.ts$": ${JSON.stringify(join(ROOT, "scripts", "esbuild-jest-transform.js"))} },
};`;

describeWithTerraform("the test of a plan on the page", () => {
  let captain: CapRoverSandbox;
  let project: Project;

  beforeAll(async () => {
    const packageFolder = await builtPackage(temporaryFolder());
    const images = [RELEASE, NEXT_RELEASE].map((tag) => {
      return [`nousresearch/hermes-agent:${tag}`, hermesImage(tag)] as const;
    });
    captain = await CapRoverSandbox.start({ images: Object.fromEntries(images) });
    project = new Project(temporaryFolder(), captain.environment)
      .copyExample("caprover-smallest")
      .install(packageFolder)
      .write("jest.config.js", JEST)
      .write("plan.test.ts", TEST);
  });
  afterAll(() => captain.stop());

  const planned = async () => {
    await project.script(COMMANDS);
    return project.tryScript("npx jest plan.test.ts");
  };

  test("it passes for a new agent, for a restart and for an upgrade", async () => {
    expect(await planned()).toMatchObject({ code: 0 });
    await project.cdktf("deploy");
    project.replace("main.ts", '"hermes", {', '"hermes", {\n  memoryMiB: 2048,');
    expect(await planned()).toMatchObject({ code: 0 });
    project.replace("main.ts", RELEASE, NEXT_RELEASE);
    expect(await planned()).toMatchObject({ code: 0 });
    await project.cdktf("deploy");
  });

  test("it fails for a renamed volume, which Terraform shows as an update", async () => {
    project.replace("main.ts", '"hermes-data"', '"hermes-data-2"');
    const { code, output } = await planned();
    expect(code).toBe(1);
    expect(output).toContain(
      'caprover_app.hermes would move from the volume "hermes-data" to the volume "hermes-data-2", without its data',
    );
    project.replace("main.ts", '"hermes-data-2"', '"hermes-data"');
  });

  test("it fails for an older release on the same volume", async () => {
    project.replace("main.ts", NEXT_RELEASE, RELEASE);
    const { code, output } = await planned();
    expect(code).toBe(1);
    expect(output).toContain(`caprover_app.hermes would go back from ${NEXT_RELEASE} to ${RELEASE}`);
  });
});
