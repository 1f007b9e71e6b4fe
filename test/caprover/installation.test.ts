/** The provider as its users get it: synthesized, and found by the real Terraform. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { App, LocalBackend, TerraformStack } from "cdktf";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { CapRoverApp } from "../../lib/caprover/app";
import { CapRoverProvider } from "../../lib/caprover/provider";
import { temporaryFolder } from "../agents";
import { describeWithTerraform } from "../terraform";
import { run, succeed } from "./command";

jest.setTimeout(120_000);

const LOCK = ".terraform.lock.hcl";

describeWithTerraform("the provider's installation", () => {
  let captain: CapRoverSandbox;
  let environment: Readonly<Record<string, string>>;
  beforeEach(async () => {
    captain = await CapRoverSandbox.start({
      images: { "registry.test/web:v1": {}, "registry.test/web:v2": {} },
    });
    environment = { ...captain.environment, HOME: temporaryFolder() };
  });
  afterEach(() => captain.stop());

  /** Synthesizes one stack with one app. @returns the stack's folder */
  function synthesize(outdir: string, tag = "v1"): string {
    const app = new App({ outdir });
    const stack = new TerraformStack(app, "web");
    new LocalBackend(stack, { path: join(outdir, "terraform.tfstate") });
    new CapRoverProvider(stack, "caprover");
    new CapRoverApp(stack, "app", { name: "web", image: `registry.test/web:${tag}` });
    app.synth();
    return join(outdir, "stacks", "web");
  }

  test("plain terraform init and apply find the provider, also in a package of type module and with NODE_OPTIONS", async () => {
    const outdir = temporaryFolder();
    writeFileSync(join(outdir, "package.json"), '{ "type": "module" }');
    const folder = synthesize(outdir);
    const options = { ...environment, NODE_OPTIONS: "--require=/there/is/no/such/file" };
    await succeed(folder, options, "terraform", "init", "-input=false");
    await succeed(folder, options, "terraform", "apply", "-input=false", "-auto-approve");
    expect(captain.appNames).toEqual(["web"]);
  });

  test("terraform init asks no registry for the provider, and its lock entry is complete", async () => {
    const folder = synthesize(temporaryFolder());
    const before = readFileSync(join(folder, LOCK), "utf8");
    const proxy = "http://127.0.0.1:9";
    const output = await succeed(
      folder,
      { ...environment, HTTPS_PROXY: proxy, HTTP_PROXY: proxy },
      "terraform",
      "init",
      "-input=false",
      "-lockfile=readonly",
    );
    expect(output).not.toContain("Incomplete lock file");
    expect(readFileSync(join(folder, LOCK), "utf8")).toBe(before);
  });

  test("terraform init finds the provider after the package was upgraded, or built again with the same version", async () => {
    const outdir = temporaryFolder();
    const folder = synthesize(outdir);
    await succeed(folder, environment, "terraform", "init", "-input=false");
    const lock = readFileSync(join(folder, LOCK), "utf8");
    const old = lock
      .replace(/(version +=|constraints =) "[^"]+"/g, '$1 "0.0.1"')
      .replace(/h1:[^"]{4}/, "h1:0000");
    for (const stale of [old, lock.replace(/h1:[^"]{4}/, "h1:0000")]) {
      writeFileSync(join(folder, LOCK), stale);
      expect((await run(folder, environment, "terraform", "init", "-input=false")).code).toBe(1);
      synthesize(outdir);
      await succeed(folder, environment, "terraform", "init", "-input=false");
    }
  });

  test("terraform init finds the provider in a plugin cache after the folder that filled it is gone", async () => {
    const cached = { ...environment, TF_PLUGIN_CACHE_DIR: temporaryFolder() };
    const first = temporaryFolder();
    await succeed(synthesize(first), cached, "terraform", "init", "-input=false");
    rmSync(first, { recursive: true });
    const folder = synthesize(temporaryFolder());
    await succeed(folder, cached, "terraform", "init", "-input=false");
    await succeed(folder, cached, "terraform", "validate");
  });
});

test.each([
  "cli.tfrc",
  ".terraformrc",
  ".tofurc",
])("a CLI configuration that hides the stack's folder gets a warning with the fix: %s", (name) => {
  const home = temporaryFolder();
  const config = join(home, name);
  writeFileSync(config, "provider_installation {\n  direct {}\n}\n");
  const { TF_CLI_CONFIG_FILE: _own, ...others } = process.env;
  const before = process.env;
  process.env = { ...others, ...(name === "cli.tfrc" && { TF_CLI_CONFIG_FILE: config }) };
  jest.spyOn(os, "homedir").mockReturnValue(home);
  try {
    const stack = new TerraformStack(new App({ outdir: temporaryFolder() }), "stack");
    const provider = new CapRoverProvider(stack, "caprover");
    const [warning] = provider.node.metadata.filter(({ type }) => type === "@cdktf/warn");
    expect(warning?.data).toContain("provider_installation");
    expect(warning?.data).toContain("filesystem_mirror");
  } finally {
    process.env = before;
    jest.restoreAllMocks();
  }
});
