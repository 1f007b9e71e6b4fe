/** The examples, deployed as users do it: with the packed package and the real CDKTF CLI, without flags or a registry. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CapRoverSandbox, hermesMatchers } from "cdktf-hermes/testing";
import { temporaryFolder } from "../../agents";
import { CaptainClient } from "../../caprover-contract/captain-client";
import { describeWithTerraform } from "../../terraform";
import { demandsOf } from "../demands";
import { hermesImage } from "../hermes-image";
import { builtPackage, ownVersion, ROOT } from "../package";
import { Project } from "../project";
import { DATA, imageOf, NEXT_TAG, SECRETS, SURROUNDINGS, TAG } from "../wrapper-example";

jest.setTimeout(600_000);
expect.extend(hermesMatchers);

const [RELEASE, NEXT_RELEASE] = ["v2026.7.30", "v0.21.6"] as const;
const UPSTREAM = "nousresearch/hermes-agent";
const VOLUME = { data: "hermes-data", home: "/opt/data/home", command: "gateway run" };
const NO_CHANGES = "No changes.";

const README = readFileSync(join(ROOT, "README.md"), "utf8");

describeWithTerraform("cdktf", () => {
  let packageFolder: string;
  let captain: CapRoverSandbox;

  beforeAll(async () => {
    packageFolder = await builtPackage(temporaryFolder());
  });
  beforeEach(async () => {
    const releases = [RELEASE, NEXT_RELEASE].map((tag) => [`${UPSTREAM}:${tag}`, hermesImage(tag)] as const);
    captain = await CapRoverSandbox.start({
      ...SURROUNDINGS,
      images: { ...SURROUNDINGS.images, ...Object.fromEntries(releases) },
    });
  });
  afterEach(async () => {
    const { overlaps } = captain;
    await captain.stop();
    // In every test: no two containers ever run on the same data.
    expect(overlaps).toEqual([]);
  });

  const newProject = (example: string, environment: Readonly<Record<string, string>> = {}) =>
    new Project(temporaryFolder(), { ...captain.environment, ...environment }, SECRETS)
      .copyExample(example)
      .install(packageFolder);
  const settled = (app = "hermes") =>
    captain.clock.until(() => !captain.app(app).isBuilding && captain.app(app).running.length === 1, 300);
  const image = () => captain.app("hermes").running.map(({ spec }) => spec.image);

  test("the README's commands deploy the smallest agent, show no changes, upgrade it, and keep its data when it is destroyed", async () => {
    const project = newProject("caprover-smallest");
    const [, values = "", commands = ""] =
      /^## On CapRover[\s\S]*?```sh\n(export [^\n]*)\n([\s\S]*?)```/m.exec(README) ?? [];
    expect(values.match(/CAPROVER_\w+/g)).toEqual(Object.keys(captain.environment).slice(0, 2));
    expect(await project.script(commands)).toContain("nousresearch/hermes-agent");
    expect(demandsOf(captain.app("hermes"))).toEqual(VOLUME);
    expect(await project.cdktf("diff")).toContain(NO_CHANGES);

    project.replace("main.ts", RELEASE, NEXT_RELEASE);
    await project.cdktf("deploy");
    expect(image()).toEqual([`${UPSTREAM}:${NEXT_RELEASE}`]);
    expect(demandsOf(captain.app("hermes"))).toEqual(VOLUME);
    expect(await project.cdktf("diff")).toContain(NO_CHANGES);

    await project.cdktf("destroy");
    expect(captain.appNames).toEqual([]);
    expect(captain.volume("hermes-data")?.files.get("starts")).toContain(NEXT_RELEASE);
  });

  test("the plan recipe of docs/testing.md gives a plan for the matchers, as it is typed", async () => {
    const page = readFileSync(join(ROOT, "docs", "testing.md"), "utf8");
    const [, recipe = ""] = /^## Plans[\s\S]*?```sh\n([\s\S]*?)```/m.exec(page) ?? [];
    const project = newProject("caprover-smallest");
    await project.script(recipe);
    const plan: unknown = JSON.parse(project.read("plan.json"));
    expect(plan).toDestroyNothing();
    expect(plan).toReplaceNothing();
    expect(plan).toMatchObject({ resource_changes: [{ address: "caprover_app.hermes" }] });
    await project.cdktf("deploy");
    await settled();
  });

  test("the wrapper with every option deploys in two stacks, is upgraded, and keeps its data when it is destroyed", async () => {
    const user = new CaptainClient(captain.url, captain.password);
    await user.logIn();
    await user.call("POST", "/user/system/enablessl", { emailAddress: "ada@example.com" });
    const project = newProject("caprover-wrapper");
    await project.cdktf("deploy", "*");
    await settled();
    const demands = { ...VOLUME, data: DATA };
    expect(demandsOf(captain.app("hermes"))).toEqual(demands);
    for (const stack of ["registry", "agent"]) {
      expect(await project.cdktf("diff", stack)).toContain(NO_CHANGES);
    }

    project.replace("main.ts", TAG, NEXT_TAG);
    await project.cdktf("deploy", "*");
    await settled();
    expect(image()).toEqual([imageOf(NEXT_TAG)]);
    expect(demandsOf(captain.app("hermes"))).toEqual(demands);

    await project.cdktf("destroy", "*");
    expect(captain.appNames).toEqual([]);
    expect(captain.hostDirectory(DATA)?.files.get("starts")).toContain(NEXT_TAG);
  });

  test("plain terraform init, apply and destroy work in the folder of a synthesized stack", async () => {
    const project = newProject("caprover-smallest");
    await project.cdktf("synth");
    await project.terraform("agent", "init");
    await project.terraform("agent", "apply", "-auto-approve");
    expect(demandsOf(captain.app("hermes"))).toEqual(VOLUME);
    expect(await project.terraform("agent", "plan", "-detailed-exitcode")).toContain(NO_CHANGES);
    // The CLI continues from Terraform's state, and the other way round.
    expect(await project.cdktf("diff")).toContain(NO_CHANGES);
    await project.terraform("agent", "destroy", "-auto-approve");
    expect(captain.appNames).toEqual([]);
  });

  test("two agents in two stacks of one project of type module deploy", async () => {
    const project = newProject("caprover-smallest")
      .replace("package.json", '"private": true,', '"private": true,\n  "type": "module",')
      .write("main.ts", TWO_STACKS);
    await project.cdktf("deploy", "*");
    for (const name of ["one", "two"]) {
      expect(demandsOf(captain.app(name))).toEqual({ ...VOLUME, data: `${name}-data` });
      expect(await project.cdktf("diff", name)).toContain(NO_CHANGES);
    }
    await project.cdktf("destroy", "*");
    expect(captain.appNames).toEqual([]);
  });

  test("an upgraded package continues with the same state and lock file", async () => {
    const [major = "", minor = "", patch = ""] = ownVersion().split(".");
    const nextVersion = `${major}.${minor}.${Number.parseInt(patch, 10) + 1}`;
    const nextPackage = await builtPackage(temporaryFolder(), nextVersion);
    const project = newProject("caprover-smallest");
    const lockFile = join("cdktf.out", "stacks", "agent", ".terraform.lock.hcl");
    await project.cdktf("deploy");
    const [before] = captain.app("hermes").running;
    expect(project.read(lockFile)).toContain(`"${ownVersion()}"`);

    project.install(nextPackage);
    expect(await project.cdktf("deploy")).toContain(NO_CHANGES);
    expect(project.read(lockFile)).toContain(`"${nextVersion}"`);
    expect(project.read(lockFile)).not.toContain(`"${ownVersion()}"`);
    expect(captain.app("hermes").running).toEqual([before]);

    project.replace("main.ts", RELEASE, NEXT_RELEASE);
    await project.cdktf("deploy");
    expect(image()).toEqual([`${UPSTREAM}:${NEXT_RELEASE}`]);
    expect(demandsOf(captain.app("hermes"))).toEqual(VOLUME);
  });

  test("a stack deploys with a plugin cache that a deleted project filled", async () => {
    const cache = { TF_PLUGIN_CACHE_DIR: temporaryFolder() };
    const first = newProject("caprover-smallest", cache);
    await first.cdktf("deploy");
    await first.cdktf("destroy");
    rmSync(first.folder, { recursive: true });
    const second = newProject("caprover-smallest", cache);
    await second.cdktf("deploy");
    expect(demandsOf(captain.app("hermes"))).toEqual(VOLUME);
  });

  test("the warning about a CLI configuration says what to add, and adding it helps", async () => {
    const folder = temporaryFolder();
    const config = { TF_CLI_CONFIG_FILE: join(folder, "cli.tfrc") };
    const project = new Project(folder, { ...captain.environment, ...config })
      .copyExample("caprover-smallest")
      .install(packageFolder)
      .write("cli.tfrc", "provider_installation {\n  direct {}\n}\n");
    const printed = await project.cdktf("synth");
    const [, advice = ""] = /add this to that block:\n([\s\S]*?exclude = .*\n\s*\})/.exec(printed) ?? [];
    expect((await project.tryTerraform("agent", "init")).code).toBe(1);

    project.write("cli.tfrc", `provider_installation {\n${advice}\n}\n`);
    expect(await project.cdktf("deploy")).not.toContain("provider_installation");
    expect(demandsOf(captain.app("hermes"))).toEqual(VOLUME);
  });
});

const TWO_STACKS = `
import { App, TerraformStack } from "cdktf";
import { CapRoverProvider, HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "cdktf-hermes";

// Fails in a project that is not of type module.
console.log(import.meta.url);

const app = new App();
for (const name of ["one", "two"]) {
  const stack = new TerraformStack(app, name);
  new CapRoverProvider(stack, "caprover");
  new HermesApp(stack, name, {
    target: HermesTarget.caprover(),
    image: HermesImage.registry(stack, "image", { tag: "${RELEASE}" }),
    data: new PersistentDataVolume(stack, "data", { name: name + "-data" }),
  });
}
app.synth();
`;
