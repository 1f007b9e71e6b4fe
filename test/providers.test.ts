/** Resources that no provider of their stack serves, and ids that are no names to Terraform, are refused at synthesis. */
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import {
  CapRoverApp,
  CapRoverProvider,
  DashboardAuth,
  HermesApp,
  HermesImage,
  HermesTarget,
  PersistentDataVolume,
} from "../lib";
import { agent, imageOf, NEWEST, newApp, newDataOf, refusalOf, synth } from "./agents";

const empty = () => new TerraformStack(newApp(), "stack");
const docker = (scope: Construct, alias?: string, id = `docker${alias ?? ""}`) =>
  new DockerProvider(scope, id, alias === undefined ? {} : { alias });
const caprover = (scope: Construct, alias?: string, id = `caprover${alias ?? ""}`) =>
  new CapRoverProvider(scope, id, alias === undefined ? {} : { alias });

describe("a stack without the provider", () => {
  test.each<[string, (stack: TerraformStack) => unknown, string]>([
    [
      "an agent on Docker",
      (stack) => agent(stack),
      "target.provider: the stack stack has no DockerProvider; fix: add one to the stack: new DockerProvider",
    ],
    [
      "an agent on CapRover",
      (stack) => agent(stack, { target: HermesTarget.caprover() }),
      "provider: the stack stack has no CapRoverProvider; fix: add one",
    ],
    [
      "an agent on CapRover beside Docker's provider",
      (stack) => [docker(stack), agent(stack, { target: HermesTarget.caprover() })],
      "has no CapRoverProvider",
    ],
    [
      "an agent on Docker beside CapRover's provider",
      (stack) => [caprover(stack), agent(stack)],
      "has no DockerProvider",
    ],
    [
      "an app on CapRover",
      (stack) => new CapRoverApp(stack, "app", { name: "web" }),
      "stack/app: provider: the stack stack has no CapRoverProvider",
    ],
    [
      "only a provider with an alias",
      (stack) => [docker(stack, "b"), agent(stack)],
      "every DockerProvider of the stack stack has an alias, so none is the default; fix: name one in `target.provider`",
    ],
    [
      "only CapRover's provider with an alias",
      (stack) => [caprover(stack, "b"), agent(stack, { target: HermesTarget.caprover() })],
      "every CapRoverProvider of the stack stack has an alias",
    ],
    [
      "two providers without alias",
      (stack) => [docker(stack, undefined, "one"), docker(stack, undefined, "two"), agent(stack)],
      "stack/one and stack/two have no alias, and Terraform takes only one such DockerProvider",
    ],
    [
      "two providers with one alias",
      (stack) => {
        const provider = docker(stack, "b", "one");
        docker(stack, "b", "two");
        agent(stack, { target: HermesTarget.docker({ provider }) });
      },
      "stack/one and stack/two have the same alias",
    ],
    [
      "an alias that is no name",
      (stack) => agent(stack, { target: HermesTarget.docker({ provider: docker(stack, "a b") }) }),
      'target.provider.alias = "a b": is no alias to Terraform',
    ],
    [
      "an image's stack without provider",
      (stack) => {
        docker(stack);
        const images = new TerraformStack(App.of(stack), "pictures");
        agent(stack, { image: HermesImage.registry(images, "image", { tag: NEWEST }) });
      },
      "pictures/image: provider: the stack pictures has no DockerProvider",
    ],
  ])("a stack without the provider that its resources need is refused: %s", (_, build, message) => {
    const stack = empty();
    build(stack);
    const refused = refusalOf(() => synth(stack));
    expect(refused.message).toContain(message);
    expect(refused.stack?.split("\n")[0]).toMatch(/^test\/(?:agents|providers\.test)\.ts:/);
  });

  test.each<[string, (stack: TerraformStack) => unknown]>([
    ["it comes first", (stack) => [docker(stack), agent(stack)]],
    ["it comes last", (stack) => [agent(stack), docker(stack)]],
    ["it is inside another construct", (stack) => [agent(stack), docker(new Construct(stack, "inner"))]],
    ["a second one has an alias", (stack) => [docker(stack), docker(stack, "b"), agent(stack)]],
    [
      "one with an alias is named",
      (stack) => agent(stack, { target: HermesTarget.docker({ provider: docker(stack, "b") }) }),
    ],
    [
      "CapRover's comes last",
      (stack) => [agent(stack, { target: HermesTarget.caprover() }), caprover(stack)],
    ],
    [
      "CapRover's with an alias is named",
      (stack) => agent(stack, { target: HermesTarget.caprover({ provider: caprover(stack, "b") }) }),
    ],
    [
      "both are there",
      (stack) => {
        docker(stack);
        caprover(stack);
        agent(stack);
        agent(stack, { target: HermesTarget.caprover() }, "other");
      },
    ],
    [
      "nothing needs one",
      (stack) => [newDataOf(stack, "data"), HermesImage.registry(stack, "image", { tag: NEWEST })],
    ],
  ])("a stack is accepted when %s", (_, build) => {
    const stack = empty();
    build(stack);
    synth(stack);
  });

  test("a provider of another stack is refused at once", () => {
    const stack = empty();
    const other = docker(new TerraformStack(App.of(stack), "other"));
    expect(
      refusalOf(() => agent(stack, { target: HermesTarget.docker({ provider: other }) })).message,
    ).toContain('target.provider = "other/docker": belongs to another stack');
  });

  test("a provider of another kind is refused at once", () => {
    const stack = empty();
    const wrong: object = { provider: caprover(stack) };
    expect(refusalOf(() => agent(stack, { target: HermesTarget.docker(wrong) })).message).toContain(
      'target.provider = "stack/caprover": is no DockerProvider',
    );
    const alsoWrong: object = { provider: docker(stack) };
    expect(
      refusalOf(() => agent(stack, { target: HermesTarget.caprover(alsoWrong) }, "other")).message,
    ).toContain("provider");
  });
});

