import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import { DashboardAuth, HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "../lib";
import {
  agent,
  containerOf,
  containerWith,
  imageOf,
  imageStack,
  newApp,
  newStack,
  refusalOf,
  rulesOf,
  secretOf,
  warningsOf,
} from "./agents";

describe("what one agent has, no other agent of the engine can have", () => {
  test("two agents on one volume are refused, also across stacks and constructs", () => {
    const app = newApp();
    agent(newStack(app, "one"), {}, "a1");
    const other = newStack(app, "two");
    const data = new PersistentDataVolume(other, "data", { name: "a1-data" });
    const refused = refusalOf(() => agent(other, { data }, "a2"));
    expect(rulesOf(refused)).toEqual(["duplicate-data"]);
    expect(refused.message).toContain("one/a1 has it already");
  });

  test("two agents with one data construct are refused", () => {
    const stack = newStack();
    const data = new PersistentDataVolume(stack, "data", { name: "shared" });
    agent(stack, { data }, "a1");
    expect(rulesOf(refusalOf(() => agent(stack, { data }, "a2")))).toEqual(["duplicate-data"]);
  });

  test.each([
    ["/srv/a", "/srv/a"],
    ["/srv/a", "/srv/a/"],
    ["/srv/a", "/srv//a"],
    ["/srv/a", "/srv/a/inner"],
    ["/srv/a/inner", "/srv/a"],
  ])("two agents on the same host path, or on one inside the other, are refused: %s, %s", (one, two) => {
    const stack = newStack();
    const at = (id: string, hostPath: string) => new PersistentDataVolume(stack, id, { hostPath });
    agent(stack, { data: at("d1", one) }, "a1");
    expect(rulesOf(refusalOf(() => agent(stack, { data: at("d2", two) }, "a2")))).toEqual(["duplicate-data"]);
  });

  test("two neighbouring host paths are no conflict", () => {
    const stack = newStack();
    for (const hostPath of ["/srv/a", "/srv/ab", "/srv/b"])
      agent(
        stack,
        { data: new PersistentDataVolume(stack, hostPath.slice(5), { hostPath }) },
        `agent-${hostPath.slice(5)}`,
      );
  });

  test("a host path that another agent uses through a bind volume is refused", () => {
    const stack = newStack();
    const driverOptions = { type: "none", o: "bind", device: "/srv/a" };
    agent(stack, { data: new PersistentDataVolume(stack, "d1", { name: "vol-a", driverOptions }) }, "a1");
    const data = new PersistentDataVolume(stack, "d2", { hostPath: "/srv/a" });
    expect(rulesOf(refusalOf(() => agent(stack, { data }, "a2")))).toEqual(["duplicate-data"]);
  });

  test("two agents can't have one Terraform value as path, but variables of one name in two stacks are no conflict", () => {
    const app = newApp();
    const stack = newStack(app, "one");
    const path = new TerraformVariable(stack, "path", { type: "string" });
    const at = (scope: Construct, id: string, hostPath: string) =>
      new PersistentDataVolume(scope, id, { hostPath });
    agent(stack, { data: at(stack, "d1", path.stringValue) }, "a1");
    expect(rulesOf(refusalOf(() => agent(stack, { data: at(stack, "d2", path.stringValue) }, "a2")))).toEqual(
      ["duplicate-data"],
    );
    const other = newStack(app, "two");
    agent(other, { data: at(other, "d", "${var.path}") }, "a3");
  });

  test("two agents can't publish the same port of the host, on a wildcard address either", () => {
    const stack = newStack();
    const with_ = (id: string, address: string, port: number) =>
      agent(
        stack,
        {
          apiServer: { key: secretOf(stack) },
          target: HermesTarget.docker({ publish: { apiServer: { address, port } } }),
        },
        id,
      );
    with_("a1", "127.0.0.1", 8642);
    with_("a2", "127.0.0.2", 8642);
    with_("a3", "127.0.0.1", 8643);
    expect(rulesOf(refusalOf(() => with_("a4", "127.0.0.1", 8642)))).toEqual(["duplicate-port"]);
    expect(rulesOf(refusalOf(() => with_("a5", "0.0.0.0", 8643)))).toEqual(["duplicate-port"]);
  });

  test("an agent can't publish both services on one port", () => {
    const stack = newStack();
    const refused = refusalOf(() =>
      agent(stack, {
        apiServer: { key: secretOf(stack) },
        dashboard: DashboardAuth.oidc(stack, "auth", { issuer: "https://id.example", clientId: "hermes" }),
        target: HermesTarget.docker({ publish: { dashboard: { port: 8642 } } }),
      }),
    );
    expect(rulesOf(refused)).toEqual(["duplicate-port"]);
  });
});

describe("odd but legal use", () => {
  test("an agent may be deep inside constructs of the user's own", () => {
    const stack = newStack();
    agent(new Construct(new Construct(stack, "team"), "blue"), {}, "hermes");
    expect(containerOf(stack)["name"]).toBe("hermes");
  });

  test("a prop that is undefined counts as left out", () => {
    const stack = newStack();
    const nothing = { dashboard: undefined, apiServer: undefined, env: undefined, acknowledge: undefined };
    const data = new PersistentDataVolume(stack, "data", { name: "hermes-data" });
    Reflect.construct(HermesApp, [stack, "hermes", { image: imageOf(stack), data, ...nothing }]);
    expect(containerOf(stack)).toEqual(containerWith({}));
  });

  test("an agent outside of any stack is refused with its path", () => {
    const app = newApp();
    expect(() => agent(app, { image: imageOf(app) }, "lost")).toThrow(/lost/);
  });

  test.each([
    "a",
    "my agent",
    "größe",
    "_x",
    "a/b",
  ])("an id that is not a container name is refused, and a name is asked for: %j", (id) => {
    const refused = refusalOf(() => agent(newStack(), { data: data() }, id));
    expect(refused.problems).toEqual([
      expect.objectContaining({ prop: "id", fix: "give `name`, or another id" }),
    ]);
    agent(newStack(), { name: "fine", data: data() }, id);
    function data() {
      return new PersistentDataVolume(newStack(), "data", { name: "hermes-data" });
    }
  });

  test("the usual program causes no warning", () => {
    const stack = newStack();
    agent(stack);
    expect(warningsOf(stack.node.root)).toEqual([]);
  });

  test("no release is assumed for a private image", () => {
    const stack = newStack();
    const image = HermesImage.registry(imageStack(stack), "image", {
      repository: "ghcr.io/acme/hermes",
      tag: "sha-0123456",
      release: "v2026.5.16",
    });
    expect(agent(stack, { image }).commands["setup"]).toContain("-u hermes");
  });
});
