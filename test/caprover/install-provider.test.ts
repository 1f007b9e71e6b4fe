/** The provider in folders of Terraform files that somebody wrote, without CDKTF. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { packageVersion } from "../../lib/caprover/package";
import { PLATFORMS } from "../../lib/caprover/plugin-folder";
import { installProvider } from "../../lib/cli/install-provider";
import { temporaryFolder } from "../agents";
import { describeWithTerraform, PLATFORM } from "../terraform";
import { run, succeed } from "./command";

jest.setTimeout(120_000);

const SOURCE = "terraform.local/cdktf-hermes/caprover";
const LOCK = ".terraform.lock.hcl";
const MIRROR = join("terraform.d", "plugins", SOURCE);

const configuration = (constraint = "") => `terraform {
  required_providers {
    caprover = { source = "${SOURCE}"${constraint} }
  }
}
provider "caprover" {}
resource "caprover_app" "web" {
  name  = "web"
  image = "registry.test/web:v1"
}
`;

function folderWith(text = configuration()): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "main.tf"), text);
  return folder;
}

/** Every file of the installation with its bytes. */
const filesOf = (folder: string) =>
  Object.fromEntries([
    [LOCK, readFileSync(join(folder, LOCK), "utf8")],
    ...readdirSync(join(folder, MIRROR)).map((file) => [
      file,
      readFileSync(join(folder, MIRROR, file)).toString("base64"),
    ]),
  ]);

const archive = (platform: string) => `terraform-provider-caprover_${packageVersion()}_${platform}.zip`;

/** With no CLI configuration of this machine, whatever it has. */
let before: string | undefined;
beforeEach(() => {
  before = process.env["TF_CLI_CONFIG_FILE"];
  process.env["TF_CLI_CONFIG_FILE"] = "/dev/null";
});
afterEach(() => {
  if (before === undefined) delete process.env["TF_CLI_CONFIG_FILE"];
  else process.env["TF_CLI_CONFIG_FILE"] = before;
});

test("the provider is installed for Linux and macOS, and a second run changes nothing", () => {
  const folder = folderWith();
  expect(installProvider(folder, PLATFORMS).text).toMatch(/^Installed provider .*\nNext: terraform init\n$/);
  const once = filesOf(folder);
  expect(Object.keys(once).sort()).toEqual(
    [LOCK, ...["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"].map(archive)].sort(),
  );
  installProvider(folder, PLATFORMS);
  expect(filesOf(folder)).toEqual(once);
  const other = folderWith();
  installProvider(other, PLATFORMS);
  expect(filesOf(other)).toEqual(once);
});

test("the platforms are those that are named, in place of all earlier ones", () => {
  const folder = folderWith();
  installProvider(folder, PLATFORMS);
  const { [LOCK]: lock } = filesOf(folder);
  installProvider(folder, ["linux_arm", "linux_amd64", "linux_arm"]);
  expect(readdirSync(join(folder, MIRROR)).sort()).toEqual([archive("linux_amd64"), archive("linux_arm")]);
  // One entry serves every platform.
  expect(filesOf(folder)[LOCK]).toBe(lock);
});

test.each([
  ["windows_amd64", "run Terraform in WSL"],
  ["linux", "there is no such platform; known: darwin_amd64"],
  ["../linux_amd64", "there is no such platform"],
])("the platform %s is refused, and nothing is written", (platform, message) => {
  const folder = folderWith();
  expect(() => installProvider(folder, ["linux_amd64", platform])).toThrow(message);
  expect(readdirSync(folder)).toEqual(["main.tf"]);
});

test("a folder that does not exist is refused", () => {
  expect(() => installProvider("/no/such/folder", PLATFORMS)).toThrow("/no/such/folder is no folder");
});

test("a file in place of the folder, or of its plugin folder, is an error that names it", () => {
  const folder = folderWith();
  expect(() => installProvider(join(folder, "main.tf"), PLATFORMS)).toThrow("main.tf is no folder");
  writeFileSync(join(folder, "terraform.d"), "");
  expect(() => installProvider(folder, PLATFORMS)).toThrow(/could not be installed: .*terraform\.d/);
});

test("a folder without Terraform files gets the block to begin with", () => {
  const folder = temporaryFolder();
  expect(installProvider(folder, PLATFORMS).text).toContain(`caprover = { source = "${SOURCE}" }`);
  expect(existsSync(join(folder, LOCK))).toBe(true);
});

test("a CLI configuration that hides the plugin folder gets a warning with what to add", () => {
  const config = join(temporaryFolder(), "cli.tfrc");
  writeFileSync(config, "provider_installation {\n  direct {}\n}\n");
  process.env["TF_CLI_CONFIG_FILE"] = config;
  const { warning } = installProvider(folderWith(), PLATFORMS);
  expect(warning).toContain(config);
  expect(warning).toContain("filesystem_mirror");
});

