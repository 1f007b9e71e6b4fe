import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, type TerraformStack, TerraformVariable } from "cdktf";
import { CapRoverProvider, type CiDeliveryProps, HermesImage, HermesTarget, ImageDelivery } from "../../lib";
import { bootInVariable, LONGEST_FILES_BYTES } from "../../lib/boot/boot-script";
import {
  type AgentProps,
  agent,
  containerOf,
  imageStack,
  newApp,
  newStack,
  refusalOf,
  rulesOf,
  synth,
  warningsOf,
} from "../agents";

const RELEASE = "v2026.7.30";
const REPOSITORY = "ghcr.io/acme/hermes-agent";
const DIGEST = `sha256:${"ab".repeat(32)}`;

function imageIn(
  stack: TerraformStack,
  props: Partial<CiDeliveryProps> = {},
  codexVersion?: string,
): HermesImage {
  return HermesImage.wrapper(stack, "image", {
    release: RELEASE,
    baseRevision: "1",
    ...(codexVersion !== undefined && { codexVersion }),
    delivery: ImageDelivery.ci({ repository: REPOSITORY, deploy: "terraform", ...props }),
  });
}

const image = (props: Partial<CiDeliveryProps> = {}, codexVersion?: string) =>
  imageIn(newStack(), props, codexVersion);
const tagOf = ({ reference }: HermesImage) => /:([0-9a-f]{16})(?:@|$)/.exec(reference)?.[1];

/** The app of an agent on CapRover. */
function appWith(
  delivery: Partial<CiDeliveryProps>,
  given: AgentProps | ((stack: TerraformStack) => AgentProps) = {},
) {
  const stack = newStack();
  new CapRoverProvider(stack, "caprover");
  const image = imageIn(stack, delivery);
  const props = typeof given === "function" ? given(stack) : given;
  agent(stack, { image, target: HermesTarget.caprover(), ...props });
  const resource: Record<string, Record<string, Record<string, unknown>>> = { ...synth(stack).resource };
  const app = resource["caprover_app"]?.["hermes"] ?? {};
  const boot = bootInVariable(Object(app["environment"]));
  return { app, boot, image };
}

const long = (bytes: number) => ({ config: { text: "x".repeat(bytes) } });

describe("the name of an image that a CI builds", () => {
  test("the tag is the hash of the build context, so the program knows it before any build", () => {
    expect(image().reference).toBe(`${REPOSITORY}:${image().context?.hash.slice(0, 16)}`);
    expect(image().reference).toBe(image({ deploy: "token", platforms: ["linux/arm64"] }).reference);
    expect(tagOf(image({}, "0.1.0"))).not.toBe(tagOf(image()));
    const here = HermesImage.wrapper(newStack(), "image", { release: RELEASE, baseRevision: "1" });
    expect(tagOf(here)).toBe(tagOf(image()));
  });

  test("a digest pins the bytes", () => {
    const bound = image({ digest: `${tagOf(image())}@${DIGEST}` });
    expect(bound.reference).toBe(`${image().reference}@${DIGEST}`);
    expect(warningsOf(bound)).toEqual([]);
    expect(image({ digest: DIGEST }).reference).toBe(bound.reference);
  });

  test("a digest that was forgotten after a change of the wrapper is refused", () => {
    const digest = `${tagOf(image())}@${DIGEST}`;
    const refused = refusalOf(() => image({ digest }, "0.1.0"));
    expect(rulesOf(refused)).toEqual(["image-digest-stale"]);
    expect(refused.message).toContain(`${tagOf(image({}, "0.1.0"))}@sha256:`);
  });
});

test.each<Partial<CiDeliveryProps>>([
  {},
  { repository: "acme/hermes-agent" },
  { repository: "registry.example.com:5000/team/hermes" },
  { repository: "localhost:5000/hermes" },
  { platforms: ["linux/amd64", "linux/arm64"] },
  { deploy: "token" },
  { names: {} },
  { names: { appToken: "MY_TOKEN", password: "_pass2" } },
])("a delivery with %j is accepted", (props) => {
  expect(warningsOf(image(props))).toEqual([]);
});

test.each<[string, object]>([
  ["delivery.repository", { repository: "ghcr.io/Acme/hermes" }],
  ["delivery.repository", { repository: "ghcr.io/acme/hermes:latest" }],
  ["delivery.repository", { repository: "https://ghcr.io/acme/hermes" }],
  ["delivery.repository", { repository: "${var.repository}" }],
  ["delivery.platforms", { platforms: [] }],
  ["delivery.platforms", { platforms: ["linux/amd64", "linux/amd64"] }],
  ["delivery.platforms[0]", { platforms: ["linux/s390x"] }],
  ["delivery.deploy", { deploy: "tocken" }],
  ["delivery.deploy", { deploy: undefined }],
  ["delivery.digest", { digest: "sha256:abc" }],
  ["delivery.digest", { digest: `latest@${DIGEST}` }],
  ["delivery.tag", { tag: "latest" }],
  ["delivery.names.appToken", { names: { appToken: "my-token" } }],
  ["delivery.names.appToken", { names: { appToken: "2ND_TOKEN" } }],
  ["delivery.names.url", { names: { url: "GITHUB_URL" } }],
  ["delivery.names.token", { names: { token: "TOKEN" } }],
])("a delivery with a wrong %s is refused: %j", (prop, props) => {
  expect(refusalOf(() => image(props)).problems.map(({ prop }) => prop)).toEqual([prop]);
});

