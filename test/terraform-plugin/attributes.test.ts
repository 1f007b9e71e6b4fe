import { describeWithTerraform } from "../terraform";
import { settled, thing, Workspace } from "./terraform";

jest.setTimeout(60_000);

describeWithTerraform("values under the real Terraform", () => {
  let terraform: Workspace;
  beforeEach(async () => {
    terraform = await Workspace.inProcess();
  });
  afterEach(() => terraform.close());

  test("a resource gets defaults and computed values, and the second plan is empty", async () => {
    expect(await settled(terraform, thing(""))).toMatchObject({
      name: "thinga",
      size: 1,
      id: "id-thinga",
      revision: 1,
      color: "red",
      labels: null,
      step: [],
      health: null,
      timeouts: null,
    });
    expect(await terraform.stored("thinga")).toEqual({ size: 1, revision: 1 });
  });

  test("attributes of every type keep their values, with defaults inside nested ones", async () => {
    const attributes = await settled(
      terraform,
      thing(`
  size    = 3
  weight  = 0.1
  enabled = true
  labels  = { b = "2", a = "1" }
  tags    = ["z", "a", "z"]
  matrix  = [[1, 2], []]
  ports   = [{ host = 80 }, { host = 443, protocol = "quic" }]
  limits  = { memory = 9007199254740991 }
  members = [{ who = "y" }, { who = "x", role = "writer" }]
  step { run = "one" }
  step {
    run   = "two"
    shell = "bash"
    option { key = "k" }
  }
  mount { target = "/b" }
  mount {
    target = "/a"
    mode   = "ro"
  }
  health { path = "/" }
  timeouts { create = "1m30s" }`),
    );
    expect(attributes).toMatchObject({
      weight: 0.1,
      tags: ["a", "z"],
      matrix: [[1, 2], []],
      ports: [
        { host: 80, protocol: "tcp", id: "port-80" },
        { host: 443, protocol: "quic", id: "port-443" },
      ],
      limits: { memory: 9007199254740991, swap: 0 },
      step: [
        { run: "one", shell: "sh", option: [] },
        { run: "two", shell: "bash", option: [{ key: "k" }] },
      ],
      health: { path: "/", interval_s: 30 },
      timeouts: { create: "1m30s", delete: null },
    });
    expect(attributes["members"]).toEqual(
      expect.arrayContaining([
        { who: "x", role: "writer" },
        { who: "y", role: "reader" },
      ]),
    );
    expect(attributes["mount"]).toEqual(
      expect.arrayContaining([
        { target: "/a", mode: "ro" },
        { target: "/b", mode: "rw" },
      ]),
    );
  });

  test("another order of a set is no change", async () => {
    await terraform.apply(thing(`tags = ["a", "b"]\nmembers = [{ who = "x" }, { who = "y" }]`));
    const { code } = await terraform.plan(
      thing(`tags = ["b", "a"]\nmembers = [{ who = "y" }, { who = "x" }]`),
    );
    expect(code).toBe(0);
  });

  test("a write-only value reaches the server, and is in no plan and no state", async () => {
    const body = (version: number, secret: string) =>
      thing(`secret = "${secret}"\nsecret_version = ${version}`);
    await terraform.apply(body(1, "first-secret-value"));
    expect(await terraform.stored("thinga")).toMatchObject({ secret: "first-secret-value" });
    expect(await terraform.rawState()).not.toContain("first-secret-value");
    expect((await terraform.plan(body(1, "other-secret-value"))).code).toBe(0);
    const output = await terraform.apply(body(2, "other-secret-value"));
    expect(output).not.toContain("secret-value");
    expect(await terraform.stored("thinga")).toMatchObject({ secret: "other-secret-value" });
  });

  test("a write-only value may come from an ephemeral resource, which is closed afterwards", async () => {
    await terraform.apply(
      `ephemeral "example_password" "p" {\n  length = 12\n}\n${thing("secret = ephemeral.example_password.p.value\nsecret_version = 1")}`,
    );
    expect(await terraform.stored("thinga")).toMatchObject({ secret: "eeeeeeeeeeee" });
    expect(await terraform.stored("closed")).toMatchObject({ secret: "yes" });
    expect(await terraform.rawState()).not.toContain("eeeeeeeeeeee");
  });

  test("numbers beyond 2^53 and long fractions keep every digit, in the state too", async () => {
    for (const big of [
      "12345678901234567890",
      "1152921504606846976",
      "-9007199254740993",
      "0.12345678901234567890123",
    ]) {
      await settled(terraform, thing(`big = ${big}`));
      expect(await terraform.rawState()).toContain(`"big": ${big}`);
    }
  });

  test("a number that JavaScript would round is an error where code expects a JavaScript number", async () => {
    const { output } = await terraform.plan(thing("size = 12345678901234567890"));
    expect(output).toContain("Invalid value for size");
    expect(output).toContain("size = 12345678901234567890");
    expect((await terraform.plan(thing("size = 1.5"))).output).toContain("whole number");
  });

  test("a dynamic value keeps the type that the configuration gives it", async () => {
    const attributes = await settled(
      terraform,
      thing(`anything = { list = [1, "two", null], deep = { yes = true } }`),
    );
    expect(attributes["anything"]).toMatchObject({ value: { deep: { yes: true }, list: [1, "two", null] } });
    await settled(terraform, thing(`anything = "text"`));
    await settled(terraform, thing("anything = null"));
  });

  test("a value that is unknown in the plan is known after the apply", async () => {
    const body = `resource "terraform_data" "x" {\n  input = 5\n}\n${thing("size = terraform_data.x.output\nlabels = { k = terraform_data.x.id }")}`;
    await terraform.write(body);
    const { code, output } = await terraform.run("apply", "-auto-approve");
    expect([code, output]).toEqual([0, expect.stringContaining("Apply complete!")]);
    expect(await terraform.stored("thinga")).toMatchObject({ size: 5 });
  });

  test("the map key __proto__ is an error that names it", async () => {
    const { output } = await terraform.plan(thing(`labels = { "__proto__" = "x" }`));
    expect(output).toContain("The provider can't work with what Terraform sent");
    expect(output).toContain("__proto__");
  });
});