describe("an id", () => {
  test.each(["2nd", "-x", "日本", "1.example"])("an id that is no name to Terraform is refused: %s", (id) => {
    const stack = empty();
    docker(stack);
    caprover(stack);
    const data = newDataOf(stack, "data");
    expect(refusalOf(() => agent(stack, { name: "agent", data }, id)).message).toContain("id = ");
    const other = empty();
    caprover(other);
    new CapRoverApp(other, id, { name: "web" });
    expect(refusalOf(() => synth(other)).message).toContain(
      "in Terraform's addresses, which is no name there",
    );
  });

  test.each([
    "hermes",
    "my agent",
    "a.b",
    "a/b",
    "_a",
    "a-2",
    "ünicode-x",
    "H",
  ])("an id that becomes a name to Terraform is accepted: %s", (id) => {
    const stack = empty();
    docker(stack);
    caprover(stack);
    agent(new Construct(stack, "outer"), { name: "agent", data: newDataOf(stack, "data") }, id);
    new CapRoverApp(new Construct(stack, "other"), id, { name: "web" });
    synth(stack);
  });

  test("an id that begins with a digit is accepted where it makes no resource, or has an address of its own", () => {
    const stack = empty();
    docker(stack);
    caprover(stack);
    new PersistentDataVolume(stack, "1st-data", { name: "data" });
    HermesImage.registry(stack, "2026.7.30", { tag: "v2026.7.30" });
    DashboardAuth.loopback(stack, "1st-login");
    new CapRoverApp(stack, "1st", { name: "web" }).overrideLogicalId("first");
    synth(stack);
  });

  test("two ids that become one address are refused, since one agent would overwrite the other", () => {
    const stack = empty();
    docker(stack);
    agent(stack, { name: "one", data: newDataOf(stack, "d1") }, "a.b");
    expect(
      refusalOf(() => agent(stack, { name: "two", data: newDataOf(stack, "d2") }, "ab")).message,
    ).toContain('id = "ab": becomes "ab" in Terraform\'s addresses, as the id of stack/a.b does');
  });

  test("an id that can't be the container's name is reported as the id", () => {
    const stack = empty();
    expect(refusalOf(() => agent(stack, { data: newDataOf(stack, "data") }, "my agent")).message).toMatch(
      /^stack\/my agent: id = "my agent": can't be the container's name.*; fix: give `name`, or another id$/,
    );
  });

  test("a construct outside any stack is refused", () => {
    const app = newApp();
    for (const make of [
      () => new PersistentDataVolume(app, "data", { name: "data" }),
      () => HermesImage.registry(app, "image", { tag: NEWEST }),
      () => Reflect.construct(HermesApp, [app, "hermes", { image: imageOf(empty()) }]),
    ])
      expect(refusalOf(make).message).toContain("scope: is in no TerraformStack");
  });
});
