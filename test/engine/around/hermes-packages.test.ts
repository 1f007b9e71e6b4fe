import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { HermesImage } from "cdktf-hermes";
import { Engine } from "../engine";
import { type Finished, run } from "../run";

const engine = new Engine();
afterEach(() => engine.reset());

/** Builds a wrapper with these packages in the real Hermes' own environment. */
async function build(
  hermesPackages: Readonly<Record<string, string>>,
): Promise<Finished & { readonly image: string }> {
  const folder = mkdtempSync(join(tmpdir(), "wrapper-"));
  try {
    const stack = new TerraformStack(new App({ outdir: join(folder, "out") }), "images");
    const release = "v2026.7.30";
    const image = HermesImage.wrapper(stack, "image", { release, baseRevision: "1", hermesPackages });
    image.writeContext(join(folder, "context"));
    const env = { ...engine.environment, DOCKER_BUILDKIT: "0" };
    const built = await run("docker", ["build", "--tag", image.reference, join(folder, "context")], { env });
    return { ...built, image: image.reference };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const python = (image: string, script: string) =>
  engine.docker("run", "--rm", "--entrypoint", "/opt/hermes/.venv/bin/python", image, "-c", script);

test("a package of hermesPackages is importable beside the real Hermes, and the image says which", async () => {
  const { code, stderr, image } = await build({ humanize: "4.13.0" });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const script = "import humanize, hermes_cli.config; print(humanize.__version__)";
  expect(await python(image, script)).toBe("4.13.0");
  const label = '{{index .Config.Labels "cdktf-hermes.hermes-packages"}}';
  expect(await engine.docker("inspect", "--format", label, image)).toBe("humanize==4.13.0");
});

test("the build fails for another version of a package that Hermes has", async () => {
  const { code, stdout, stderr } = await build({ pyyaml: "6.0.1" });
  expect(code).not.toBe(0);
  expect(stdout + stderr).toMatch(/conflict|Cannot install/i);
});

test("the build fails for a package that needs another version of one that Hermes has", async () => {
  const { code, stdout, stderr } = await build({ "docker-compose": "1.29.2" });
  expect(code).not.toBe(0);
  expect(stdout + stderr).toMatch(/conflict|Cannot install|ResolutionImpossible/i);
});
