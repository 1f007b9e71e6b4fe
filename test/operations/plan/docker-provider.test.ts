import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chosenProblem, demandedProblem, emptiedProblem } from "../../../lib/operations/plan/docker-provider";
import type { SynthesizedStack } from "../../../lib/operations/stacks";
import { temporaryFolder } from "../../agents";
import { ON_DOCKER } from "../manifests";

const SOURCE = "kreuzwerker/docker";

function stackOf(required: object, lock?: string): SynthesizedStack {
  const folder = temporaryFolder();
  if (lock !== undefined) writeFileSync(join(folder, ".terraform.lock.hcl"), lock);
  const document = { terraform: { required_providers: required } };
  return { name: "agent", folder, dependsOn: [], document, metadata: {}, warnings: [], agents: [] };
}

const demanding = (version?: string, source = SOURCE, name = "docker") =>
  stackOf({ [name]: { source, ...(version !== undefined && { version }) } });

const locked = (version: string, source = `registry.terraform.io/${SOURCE}`) =>
  `# This file is maintained automatically.\n\nprovider "${source}" {\n  version     = "${version}"\n  constraints = ">= 3.0.0"\n  hashes = [\n    "h1:abc",\n  ]\n}\n`;

describe("before Terraform chooses a version", () => {
  test.each([
    ["3.6.2", SOURCE, "docker"],
    ["= 3.6.2", SOURCE, "docker"],
    ["~> 3.6", SOURCE, "docker"],
    ["~> 3.0.2", SOURCE, "docker"],
    [">= 3.0, < 4", SOURCE, "docker"],
    [">= 3.0, < 4.0.0", SOURCE, "docker"],
    ["<= 3.9", SOURCE, "docker"],
    ["2.25.0", SOURCE, "docker"],
    ["3.6.2", "registry.opentofu.org/kreuzwerker/docker", "docker"],
    ["3.6.2", "Kreuzwerker/Docker", "engine"],
  ])("a stack is refused that demands %s of %s, called %s", (version, source, name) => {
    expect(demandedProblem(demanding(version, source, name))?.why).toContain(
      "a plan with that one deletes stopped containers",
    );
  });

  test.each([
    [">= 4.1, < 5", SOURCE],
    ["~> 4.5", SOURCE],
    ["4.5.0", SOURCE],
    [">= 3.0, < 5", SOURCE],
    [">= 3", SOURCE],
    ["> 3.9", SOURCE],
    ["< 4.6", SOURCE],
    ["!= 3.6.2", SOURCE],
    ["", SOURCE],
    [undefined, SOURCE],
    ["3.6.2", "example/notdocker"],
    ["3.6.2", "hashicorp/aws"],
  ])("a stack that demands %s of %s may be looked at", (version, source) => {
    expect(demandedProblem(demanding(version, source))).toBeUndefined();
  });
});

describe("when Terraform has chosen a version", () => {
  const admitting = { docker: { source: SOURCE, version: ">= 3.0, < 5" } };

  test.each([
    ["version 3", stackOf(admitting, locked("3.6.2"))],
    [
      "version 3 from OpenTofu's registry",
      stackOf(admitting, locked("3.9.0", `registry.opentofu.org/${SOURCE}`)),
    ],
    ["version 3 in a module alone", stackOf({}, locked("3.6.2"))],
    ["none that the lock file has, of which 3 is possible", stackOf(admitting)],
    ["none, and demands nothing", stackOf({ docker: { source: SOURCE } }, "")],
    [
      "one in a comment for the CDKTF CLI alone",
      stackOf(admitting, `/* For the CDKTF CLI;\n${locked("4.5.0")}*/\n`),
    ],
  ])("a stack with %s is refused", (_what, stack) => {
    expect(chosenProblem(stack)?.fix).toContain('">= 4.1, < 5"');
  });

  test.each([
    ["version 4", stackOf(admitting, locked("4.5.0"))],
    ["version 4 in a file of Windows", stackOf(admitting, locked("4.5.0").replaceAll("\n", "\r\n"))],
    ["a later version", stackOf(admitting, locked("10.0.0"))],
    ["no lock file, and a constraint that only 4 meets", demanding(">= 4.1, < 5")],
    [
      "no Docker provider",
      stackOf({ caprover: { source: "terraform.local/cdktf-hermes/caprover", version: "0.1.0" } }),
    ],
    ["another provider of that name", stackOf({}, locked("3.6.2", "registry.terraform.io/other/docker"))],
  ])("a stack with %s may be planned", (_what, stack) => {
    expect(chosenProblem(stack)).toBeUndefined();
  });
});

describe("a stack without an agent", () => {
  const REQUIRED = { docker: { source: SOURCE, version: "3.6.2" } };
  const USED = { docker_network: { a: {} } };

  const emptied = (document: object, lock?: string, agents: SynthesizedStack["agents"] = []) => {
    const stack = stackOf(REQUIRED, lock);
    return emptiedProblem({ ...stack, agents, document: { ...stack.document, ...document } });
  };

  test.each<[string, object, string | undefined]>([
    ["with nothing left", {}, undefined],
    ["with nothing left, and the version that it had", {}, locked("4.5.0")],
    ["with a network left, and the version that it had", { resource: USED }, locked("4.5.0")],
    ["with resources of others left", { resource: { null_resource: { a: {} } } }, undefined],
  ])("that goes back to the bindings' version is warned of: %s", (_, document, lock) => {
    expect(emptied(document, lock)).toMatch(/deletes stopped containers .*addOverride/);
  });

  test.each<[string, object, string | undefined]>([
    ["networks of its own", { resource: USED }, undefined],
    ["networks of its own, and the version that it always had", { resource: USED }, locked("3.6.2")],
    ["data sources alone", { data: { docker_registry_image: { a: {} } } }, undefined],
  ])("that never had one is left alone: it has %s", (_, document, lock) => {
    expect(emptied(document, lock)).toBeUndefined();
  });

  test("with version 4 is left alone", () => {
    expect(emptiedProblem(demanding(">= 4.1, < 5"))).toBeUndefined();
  });

  test("with an agent is looked at by others", () => {
    expect(emptied({}, undefined, [ON_DOCKER])).toBeUndefined();
  });
});
