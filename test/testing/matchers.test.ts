import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { CapRoverProvider, HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "cdktf-hermes";
import { hermesMatchers, synthesizeApp, synthesizeStack } from "cdktf-hermes/testing";

import { PROVIDER_SOURCE } from "../../lib/caprover/package";

expect.extend(hermesMatchers);

function agentStack(target?: HermesTarget): TerraformStack {
  const app = Testing.app();
  const images = new TerraformStack(app, "images");
  const stack = new TerraformStack(app, "agent");
  for (const each of [images, stack]) {
    new DockerProvider(each, "docker");
  }
  new CapRoverProvider(stack, "caprover");
  new HermesApp(stack, "hermes", {
    image: HermesImage.registry(images, "image", { tag: "v2026.7.30" }),
    data: new PersistentDataVolume(stack, "data", { name: "hermes-data" }),
    ...(target && { target }),
  });
  return stack;
}

/** The agent's container, with a change that a careless override could make. */
function changed(change: (container: Record<string, unknown>) => void): object {
  const document = JSON.parse(Testing.synth(agentStack()));
  change(document.resource.docker_container.hermes);
  return document;
}

describe.each(
  Object.entries(HermesTarget),
)("an agent of this library, HermesTarget.%s", (_name, targetOf) => {
  test.each([
    "toMountHermesData",
    "toSetHermesHome",
    "toRunGatewayMode",
    "toHaveNoLiteralSecret",
  ] as const)("%s passes for a stack, its JSON and its object", (matcher) => {
    const stack = agentStack(targetOf());
    expect(stack)[matcher]();
    expect(Testing.synth(stack))[matcher]();
    expect(synthesizeStack(stack))[matcher]();
  });
});

describe("a stack without an agent", () => {
  test.each([
    "toMountHermesData",
    "toSetHermesHome",
    "toRunGatewayMode",
  ] as const)("%s fails on a stack without an agent", (matcher) => {
    expect(() => expect({ resource: {} })[matcher]()).toThrow("the stack has no Hermes agent");
  });
});

describe("each guarantee that is broken", () => {
  const anonymous = { type: "volume", target: "/opt/data" };

  test.each([
    ["no mount", "toMountHermesData", { mounts: [] }],
    ["an anonymous volume", "toMountHermesData", { mounts: [anonymous] }],
    [
      "two mounts",
      "toMountHermesData",
      {
        mounts: [
          { ...anonymous, source: "a" },
          { ...anonymous, source: "b" },
        ],
      },
    ],
    ["data in memory", "toMountHermesData", { mounts: [{ type: "tmpfs", target: "/opt/data/" }] }],
    ["memory over its data", "toMountHermesData", { tmpfs: { "/opt/data": "size=64m" } }],
    ["memory over a directory above its data", "toMountHermesData", { tmpfs: { "/opt": "" } }],
    ["memory over its home", "toMountHermesData", { tmpfs: { "/opt/data/home/": "" } }],
    ["another home", "toSetHermesHome", { env: ["HOME=/root"] }],
    ["two homes", "toSetHermesHome", { env: ["HOME=/opt/data/home", "HOME=/root"] }],
    ["no command", "toRunGatewayMode", { command: undefined }],
    ["the interactive CLI", "toRunGatewayMode", { command: [] }],
    ["another entrypoint", "toRunGatewayMode", { entrypoint: ["/opt/hermes/docker/entrypoint.sh"] }],
    ["another init", "toRunGatewayMode", { init: true }],
    ["a token in env", "toHaveNoLiteralSecret", { env: ["HOME=/opt/data/home", "SLACK_BOT_TOKEN=xoxb-1"] }],
    [
      "a key in the managed file",
      "toHaveNoLiteralSecret",
      { upload: [{ file: "/etc/hermes/.env", content: "API_SERVER_KEY='abc'\n" }] },
    ],
  ] as const)("an agent with %s fails %s", (_what, matcher, change) => {
    const document = changed((container) => Object.assign(container, change));
    expect(() => expect(document)[matcher]()).toThrow("docker_container.hermes");
    expect(document).not[matcher]();
  });

  const override = (container: object) => ({
    service_override: JSON.stringify({ TaskTemplate: { ContainerSpec: container } }),
  });
  const gateway = { Args: ["gateway", "run"] };

  test.each([
    ["no volume", "toMountHermesData", { volumes: [] }],
    ["a volume elsewhere", "toMountHermesData", { volumes: [{ container_path: "/data", name: "a" }] }],
    ["memory over its data", "toMountHermesData", { tmpfs: [{ container_path: "/opt/data", size_mib: 9 }] }],
    ["a mount list in the override", "toMountHermesData", override({ ...gateway, Mounts: [] })],
    ["another home", "toSetHermesHome", { environment: { HOME: "/root" } }],
    ["no override", "toRunGatewayMode", { service_override: undefined }],
    ["another command", "toRunGatewayMode", override({ Args: ["chat"] })],
    ["another entrypoint", "toRunGatewayMode", override({ ...gateway, Command: ["hermes"] })],
    ["another init", "toRunGatewayMode", override({ ...gateway, Init: true })],
    ["a token in the environment", "toHaveNoLiteralSecret", { environment: { SLACK_BOT_TOKEN: "xoxb-1" } }],
    ["a literal secret", "toHaveNoLiteralSecret", { secret_environment_wo: { ANY: "abc" } }],
    ["a literal password", "toHaveNoLiteralSecret", { basic_auth: { user: "ada", password_wo: "abc" } }],
  ] as const)("an agent on CapRover with %s fails %s", (_what, matcher, change) => {
    const document = JSON.parse(Testing.synth(agentStack(HermesTarget.caprover())));
    Object.assign(document.resource.caprover_app.hermes, change);
    expect(() => expect(document)[matcher]()).toThrow("caprover_app.hermes");
    expect(document).not[matcher]();
  });

  test("memory elsewhere is no harm to the data", () => {
    const tmpfs = { "/tmp": "", "/opt/cache": "", "/opt/data/home/.cache": "" };
    expect(changed((container) => Object.assign(container, { tmpfs }))).toMountHermesData();
  });

  test("a sensitive variable with a default fails, and the message does not show it", () => {
    const document = { variable: { key: { sensitive: true, default: "sk-123456" } } };
    expect(() => expect(document).toHaveNoLiteralSecret()).toThrow(/^(?!.*sk-123456).*variable\.key/s);
  });

  test("a registry password in clear text fails, and a reference to one does not", () => {
    const provider = (password: string) => ({
      provider: { docker: [{ registry_auth: [{ address: "ghcr.io", password }] }] },
    });
    expect(provider("hunter2")).not.toHaveNoLiteralSecret();
    expect(provider("${var.password}")).toHaveNoLiteralSecret();
    expect(provider("$${var.password}")).not.toHaveNoLiteralSecret();
  });
});

describe("the JSON of a plan", () => {
  const plan = (...changes: string[][]) => ({
    format_version: "1.2",
    planned_values: {},
    resource_changes: changes.map((actions, i) => ({
      address: `docker_container.c${i}`,
      change: { actions },
    })),
  });

  test("creating and updating neither destroys nor replaces", () => {
    expect(plan(["no-op"], ["create"], ["update"], ["read"])).toDestroyNothing();
    expect(plan(["no-op"], ["create"], ["update"], ["read"])).toReplaceNothing();
  });

  test("a destroyed resource is named", () => {
    expect(() => expect(plan(["no-op"], ["delete"])).toDestroyNothing()).toThrow(
      "docker_container.c1 would be destroyed",
    );
  });

  test("what an earlier replacement left over is named when it is destroyed", () => {
    const left = { ...plan(["no-op"], ["delete"]) };
    const resource_changes = left.resource_changes.map((change) => ({ ...change, deposed: "0a1b2c3d" }));
    expect({ ...left, resource_changes }).not.toDestroyNothing();
  });

  test.each([
    [["delete", "create"]],
    [["create", "delete"]],
  ])("a replaced resource (%j) is named", (actions) => {
    expect(() => expect(plan(actions)).toReplaceNothing()).toThrow("docker_container.c0 would be replaced");
    expect(plan(actions)).toDestroyNothing();
  });

  test("anything except a complete plan fails", () => {
    expect(() => expect({}).toDestroyNothing()).toThrow("this is not a plan");
    expect({ ...plan(), errored: true }).not.toReplaceNothing();
    expect(() => expect(42).toReplaceNothing()).toThrow(TypeError);
  });
});

test("an app becomes its stacks by name, without CDKTF's metadata", () => {
  const app = Testing.app();
  new TerraformStack(app, "a");
  new TerraformStack(app, "b");
  expect(synthesizeApp(app)).toEqual({ a: {}, b: {} });
});

test("a snapshot leaves out this package's version, and contains those of other providers", () => {
  const stack = agentStack();
  expect(synthesizeStack(stack)).toHaveProperty("terraform.required_providers", {
    caprover: { source: PROVIDER_SOURCE },
    docker: { source: "kreuzwerker/docker", version: expect.any(String) },
  });
});
