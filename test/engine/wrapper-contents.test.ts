/** Files and commands of a wrapper that no package manager brings, in real builds. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { App, TerraformStack } from "cdktf";
import { HermesImage, type WrapperImageProps } from "cdktf-hermes";
import { Downloads } from "./downloads";
import { Engine } from "./engine";
import { type Finished, run } from "./run";

const engine = new Engine();
const TOOL = "#!/bin/sh\necho downloaded\n";
const SHA256 = createHash("sha256").update(TOOL).digest("hex");
const OTHER = "0".repeat(64);

let downloads: Downloads;

beforeAll(async () => {
  downloads = await Downloads.start(engine.gateway, { "/tool": TOOL });
});
afterEach(() => engine.reset());
afterAll(() => downloads.stop());

/** Builds the wrapper's context as the library renders it, on the engine's stand-in. */
async function build(
  props: Partial<WrapperImageProps>,
): Promise<Finished & { readonly image: string; readonly said: string }> {
  const folder = mkdtempSync(join(tmpdir(), "wrapper-"));
  try {
    const local = join(folder, "local");
    writeFileSync(local, "#!/bin/sh\necho local\n");
    const stack = new TerraformStack(new App({ outdir: join(folder, "out") }), "images");
    const image = HermesImage.wrapper(stack, "image", {
      release: "v2026.7.30",
      baseRevision: "1",
      caCertificates: [downloads.certificate],
      ...props,
      copy: { "/opt/tool/local": { file: local }, ...props.copy },
    });
    image.writeContext(join(folder, "context"));
    const env = { ...engine.environment, DOCKER_BUILDKIT: "0" };
    const built = await run("docker", ["build", "--tag", image.reference, join(folder, "context")], { env });
    return { ...built, image: image.reference, said: stripVTControlCharacters(built.stdout + built.stderr) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const tool = (sha256: string) => ({ url: downloads.url("/tool"), sha256 });

test("an image has the files of the program and those that its build downloads, and what commands made of them", async () => {
  const { code, said, image } = await build({
    copy: {
      "/usr/local/bin/tool": tool(SHA256),
      "/opt/tool/each": { platforms: { "linux/amd64": tool(SHA256), "linux/arm64": tool(SHA256) } },
      "/etc/tool.conf": { ...tool(SHA256), executable: false },
    },
    run: [
      `/opt/tool/local > /etc/made && tool >> /etc/made`,
      `printf '%s\\n' "it's \\"done\\"" >> /etc/made`,
    ],
  });
  expect([code, said]).toEqual([0, expect.anything()]);
  const inImage = (...command: readonly string[]) =>
    engine.docker(
      "run",
      "--rm",
      "--user",
      "hermes",
      "--entrypoint",
      ...command.slice(0, 1),
      image,
      ...command.slice(1),
    );
  expect(await inImage("cat", "/etc/made")).toBe(`local\ndownloaded\nit's "done"`);
  expect(await inImage("tool")).toBe("downloaded");
  expect(
    await inImage("stat", "-c", "%a %U", "/usr/local/bin/tool", "/opt/tool/each", "/etc/tool.conf"),
  ).toBe("755 root\n755 root\n644 root");
});

test.each<[string, () => Partial<WrapperImageProps>, RegExp]>([
  [
    "a download that has another hash",
    () => ({ copy: { "/usr/local/bin/tool": tool(OTHER) } }),
    /\/usr\/local\/bin\/tool: FAILED/,
  ],
  [
    "a download that has another hash on this platform",
    () => ({
      copy: { "/opt/tool/each": { platforms: { "linux/amd64": tool(OTHER), "linux/arm64": tool(OTHER) } } },
    }),
    /\/opt\/tool\/each: FAILED/,
  ],
  [
    "a download that is not there",
    () => ({ copy: { "/usr/local/bin/tool": { url: downloads.url("/other"), sha256: SHA256 } } }),
    /error: 404[\s\S]*\/other/,
  ],
  [
    "a download from a server that nobody vouches for",
    () => ({ caCertificates: [], copy: { "/usr/local/bin/tool": tool(SHA256) } }),
    /certificate[\s\S]*\/usr\/local\/bin\/tool/,
  ],
  [
    "a command that fails",
    () => ({ run: ["echo before; false; echo after"] }),
    /before[\s\S]*false; echo after/,
  ],
])("the build fails for %s, says for which, and leaves no image", async (_, props, words) => {
  const { code, said, image } = await build(props());
  expect([code, said]).toEqual([expect.any(Number), expect.stringMatching(words)]);
  expect(code).not.toBe(0);
  expect((await engine.tryDocker(["image", "inspect", image])).code).not.toBe(0);
});
