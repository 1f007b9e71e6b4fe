/** Docker and CapRover in one stack, deployed for real by the CDKTF CLI without a flag. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { PROVIDER_SOURCE } from "../../lib/caprover/package";
import { demandsOf } from "../caprover/demands";
import { hermesImage } from "../caprover/hermes-image";
import { builtPackage } from "../caprover/package";
import { Project } from "../caprover/project";
import { Agent } from "./agent";
import { Engine } from "./engine";
import { HubMirror } from "./hub-mirror";
import { type StandInTag, standIn } from "./images";
import { providerEnvironment } from "./provider";

const [RELEASE, NEXT_RELEASE] = ["v2026.7.20", "v2026.7.30"] as const;

const engine = new Engine();
const here = Agent.named(engine, "here");
const folder = mkdtempSync(join(tmpdir(), "side-by-side-"));
let hub: HubMirror;
let captain: CapRoverSandbox;
let project: Project;

beforeAll(async () => {
  hub = await HubMirror.start(engine);
  const images = [RELEASE, NEXT_RELEASE].map((tag) => [standIn(tag), hermesImage(tag)] as const);
  captain = await CapRoverSandbox.start({ images: Object.fromEntries(images) });
  project = new Project(mkdtempSync(join(folder, "project-")), {
    ...engine.environment,
    ...captain.environment,
    ...cliConfiguration(),
  })
    .copyExample("smallest-agent")
    .install(await builtPackage(folder));
  cpSync(join(__dirname, "side-by-side-program"), project.folder, { recursive: true });
});
afterAll(async () => {
  await engine.reset();
  await captain.stop();
  await hub.stop();
  rmSync(folder, { recursive: true });
});

/** A stand-in for the Docker provider is configured in a block that hides the stack's folder. */
function cliConfiguration(): Readonly<Record<string, string>> {
  const { TF_CLI_CONFIG_FILE: file } = providerEnvironment();
  if (file === undefined) return {};
  const mirror = `filesystem_mirror {\n    path = "terraform.d/plugins"\n    include = ["${PROVIDER_SOURCE}"]\n  }`;
  const text = readFileSync(file, "utf8")
    .replace("provider_installation {", `provider_installation {\n  ${mirror}`)
    .replace("exclude = [", `exclude = ["${PROVIDER_SOURCE}", `);
  const own = join(folder, "cli.tfrc");
  writeFileSync(own, text);
  return { TF_CLI_CONFIG_FILE: own };
}

const bothRun = async (release: StandInTag) => {
  const id = await engine.docker("image", "inspect", "--format", "{{.Id}}", standIn(release));
  expect(await here.inspect("{{.Image}} {{.State.Health.Status}} {{.Config.Cmd}}")).toBe(
    `${id} healthy [gateway run]`,
  );
  expect(captain.app("there").running.map(({ spec }) => spec.image)).toEqual([standIn(release)]);
  expect(demandsOf(captain.app("there"))).toEqual({
    data: "there-data",
    home: "/opt/data/home",
    command: "gateway run",
  });
};

test("an agent on Docker and one on CapRover are deployed, upgraded and destroyed together, and keep their data", async () => {
  await project.cdktf("deploy", "*");
  await bothRun(RELEASE);
  await here.exec("sh", "-c", "echo mine > /opt/data/workspace/file; chown hermes /opt/data/workspace/file");
  expect(await project.cdktf("diff", "agents")).toContain("No changes.");

  project.write("main.ts", project.read("main.ts").replaceAll(RELEASE, NEXT_RELEASE));
  await project.cdktf("deploy", "*");
  await bothRun(NEXT_RELEASE);
  expect((await here.exec("cat", "/opt/data/workspace/file")).stdout).toBe("mine\n");
  expect(captain.volume("there-data")?.files.get("starts")).toMatch(
    new RegExp(`^(${RELEASE} )+(${NEXT_RELEASE} )+$`),
  );
  expect(await project.cdktf("diff", "agents")).toContain("No changes.");

  await project.cdktf("destroy", "*");
  expect(await engine.docker("ps", "--all", "--quiet")).toBe("");
  expect(captain.appNames).toEqual([]);
  expect(await engine.docker("volume", "ls", "--quiet")).toBe("here-data");
  expect(captain.volumeNames).toContain("there-data");
  expect(captain.overlaps).toEqual([]);
}, 600_000);
