/** A wrapper that a CI has built, on a Docker engine: pulled by the hash of its build context, or by its digest. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CiDeliveryProps, HermesImage, ImageDelivery, type WrapperImageProps } from "../../lib";
import { newStack } from "../agents";
import { said } from "../terraform";
import { Drill } from "./drill";
import { Engine } from "./engine";
import { CLI } from "./installed-package";
import { Registry } from "./registry";
import { must, run } from "./run";

const NAME = "delivered";
const WRAPPER: WrapperImageProps = { release: "v2026.7.30", baseRevision: "1" };
/** Nobody has built it. */
const LATER: WrapperImageProps = { ...WRAPPER, baseRevision: "2" };

const engine = new Engine();
let registry: Registry;
let drill: Drill;
let digest: string;

beforeAll(async () => {
  registry = await Registry.start();
  const settings = { name: NAME, provider: 4, image: { wrapper: WRAPPER } } as const;
  drill = await Drill.prepare(engine, { ...settings, delivery: delivery() });
  digest = await push("first");
  await engine.docker("image", "rm", imageOf(WRAPPER).reference);
  await drill.mustDeploy();
});
afterAll(async () => {
  drill.remove();
  await engine.reset();
  await registry.stop();
});

const delivery = (more: Partial<CiDeliveryProps> = {}): CiDeliveryProps => ({
  repository: `${registry.host}/acme/hermes-agent`,
  deploy: "terraform",
  ...more,
});

const imageOf = (wrapper: WrapperImageProps) =>
  HermesImage.wrapper(newStack(), "image", { ...wrapper, delivery: ImageDelivery.ci(delivery()) });

/** Builds as a CI does, and pushes. Returns the digest. @param bytes what tells one build from another */
async function push(bytes: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "context-"));
  try {
    const image = imageOf(WRAPPER);
    image.writeContext(folder);
    const env = { ...engine.environment, DOCKER_BUILDKIT: "0" };
    await must("docker", ["build", "--label", `bytes=${bytes}`, "--tag", image.reference, folder], { env });
    const pushed = await engine.docker("push", image.reference);
    return /digest: (sha256:[0-9a-f]{64})/.exec(pushed)?.[1] ?? "";
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const bytesOf = () => engine.docker("inspect", "--format", '{{index .Config.Labels "bytes"}}', NAME);

/** What `doctor` says of the images of the program as it was last deployed. */
async function doctor(): Promise<string> {
  const { folder: cwd, env } = drill.project;
  const { stdout } = await run(process.execPath, [CLI, "doctor"], { cwd, env });
  return stdout.replaceAll(/\s+/g, " ");
}

test("the agent runs what was pushed under the tag, which is the hash of the build context", async () => {
  expect(await bytesOf()).toBe("first");
  expect(await drill.healthy()).toBe(true);
  expect(await drill.project.changes("images")).toBeUndefined();
  expect(await drill.project.changes("agent")).toBeUndefined();
});

test("a tag that nobody has pushed fails the deploy and is found by doctor, and the agent keeps running", async () => {
  const running = async () => {
    const { Id, State } = (await drill.container()) ?? {};
    return { Id, startedAt: State?.StartedAt };
  };
  const before = await running();
  const failed = await drill.deploy({ image: { wrapper: LATER } });
  expect(failed.code).not.toBe(0);
  expect(said(failed)).toMatch(new RegExp(`${imageOf(LATER).reference}.*(?:not found|manifest unknown)`));
  expect(await doctor()).toContain("the registry does not have the image that a CI is to build");
  expect(await running()).toEqual(before);
  expect(await drill.healthy()).toBe(true);
});

test("with a digest the agent runs its bytes, whatever was pushed under the tag since then", async () => {
  const { reference } = imageOf(WRAPPER);
  expect(await push("second")).not.toBe(digest);
  // On another machine nothing is there yet.
  await engine.docker("rm", "--force", NAME);
  await engine.docker("image", "prune", "--all", "--force", "--filter", "label=bytes");
  expect((await engine.tryDocker(["image", "inspect", reference])).code).not.toBe(0);

  const tag = reference.slice(reference.lastIndexOf(":") + 1);
  await drill.mustDeploy({
    image: { wrapper: WRAPPER },
    delivery: delivery({ digest: `${tag}@${digest}` }),
  });
  expect(await bytesOf()).toBe("first");
  expect(await drill.project.changes("agent")).toBeUndefined();
});
