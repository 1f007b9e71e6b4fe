import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "../engine";
import { Registry } from "../registry";
import { must } from "../run";

const engine = new Engine();
let registry: Registry;
let name: string;

/** An image of one megabyte that exists in the registry only. */
beforeEach(async () => {
  registry = await Registry.start();
  name = `${registry.host}/test/agent:v1`;
  const context = mkdtempSync(join(tmpdir(), "registry-test-"));
  writeFileSync(join(context, "Dockerfile"), "FROM scratch\nCOPY layer /\n");
  writeFileSync(join(context, "layer"), randomBytes(1024 * 1024));
  const env = { ...engine.environment, DOCKER_BUILDKIT: "0" };
  await must("docker", ["build", "--tag", name, context], { env });
  rmSync(context, { recursive: true });
  await engine.docker("push", name);
  await engine.docker("image", "rm", name);
});

afterEach(async () => {
  await engine.tryDocker(["image", "rm", "--force", name]);
  await registry.stop();
});

test("a pulled image has the digest by which it can be pulled again", async () => {
  await engine.docker("pull", name);
  const digest = await engine.docker("image", "inspect", "--format", "{{index .RepoDigests 0}}", name);
  expect(digest).toMatch(new RegExp(`^${registry.host}/test/agent@sha256:[0-9a-f]{64}$`));
  await engine.docker("image", "rm", "--force", name);
  await engine.docker("pull", `${name}@${digest.split("@")[1]}`);
  await engine.docker("image", "rm", digest);
});

test("a slow pull continues while the engine does other things", async () => {
  registry.transfer = "slow";
  const pull = engine.docker("pull", name);
  const first = await Promise.race([
    pull.then(() => "pulled"),
    engine.docker("version").then(() => "answered"),
  ]);
  expect(first).toBe("answered");
  await pull;
});

test("a broken pull fails and leaves no image, and works when the transfer works again", async () => {
  registry.transfer = "broken";
  expect((await engine.tryDocker(["pull", name])).code).not.toBe(0);
  expect((await engine.tryDocker(["image", "inspect", name])).code).not.toBe(0);
  registry.transfer = "whole";
  await engine.docker("pull", name);
});

test("a tag that does not exist is reported as unknown", async () => {
  const { code, stderr } = await engine.tryDocker(["pull", `${registry.host}/test/agent:v2`]);
  expect(code).not.toBe(0);
  expect(stderr).toContain("manifest unknown");
});
