import { join } from "node:path";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { TerraformStack } from "cdktf";
import fc from "fast-check";
import { fullSource, lockProvider, packageHash } from "../../lib/caprover/lock-file";
import { CapRoverProvider } from "../../lib/caprover/provider";
import { newApp } from "../agents";

const SOURCE = "terraform.local/cdktf-hermes/caprover";
const own = (version: string) => ({ source: SOURCE, version, hash: `h1:${version}`, constraints: version });
const DOCKER = "registry.terraform.io/kreuzwerker/docker";
const DOCKER_ENTRY = `provider "${DOCKER}" {
  version     = "4.5.0"
  constraints = ">= 4.1.0, < 5.0.0"
  hashes = [
    "h1:docker",
  ]
}
`;
const HEADER = '# This file is maintained automatically by "terraform init".\n';

test("an upgrade replaces the previous version, and other providers stay locked as they are", () => {
  const before = lockProvider(`${HEADER}\n${DOCKER_ENTRY}`, own("1.0.0"), [DOCKER]);
  const after = lockProvider(before, own("1.1.0"), [DOCKER]);
  expect(after).toBe(before.replaceAll("1.0.0", "1.1.0"));
  expect(after).toContain(HEADER);
  expect(after).toContain(DOCKER_ENTRY);
});

test("a provider that is not locked yet is in a comment", () => {
  const seeded = lockProvider("", own("1.0.0"), [DOCKER]);
  expect(seeded).toMatch(/\/\*[^*]*provider "registry\.terraform\.io\/kreuzwerker\/docker" \{[^*]*\*\/\n$/);
  const locked = lockProvider(`${seeded}\n${DOCKER_ENTRY}`, own("1.0.0"), [DOCKER]);
  expect(locked).not.toContain("/*");
  expect(locked).toContain(DOCKER_ENTRY);
});

test("a lock file that is written twice stays the same", () => {
  const versions = fc.constantFrom("1.0.0", "1.0.1", "2.0.0-rc.1");
  const files = fc.constantFrom("", HEADER, DOCKER_ENTRY, HEADER + DOCKER_ENTRY);
  fc.assert(
    fc.property(files, versions, fc.subarray([DOCKER, fullSource("random")]), (file, version, others) => {
      const once = lockProvider(file, own(version), others);
      expect(lockProvider(once, own(version), others)).toBe(once);
      expect(once.match(/^provider "terraform\.local/gm)).toHaveLength(1);
    }),
  );
});

test("a provider's source is written with host and namespace", () => {
  expect(["random", "kreuzwerker/docker", SOURCE].map(fullSource)).toEqual([
    "registry.terraform.io/hashicorp/random",
    DOCKER,
    SOURCE,
  ]);
});

test("a package's hash depends on names and contents, not on order or mode", () => {
  const a = { name: "a", mode: 0o644, content: Buffer.from("1") };
  const b = { name: "b", mode: 0o644, content: Buffer.from("2") };
  expect(packageHash([a, b])).toBe(packageHash([{ ...b, mode: 0o755 }, a]));
  expect(packageHash([a, b])).not.toBe(packageHash([a, { ...b, content: Buffer.from("3") }]));
  expect(packageHash([a, b])).not.toBe(packageHash([a, { ...b, name: "c" }]));
});

describe("the CDKTF CLI", () => {
  const { TerraformProviderLock } = jest.requireActual("@cdktf/cli-core/src/lib/terraform-provider-lock");
  const { ProviderConstraint } = jest.requireActual(
    "@cdktf/cli-core/src/lib/dependencies/dependency-manager",
  );

  test.each([
    "3.6.2",
    ">= 4.1, < 5",
    "< 4",
    "!= 4.0.0",
    undefined,
  ])("the CDKTF CLI finds all providers of a stack in the lock file, with Docker's %s beside this one", async (constraint) => {
    const app = newApp();
    const stack = new TerraformStack(app, "both");
    new CapRoverProvider(stack, "caprover");
    new DockerProvider(stack, "docker");
    app.synth();
    const lock = new TerraformProviderLock(join(app.outdir, "stacks", "both"));
    const { version } = jest.requireActual("../../package.json");
    for (const required of [
      new ProviderConstraint(SOURCE, version),
      new ProviderConstraint("kreuzwerker/docker", constraint),
    ]) {
      expect(await lock.hasMatchingProvider(required)).toBe(true);
    }
  });
});