test("a plain object in the place of a delivery is refused", () => {
  const delivery: object = { repository: REPOSITORY, deploy: "terraform" };
  const props = { release: RELEASE, baseRevision: "1", ...{ delivery } };
  const action = () => Reflect.apply(HermesImage.wrapper, HermesImage, [newStack(), "image", props]);
  expect(refusalOf(action).message).toContain("ImageDelivery.ci");
});

test("the synthesis writes the build context, and says in the stack's metadata what a CI has to build", () => {
  const stack = newStack();
  const delivered = imageIn(stack, { platforms: ["linux/arm64"] });
  const { metadata } = synth(stack)["//"];
  const context = `wrapper-contexts/${delivered.context?.hash}`;
  expect(metadata["cdktf-hermes"]).toEqual({
    images: {
      "agents/image": {
        repository: REPOSITORY,
        tag: tagOf(delivered),
        platforms: ["linux/arm64"],
        deploy: "terraform",
        names: {
          url: "CAPROVER_HERMES_URL",
          appToken: "CAPROVER_HERMES_APP_TOKEN",
          password: "CAPROVER_HERMES_PASSWORD",
        },
        release: RELEASE,
        context,
      },
    },
  });
  for (const { path, content } of delivered.context?.files ?? [])
    expect(readFileSync(join(App.of(stack).outdir, context, path), "utf8")).toBe(content);
});

test("on Docker the image is pulled by its name, and nothing is built", () => {
  const stack = newStack();
  const delivered = imageIn(imageStack(stack));
  agent(stack, { image: delivered });
  expect(containerOf(stack).image).toBe(delivered.reference);
  const [resource] = Object.values(synth(imageStack(stack)).resource?.docker_image ?? {});
  expect(resource).toMatchObject({ name: delivered.reference, keep_locally: true });
  expect(resource).not.toHaveProperty("build");
});

test("the image of several agents is the same, since no agent's own files are in it", () => {
  const stack = newStack();
  new CapRoverProvider(stack, "caprover");
  const shared = imageIn(stack);
  const files = shared.context?.files;
  for (const id of ["one", "two"])
    agent(stack, { image: shared, target: HermesTarget.caprover(), config: { greeting: id } }, id);
  expect(shared.context?.files).toBe(files);
  expect(JSON.stringify(files)).not.toContain("greeting");
});

describe("an image that a CI builds and Terraform deploys on CapRover", () => {
  test("CapRover pulls it by its name, so that a private image works, and the boot writes the agent's files", () => {
    const { app, boot, image } = appWith({}, { config: { greeting: "hello" } });
    expect(app).toMatchObject({ image: image.reference });
    expect(app).not.toHaveProperty("captain_definition");
    expect(app).not.toHaveProperty("deploy_token_enabled");
    expect(app).not.toHaveProperty("lifecycle");
    expect(boot).toContain("/etc/hermes/config.yaml");
  });

  test("CapRover builds files that are too long for a variable into an image of the agent's own", () => {
    const { app, boot, image } = appWith({}, long(LONGEST_FILES_BYTES));
    expect(app).not.toHaveProperty("image");
    const { dockerfileLines: lines } = JSON.parse(String(app["captain_definition"]));
    expect(lines[0]).toBe(`FROM ${image.reference}`);
    const config = lines.filter((line: string) => line.includes("/etc/hermes/config.yaml"));
    const written = config.map((line: string) => /echo (\S+) \|/.exec(line)?.[1] ?? "");
    const text = written.map((part: string) => Buffer.from(part, "base64").toString()).join("");
    expect(JSON.parse(text).text).toHaveLength(LONGEST_FILES_BYTES);
    expect(config.at(-1)).toMatch(/chmod 644 \/etc\/hermes\/config\.yaml$/);
    expect(boot).not.toContain("/etc/hermes/config.yaml");
    expect(boot).toContain("s6-overlay");
  });

  test("files that are too long for a request to CapRover are refused", () => {
    const refused = refusalOf(() => appWith({}, long(2 ** 20)));
    expect(rulesOf(refused)).toEqual(["caprover-config-too-long"]);
  });
});

describe("an image that a CI deploys by token", () => {
  test("the first deploy names an image, later ones are left to the CI, and a token may deploy", () => {
    const { app, boot, image } = appWith({ deploy: "token" }, { config: { greeting: "hello" } });
    expect(app).toMatchObject({
      image: image.reference,
      deploy_token_enabled: true,
      lifecycle: { ignore_changes: ["image"] },
    });
    expect(boot).toContain("/etc/hermes/config.yaml");
  });

  test("conditions that only Terraform can check stay beside what is left to the CI", () => {
    const { app } = appWith({ deploy: "token" }, (stack) => ({
      memoryMiB: new TerraformVariable(stack, "memory", { type: "number" }).numberValue,
    }));
    expect(app["lifecycle"]).toMatchObject({
      ignore_changes: ["image"],
      precondition: [expect.objectContaining({ condition: expect.stringContaining("var.memory") })],
    });
  });

  test.each([
    ["almost too long", LONGEST_FILES_BYTES - 2000, []],
    ["too long", LONGEST_FILES_BYTES, ["caprover-config-too-long"]],
  ] as const)("files that are %s for the variable of the boot", (_, bytes, rules) => {
    const action = () => appWith({ deploy: "token" }, long(bytes));
    if (rules.length === 0) expect(action().app).toHaveProperty("image");
    else expect(rulesOf(refusalOf(action))).toEqual(rules);
  });

  test("a Docker engine has no such tokens, so the delivery is refused there", () => {
    const stack = newStack(newApp());
    const refused = refusalOf(() => agent(stack, { image: imageIn(imageStack(stack), { deploy: "token" }) }));
    expect(rulesOf(refused)).toEqual(["docker-unsupported-token"]);
  });
});