test("entries of other providers stay as they are, also with Windows' line ends", () => {
  const folder = folderWith();
  const entry = `provider "registry.terraform.io/hashicorp/random" {\n  version = "3.7.2"\n  hashes = [\n    "h1:x",\n  ]\n}\n`;
  writeFileSync(join(folder, LOCK), `# Kept by hand.\n\n${entry}`.replaceAll("\n", "\r\n"));
  installProvider(folder, PLATFORMS);
  installProvider(folder, PLATFORMS);
  const lock = readFileSync(join(folder, LOCK), "utf8");
  expect(lock).toContain(`# Kept by hand.\n\n${entry}`);
  expect(lock.match(/^provider /gm)).toHaveLength(2);
});

describeWithTerraform("plain Terraform", () => {
  let captain: CapRoverSandbox;
  let environment: Readonly<Record<string, string>>;
  beforeEach(async () => {
    captain = await CapRoverSandbox.start({ images: { "registry.test/web:v1": {} } });
    // No registry can be reached.
    const proxy = "http://127.0.0.1:9";
    const offline = { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, NO_PROXY: "127.0.0.1" };
    environment = { ...captain.environment, ...offline, HOME: temporaryFolder() };
  });
  afterEach(() => captain.stop());

  const terraform = (folder: string, ...args: readonly string[]) =>
    succeed(folder, environment, "terraform", ...args, "-no-color");

  test("a folder with the installed provider is initialized without a registry, applied and destroyed", async () => {
    const folder = folderWith();
    installProvider(folder, [PLATFORM]);
    const installed = filesOf(folder);
    await terraform(folder, "init", "-input=false", "-lockfile=readonly");
    expect(filesOf(folder)).toEqual(installed);
    await terraform(folder, "apply", "-auto-approve", "-input=false");
    expect(captain.appNames).toEqual(["web"]);
    await terraform(folder, "destroy", "-auto-approve", "-input=false");
    expect(captain.appNames).toEqual([]);
  });

  test.each([
    "",
    `, version = "~> ${packageVersion()}"`,
  ])("what terraform init writes to the lock file for the constraint %j, a further run leaves as it is", async (constraint) => {
    const folder = folderWith(configuration(constraint));
    installProvider(folder, PLATFORMS);
    await terraform(folder, "init", "-input=false");
    const initialized = filesOf(folder);
    installProvider(folder, PLATFORMS);
    expect(filesOf(folder)).toEqual(initialized);
    await terraform(folder, "init", "-input=false", "-lockfile=readonly");
  });

  test("after an upgrade of the package, running the command again is enough", async () => {
    const folder = folderWith();
    installProvider(folder, PLATFORMS);
    await terraform(folder, "init", "-input=false");
    const old = readFileSync(join(folder, LOCK), "utf8")
      .replace(/version = "[^"]+"/, 'version = "0.0.1"')
      .replace(/h1:[^"]{4}/, "h1:0000");
    writeFileSync(join(folder, LOCK), old);
    mkdirSync(join(folder, MIRROR), { recursive: true });
    writeFileSync(join(folder, MIRROR, "terraform-provider-caprover_0.0.1_linux_amd64.zip"), "old");
    expect((await run(folder, environment, "terraform", "init", "-input=false")).code).toBe(1);
    installProvider(folder, PLATFORMS);
    await terraform(folder, "init", "-input=false", "-lockfile=readonly");
    await terraform(folder, "validate");
  });

  test("the block that the warning shows makes a CLI configuration find the provider", async () => {
    const folder = folderWith();
    const config = join(temporaryFolder(), "cli.tfrc");
    writeFileSync(config, "provider_installation {\n  direct {}\n}\n");
    process.env["TF_CLI_CONFIG_FILE"] = config;
    const { warning = "" } = installProvider(folder, PLATFORMS);
    environment = { ...environment, TF_CLI_CONFIG_FILE: config };
    expect((await run(folder, environment, "terraform", "init", "-input=false")).code).toBe(1);
    const [, block = ""] = /add this to that block:\n([\s\S]*)$/.exec(warning) ?? [];
    writeFileSync(config, `provider_installation {\n${block}}\n`);
    expect(installProvider(folder, PLATFORMS).warning).toBeUndefined();
    await terraform(folder, "init", "-input=false", "-lockfile=readonly");
  });

  test("the folder that initialized it can be moved, and initialized from a cache of plugins", async () => {
    const cached = { ...environment, TF_PLUGIN_CACHE_DIR: temporaryFolder() };
    const first = folderWith();
    installProvider(first, PLATFORMS);
    await succeed(first, cached, "terraform", "init", "-input=false");
    rmSync(first, { recursive: true });
    const second = folderWith();
    installProvider(second, PLATFORMS);
    await succeed(second, cached, "terraform", "init", "-input=false");
    await succeed(second, cached, "terraform", "validate");
  });
});
