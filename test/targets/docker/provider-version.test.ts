import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformProvider, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import fc from "fast-check";
import { HermesImage, PersistentDataVolume } from "../../../lib";
import { admitsBelow4 } from "../../../lib/targets/docker/provider-version";
import { agent, imageOf, imageStack, newApp, newStack, synth, warningsOf } from "../../agents";

const PATH = "terraform.required_providers.docker.version";
const OBSOLETE = expect.stringContaining("[rule docker-provider-obsolete");

const versionOf = (stack: TerraformStack) => synth(stack).terraform.required_providers["docker"]?.version;

describe("a stack that states no version of the Docker provider", () => {
  test("the stacks of an agent, its image and its volume require 4.x", () => {
    const stack = newStack();
    const volumes = newStack(App.of(stack), "volumes");
    const data = new PersistentDataVolume(volumes, "data", { name: "hermes-data", driver: "local" });
    agent(stack, { data });
    for (const each of [stack, volumes, imageStack(stack)]) expect(versionOf(each)).toBe(">= 4.1, < 5");
    expect(warningsOf(App.of(stack))).toEqual([]);
  });

  test("a provider that is declared after the agent is raised too", () => {
    const stack = new TerraformStack(newApp(), "agents");
    agent(stack, { image: imageOf(stack) });
    new DockerProvider(stack, "docker");
    expect(versionOf(stack)).toBe(">= 4.1, < 5");
  });

  test("a second synthesis gives the same", () => {
    const stack = newStack();
    agent(stack);
    expect(synth(stack)).toEqual(synth(stack));
  });

  test("a stack without an agent, an image or a volume of this library keeps what its bindings pin", () => {
    expect(versionOf(newStack())).toBe("3.6.2");
  });

  test("an image that no agent uses raises nothing", () => {
    const stack = newStack();
    HermesImage.registry(stack, "image", { tag: "v0.21.6" });
    expect(versionOf(stack)).toBe("3.6.2");
  });
});

/** Before the agent, as a program says it beside the provider, or at its end. */
describe.each(["before", "after"])("a version that the program states %s the agent", (when) => {
  function stating(path: string, value: unknown, acknowledge = {}): TerraformStack {
    const stack = newStack();
    if (when === "before") stack.addOverride(path, value);
    agent(stack, { acknowledge });
    if (when === "after") stack.addOverride(path, value);
    return stack;
  }

  test.each([
    "= 4.2.0",
    "4.5.0",
    "~> 4.1",
    ">= 4.1",
    "~> 4.3.1",
    ">= 4.0, != 4.2.0, < 4.4",
    "> 4",
    "5.0.0",
  ])("the version %s is kept without a warning", (version) => {
    const stack = stating(PATH, version);
    expect(versionOf(stack)).toBe(version);
    expect(warningsOf(stack)).toEqual([]);
  });

  test.each([
    "3.6.2",
    "= 3.9.0",
    "~> 3.6",
    ">= 3.0, < 5",
    "< 4",
    ">= 3.6.2",
    "!= 4.2.0",
    "> 3.9",
    "",
  ])("the version %j is kept, and causes a warning", (version) => {
    const stack = stating(PATH, version);
    expect(versionOf(stack)).toBe(version);
    expect(warningsOf(stack)).toEqual([OBSOLETE]);
  });

  test("a version in an override of the whole provider counts", () => {
    const own = { source: "registry.example/mirror/docker", version: "4.2.0" };
    const stack = stating("terraform.required_providers.docker", own);
    expect(synth(stack).terraform.required_providers["docker"]).toEqual(own);
    expect(warningsOf(stack)).toEqual([]);
  });

  test("an override of the source alone gets the version", () => {
    const stack = stating("terraform.required_providers.docker.source", "registry.example/mirror/docker");
    expect(synth(stack).terraform.required_providers["docker"]).toEqual({
      source: "registry.example/mirror/docker",
      version: ">= 4.1, < 5",
    });
  });

  test("3.6.2 with an acknowledgement causes no warning, and the acknowledgement is in the metadata", () => {
    const reason = "the mirror has 3.6.2 only";
    const stack = stating(PATH, "3.6.2", { "docker-provider-obsolete": reason });
    expect(warningsOf(stack)).toEqual([]);
    expect(synth(stack)["//"].metadata).toMatchObject({
      "cdktf-hermes": { acknowledged: { "agents/hermes": { "docker-provider-obsolete": reason } } },
    });
  });
});

test("a program with another copy of CDKTF gets the version and the warning too", () => {
  let other: typeof import("cdktf") | undefined;
  jest.isolateModules(() => {
    other = require("cdktf");
  });
  if (other === undefined) throw new Error("there is no second copy");
  expect(other.TerraformStack).not.toBe(TerraformStack);
  const app = new other.App({ outdir: newApp().outdir });
  const [raised, stating] = [
    new other.TerraformStack(app, "raised"),
    new other.TerraformStack(app, "stating"),
  ];
  for (const stack of [raised, stating]) {
    new DockerProvider(stack, "docker");
    agent(stack, {
      name: stack.node.id,
      data: new PersistentDataVolume(stack, "data", { name: stack.node.id }),
    });
  }
  stating.addOverride(PATH, "3.6.2");
  expect(versionOf(raised)).toBe(">= 4.1, < 5");
  expect(warningsOf(raised)).toEqual([]);
  expect(warningsOf(stating)).toEqual([OBSOLETE]);
});

/** Bindings that somebody generated with \`cdktf get\`. */
class OwnBindings extends TerraformProvider {
  constructor(scope: Construct, version: string) {
    super(scope, "docker", {
      terraformResourceType: "docker",
      terraformProviderSource: "kreuzwerker/docker",
      terraformGeneratorMetadata: { providerName: "docker", providerVersion: version },
    });
  }
}

test.each([
  ["4.3.0", "4.3.0"],
  ["3.9.0", ">= 4.1, < 5"],
])("bindings of the program's own for %s give %s", (pinned, required) => {
  const app = newApp();
  const stack = new TerraformStack(app, "agents");
  new OwnBindings(stack, pinned);
  agent(stack);
  expect(versionOf(stack)).toBe(required);
  expect(warningsOf(stack)).toEqual([]);
});

describe("constraints", () => {
  const OPERATORS = ["", "=", "!=", ">", ">=", "<", "<=", "~>"] as const;
  const number = fc.nat(6);
  const version = fc.tuple(number, number, number);
  const part = fc.tuple(fc.constantFrom(...OPERATORS), version);

  const compare = (a: readonly number[], b: readonly number[]) =>
    a.map((n, i) => n - (b[i] ?? 0)).find((difference) => difference !== 0) ?? 0;

  /** Terraform's rules, one by one. */
  function meets(
    found: readonly number[],
    [operator, wanted]: readonly [string, readonly number[]],
  ): boolean {
    const order = compare(found, wanted);
    switch (operator) {
      case "!=":
        return order !== 0;
      case ">":
        return order > 0;
      case ">=":
        return order >= 0;
      case "<":
        return order < 0;
      case "<=":
        return order <= 0;
      case "~>":
        return order >= 0 && found[0] === wanted[0] && found[1] === wanted[1];
      default:
        return order === 0;
    }
  }

  test("a constraint without a warning admits no version below 4", () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), version, (parts, found) => {
        const constraint = parts.map(([operator, wanted]) => `${operator} ${wanted.join(".")}`).join(", ");
        fc.pre(!admitsBelow4(constraint) && parts.every((one) => meets(found, one)));
        expect([constraint, found[0] >= 4]).toEqual([constraint, true]);
      }),
      { numRuns: 2000 },
    );
  });
});
