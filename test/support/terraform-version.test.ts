import { DataResource, type TerraformStack, TerraformVariable } from "cdktf";
import {
  CapRoverApp,
  CapRoverProvider,
  CapRoverRegistry,
  HermesTarget,
  PersistentDataVolume,
} from "../../lib";
import { agent, newApp, newStack, secretOf, synth } from "../agents";

const NONE = "no version";

type Build = (stack: TerraformStack) => unknown;

/** What the stack requires of Terraform. */
function requiredBy(build: Build): unknown {
  const stack = newStack();
  new CapRoverProvider(stack, "caprover");
  build(stack);
  const { terraform } = synth(stack);
  return "required_version" in terraform ? terraform.required_version : NONE;
}

const known = (stack: TerraformStack) => new TerraformVariable(stack, "path", { type: "string" }).stringValue;
const key = (stack: TerraformStack) => ({ apiServer: { key: secretOf(stack) } });

test.each<[string, unknown, Build]>([
  ["an agent on Docker without a value that only Terraform knows", NONE, (stack) => agent(stack)],
  ["an agent on Docker whose secret Terraform checks", ">= 1.3", (stack) => agent(stack, key(stack))],
  [
    "an agent on Docker whose limit Terraform checks",
    ">= 1.2",
    (stack) => agent(stack, { memoryMiB: new DataResource(stack, "known").getNumberAttribute("output") }),
  ],
  [
    "an agent on Docker whose path Terraform checks",
    ">= 1.3",
    (stack) => agent(stack, { data: new PersistentDataVolume(stack, "data", { hostPath: known(stack) }) }),
  ],
  [
    "an agent on CapRover without a secret",
    NONE,
    (stack) => agent(stack, { target: HermesTarget.caprover() }),
  ],
  [
    "an agent on CapRover with a secret",
    ">= 1.11",
    (stack) => agent(stack, { ...key(stack), target: HermesTarget.caprover() }),
  ],
  ["an app without a secret", NONE, (stack) => new CapRoverApp(stack, "app", { name: "web" })],
  [
    "an app whose variables only look write-only",
    NONE,
    (stack) => new CapRoverApp(stack, "app", { name: "web", environment: { helloWo: "x" } }),
  ],
  [
    "an app with basic auth",
    ">= 1.11",
    (stack) =>
      new CapRoverApp(stack, "app", {
        name: "web",
        basicAuth: { user: "ada", passwordWo: secretOf(stack) },
      }),
  ],
  [
    "a registry with a password",
    ">= 1.11",
    (stack) =>
      new CapRoverRegistry(stack, "registry", {
        domain: "ghcr.io",
        username: "acme",
        passwordWo: secretOf(stack),
      }),
  ],
  [
    "an app with a postcondition of its own",
    ">= 1.2",
    (stack) =>
      new CapRoverApp(stack, "app", {
        name: "web",
        lifecycle: { postcondition: [{ condition: "${true}", errorMessage: "never" }] },
      }),
  ],
])("%s requires %s", (_, required, build) => expect(requiredBy(build)).toBe(required));

describe("a version of Terraform that the program states", () => {
  const stated = (when: "before" | "after", version: string): Build => {
    return (stack) => {
      if (when === "before") stack.addOverride("terraform.required_version", version);
      agent(stack, { ...key(stack), target: HermesTarget.caprover() });
      if (when === "after") stack.addOverride("terraform.required_version", version);
    };
  };

  test.each(["~> 1.13", ">= 1.12, < 2", "1.11.4"])("the version %s is kept", (version) => {
    expect(requiredBy(stated("before", version))).toBe(version);
    expect(requiredBy(stated("after", version))).toBe(version);
  });
});

test("each stack of an app requires only what is in it", () => {
  const app = newApp();
  const plain = newStack(app, "plain");
  agent(plain);
  const secret = newStack(app, "secret");
  agent(secret, { ...key(secret), name: "other" }, "other");
  expect(synth(plain).terraform).not.toHaveProperty("required_version");
  expect(synth(secret).terraform).toMatchObject({ required_version: ">= 1.3" });
});
