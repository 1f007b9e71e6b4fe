import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeWithTerraform } from "../terraform";
import { Workspace } from "./terraform";

jest.setTimeout(60_000);

const block = (body: string, name = "a") =>
  `resource "example_thing" "${name}" {\n  name = "thing${name}"\n${body}\n}\n`;

describeWithTerraform("a provider under the real Terraform", () => {
  let terraform: Workspace;
  beforeEach(async () => {
    terraform = await Workspace.inProcess();
  });
  afterEach(() => terraform.close());

  /** Applies, and expects that a second plan finds nothing to do. */
  async function settled(body: string): Promise<Record<string, unknown>> {
    await terraform.apply(body);
    const { code, output } = await terraform.plan(body);
    if (code !== 0) throw new Error(output);
    const entry = (await terraform.state())["example_thing.a"];
    return entry?.attributes ?? {};
  }

  test("a bare resource gets its defaults and computed values, and the second plan is empty", async () => {
    expect(await settled(block(""))).toMatchObject({
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

  test("attributes of every shape survive, with defaults inside nested ones", async () => {
    const attributes = await settled(
      block(`
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

  test("sets are compared as sets: another order is no change", async () => {
    await terraform.apply(block(`tags = ["a", "b"]\nmembers = [{ who = "x" }, { who = "y" }]`));
    const { code } = await terraform.plan(
      block(`tags = ["b", "a"]\nmembers = [{ who = "y" }, { who = "x" }]`),
    );
    expect(code).toBe(0);
  });

  test("an update in place keeps what is marked to keep and shows the rest as known after apply", async () => {
    await settled(block("size = 1\nports = [{ host = 80 }]"));
    const { output } = await terraform.plan(block("size = 2\nports = [{ host = 80 }]"));
    expect(output).toContain("~ size     = 1 -> 2");
    expect(output).toContain("~ revision = 1 -> (known after apply)");
    expect(output).not.toContain("~ id");
    expect(await settled(block("size = 2\nports = [{ host = 80 }]"))).toMatchObject({ size: 2, revision: 2 });
  });

  test("drift is seen, and a thing that is gone is planned anew", async () => {
    await settled(block("size = 2"));
    await writeFile(terraform.thing("thinga"), JSON.stringify({ size: 5, revision: 4 }));
    const drift = await terraform.run("plan");
    expect(drift.output).toContain("must be replaced");
    expect(drift.output).toContain("A thing can't shrink, so it is replaced");
    await rm(terraform.thing("thinga"));
    expect((await terraform.run("plan")).output).toContain("1 to add");
  });

  test("a change that can't be made in place replaces, at the top and inside a block", async () => {
    await settled(`resource "example_thing" "a" {\n  name = "one"\n}\n`);
    const renamed = await terraform.plan(`resource "example_thing" "a" {\n  name = "two"\n}\n`);
    expect(renamed.output).toContain("# forces replacement");
    await settled(block(`mount {\n target = "/a"\n }`));
    const remounted = await terraform.plan(block(`mount {\n target = "/b"\n }`));
    expect(remounted.output).toContain("must be replaced");
    const remoded = await terraform.plan(block(`labels = { a = "b" }\nmount {\n target = "/a"\n }`));
    expect(remoded.output).toContain("will be updated in-place");
  });

  test("a resource without update is replaced by any change, and keeps every digit of a number", async () => {
    const marker = (text: string) => `resource "example_marker" "a" {\n  text = "${text}"\n}\n`;
    await terraform.apply(marker("abc"));
    expect(await terraform.rawState()).toContain("3.12345678901234567890123");
    expect((await terraform.plan(marker("abc"))).code).toBe(0);
    expect((await terraform.plan(marker("abcd"))).output).toContain("must be replaced");
  });

  test("a resource without update takes another timeout in place", async () => {
    const marker = (timeout: string) =>
      `resource "example_marker" "a" {\n  text = "abc"\n  timeouts {\n    create = "${timeout}"\n  }\n}\n`;
    await terraform.apply(marker("1m"));
    expect(await terraform.apply(marker("2m"))).toContain("0 added, 1 changed, 0 destroyed");
    expect((await terraform.plan(marker("2m"))).code).toBe(0);
  });

  test("destroy removes the thing, unless the resource refuses when it is planned", async () => {
    await settled(block(`label = "protected"`));
    const refused = await terraform.run("destroy", "-auto-approve");
    expect(refused.code).toBe(1);
    expect(refused.output).toContain("This thing is protected");
    await settled(block(""));
    expect((await terraform.run("destroy", "-auto-approve")).code).toBe(0);
    expect(await terraform.stored("thinga")).toBeNull();
  });

  test("a delete that fails keeps the thing in the state", async () => {
    await settled(block(`fault = "stays"`));
    const { output } = await terraform.run("destroy", "-auto-approve");
    expect(output).toContain("the thing does not want to go");
    expect(await terraform.state()).toHaveProperty(["example_thing.a"]);
  });

  test("import by command and by block gives an empty plan where the code matches", async () => {
    await writeFile(terraform.thing("thinga"), JSON.stringify({ size: 4, revision: 9 }));
    await terraform.write(block("size = 4"));
    const imported = await terraform.run("import", "example_thing.a", "thinga");
    expect(imported.output).toContain("Import successful!");
    expect((await terraform.run("plan", "-detailed-exitcode")).code).toBe(0);
    await writeFile(terraform.thing("thingb"), JSON.stringify({ size: 1, revision: 1 }));
    await terraform.write(
      `${block("size = 4")}${block("", "b")}import {\n to = example_thing.b\n id = "thingb"\n}\n`,
    );
    expect((await terraform.run("plan")).output).toContain(
      "1 to import, 0 to add, 0 to change, 0 to destroy",
    );
    const absent = await terraform.run("import", "example_thing.c", "nothing");
    expect(absent.code).toBe(1);
  });

  test("import says when there is nothing, and when a resource has none", async () => {
    await terraform.write(`${block("")}resource "example_marker" "m" {\n text = "x"\n}\n`);
    const nothing = await terraform.run("import", "example_thing.a", "nothing");
    expect(nothing.output).toContain("There is no thing called nothing");
    const impossible = await terraform.run("import", "example_marker.m", "x");
    expect(impossible.output).toContain("example_marker can't be imported");
  });

  test("a write-only value reaches the server, and neither plan nor state", async () => {
    const body = (version: number, secret: string) =>
      block(`secret = "${secret}"\nsecret_version = ${version}`);
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
      `ephemeral "example_password" "p" {\n  length = 12\n}\n${block("secret = ephemeral.example_password.p.value\nsecret_version = 1")}`,
    );
    expect(await terraform.stored("thinga")).toMatchObject({ secret: "eeeeeeeeeeee" });
    expect(await terraform.stored("closed")).toMatchObject({ secret: "yes" });
    expect(await terraform.rawState()).not.toContain("eeeeeeeeeeee");
  });

  test("secrets are taken out of whatever error a resource throws", async () => {
    await terraform.write(
      block(`token = "token-1234"\nsecret = "secret-5678"\nfault = "leaks"`),
      `password = "password-9"`,
    );
    const { output } = await terraform.run("apply", "-auto-approve");
    expect(output).toMatch(
      /connect failed for \(sensitive value\) and \(sensitive value\) and \(sensitive\s+value\)/,
    );
    expect(output).not.toMatch(/token-1234|secret-5678|password-9/);
    expect((await terraform.run("plan")).output).toContain("token    = (sensitive value)");
  });

  test("numbers beyond 2^53 and long fractions pass unchanged, also through the stored state", async () => {
    for (const big of [
      "12345678901234567890",
      "1152921504606846976",
      "-9007199254740993",
      "0.12345678901234567890123",
    ]) {
      await settled(block(`big = ${big}`));
      expect(await terraform.rawState()).toContain(`"big": ${big}`);
    }
  });

  test("a number that JavaScript can't hold is refused where code would round it", async () => {
    const { output } = await terraform.plan(block("size = 12345678901234567890"));
    expect(output).toContain("Invalid value for size");
    expect(output).toContain("size = 12345678901234567890");
    expect((await terraform.plan(block("size = 1.5"))).output).toContain("whole number");
  });

  test("a dynamic value keeps the type that the configuration gave it", async () => {
    const attributes = await settled(block(`anything = { list = [1, "two", null], deep = { yes = true } }`));
    expect(attributes["anything"]).toMatchObject({ value: { deep: { yes: true }, list: [1, "two", null] } });
    await settled(block(`anything = "text"`));
    await settled(block("anything = null"));
  });

  test("values unknown at plan time are known after apply", async () => {
    const body = `resource "terraform_data" "x" {\n  input = 5\n}\n${block("size = terraform_data.x.output\nlabels = { k = terraform_data.x.id }")}`;
    await terraform.write(body);
    const { code, output } = await terraform.run("apply", "-auto-approve");
    expect([code, output]).toEqual([0, expect.stringContaining("Apply complete!")]);
    expect(await terraform.stored("thinga")).toMatchObject({ size: 5 });
  });

  test("errors point at the attribute, all of them at once", async () => {
    const { output } = await terraform.plan(
      `resource "example_thing" "a" {\n  name = "BAD"\n  size = -1\n  ports = [{ host = 80 }, { host = 70000 }]\n  labels = { k = null }\n}\n`,
    );
    expect(output).toContain(`"BAD" may hold only lower-case letters`);
    expect(output).toContain("Give a size of 0 or more");
    expect(output).toContain("Invalid value for ports[1].host");
    expect(output).toContain("Port 70000 is above 65535");
    expect(output).toContain("Invalid value for labels.k");
  });

  test("a map key that JavaScript can't hold is refused in words", async () => {
    const { output } = await terraform.plan(block(`labels = { "__proto__" = "x" }`));
    expect(output).toContain("The provider can't work with what Terraform sent");
    expect(output).toContain("__proto__");
  });

  test("Terraform itself refuses what the schema forbids", async () => {
    expect((await terraform.plan(block(`bogus = 1`))).output).toContain(
      `An argument named "bogus" is not expected here`,
    );
    const steps = `step {\n run = "x"\n }\n`.repeat(4);
    expect((await terraform.plan(block(steps))).output).toContain("Too many step blocks");
    expect((await terraform.plan(block(`id = "x"`))).output).toContain("Attribute id can't be set");
  });

  test("warnings and deprecations are shown, and nothing fails for them", async () => {
    const output = await terraform.apply(block(`label = "x"\nfault = "warns"`));
    expect(output).toContain("Attribute label is deprecated");
    expect(output).toContain("Use labels instead.");
    expect(output).toContain("It went well, but look");
  });

  test("a create that fails at once leaves nothing behind", async () => {
    await terraform.write(block(`fault = "throws"`));
    const { output } = await terraform.run("apply", "-auto-approve");
    expect(output).toContain("The directory said no");
    expect(output).toContain("Ask again.");
    expect(await terraform.state()).toEqual({});
  });

  test("a create that fails halfway is kept as tainted and replaced", async () => {
    await terraform.write(block(`fault = "halfway"`));
    expect((await terraform.run("apply", "-auto-approve")).output).toContain("the second step failed");
    expect((await terraform.state())["example_thing.a"]).toMatchObject({
      status: "tainted",
      attributes: { id: "id-thinga", color: null },
    });
    expect((await terraform.plan(block(""))).output).toContain("is tainted, so must be replaced");
  });

  test("an update that fails keeps the state as it was", async () => {
    await settled(block("size = 1"));
    await terraform.write(block(`size = 2\nfault = "throws"`));
    expect((await terraform.run("apply", "-auto-approve")).output).toContain("update refused");
    expect((await terraform.state())["example_thing.a"]).toMatchObject({
      attributes: { size: 1, fault: null },
    });
  });

  test("a result that breaks the plan's promise is told by name, and the thing is tainted", async () => {
    await terraform.write(block(`size = 2\nfault = "lies"`));
    const { output } = await terraform.run("apply", "-auto-approve");
    expect(output).toContain("size is not what was planned");
    expect(output).toContain("Planned: 2. After apply: 3.");
    expect((await terraform.state())["example_thing.a"]).toMatchObject({ status: "tainted" });
  });

  test("private state lasts from create to update and read", async () => {
    await settled(block(""));
    await terraform.write(block(`fault = "throws"`));
    expect((await terraform.run("apply", "-auto-approve")).output).toContain("private state create");
    await writeFile(terraform.thing("thinga"), JSON.stringify({ size: 99, revision: 1 }));
    expect((await terraform.run("plan")).output).toContain("the private state says create");
  });

  test("an operation that outlasts its timeout is aborted and says so", async () => {
    await terraform.write(block(`fault = "hangs"\ntimeouts {\n create = "300ms"\n }`));
    const { output } = await terraform.run("apply", "-auto-approve");
    expect(output).toContain("It took longer than 0.3 s");
    await settled(block(`fault = "hangs on delete"\ntimeouts {\n delete = "200ms"\n }`));
    expect((await terraform.run("destroy", "-auto-approve")).output).toContain("It took longer than 0.2 s");
    const wrong = await terraform.plan(block(`timeouts {\n create = "soon"\n }`));
    expect(wrong.output).toContain(`"soon" is no duration`);
  });

  test("state of older schema versions is upgraded step by step, without rounding", async () => {
    await settled(block("size = 7\nbig = 12345678901234567890"));
    const state = JSON.parse((await terraform.rawState()).replace(/12345678901234567890/, `"BIG"`));
    const [instance] = state.resources[0].instances;
    const { name, size, ...others } = instance.attributes;
    instance.schema_version = 0;
    instance.attributes = { ...others, title: name, gone: "x" };
    const old = JSON.stringify({ ...state, serial: 50 }).replace(`"BIG"`, "12345678901234567890");
    await writeFile(join(terraform.path, "terraform.tfstate"), old);
    expect([size, (await terraform.plan(block("size = 7\nbig = 12345678901234567890"))).code]).toEqual([
      7, 0,
    ]);
  });

  test("state of a newer schema version is refused by Terraform itself", async () => {
    await settled(block(""));
    const newer = (await terraform.rawState()).replace(/"schema_version": 2/, `"schema_version": 3`);
    await writeFile(join(terraform.path, "terraform.tfstate"), newer);
    expect((await terraform.run("plan")).output).toContain(
      "Resource instance managed by newer provider version",
    );
  });

  test("a data source reads, with its defaults", async () => {
    await writeFile(terraform.thing("x"), JSON.stringify({ size: 42, revision: 1 }));
    const output = await terraform.apply(`
data "example_lookup" "x" { name = "x" }
data "example_lookup" "y" { name = "y" }
output "sizes" { value = [data.example_lookup.x.size, data.example_lookup.y.size] }
`);
    expect(output.replace(/\s+/g, "")).toContain("sizes=[42,-1,]");
  });

  test("the provider's configuration may be ephemeral, and its errors name the attribute", async () => {
    await terraform.write(
      `variable "password" {\n  type      = string\n  ephemeral = true\n  default   = "ephemeral-1"\n}\n${block("")}`,
      "password = var.password",
    );
    const { code } = await terraform.run("apply", "-auto-approve");
    expect(code).toBe(0);
    expect(await terraform.rawState()).not.toContain("ephemeral-1");
    const main = join(terraform.path, "main.tf");
    const text = await readFile(main, "utf8");
    await writeFile(
      main,
      text
        .replace(/directory = .*/, `directory = terraform_data.x.id`)
        .concat(`resource "terraform_data" "x" {}`),
    );
    expect((await terraform.run("plan")).output).toContain("The directory is not known yet");
  });

  test("two configurations of one provider in one process don't mix", async () => {
    const mirror = join(terraform.path, "mirror");
    await mkdir(mirror);
    await writeFile(terraform.thing("x"), JSON.stringify({ size: 1, revision: 1 }));
    await writeFile(join(mirror, "x.json"), JSON.stringify({ size: 2, revision: 1 }));
    const lookup = (name: string, provider: string) =>
      `data "example_lookup" "${name}" {\n name = "x"\n provider = ${provider}\n}\n`;
    const output = await terraform.apply(
      `provider "example" {\n  alias     = "other"\n  directory = "${mirror}"\n}\n` +
        `${lookup("main", "example")}${lookup("other", "example.other")}${block("")}` +
        `output "sizes" { value = [data.example_lookup.main.size, data.example_lookup.other.size] }\n`,
    );
    expect(output.replace(/\s+/g, "")).toContain("sizes=[1,2,]");
    expect(await terraform.stored("thinga")).toMatchObject({ size: 1 });
    expect(await readdir(mirror)).toEqual(["x.json"]);
  });

  test("resources are applied side by side: each of two is made while the other waits for it", async () => {
    const meets = (name: string, other: string) =>
      block(`fault = "meets thing${other}"\ntimeouts {\n create = "20s"\n }`, name);
    expect(await terraform.apply(meets("a", "b") + meets("b", "a"))).toContain("2 added");
  });

  test("many resources are applied at once", async () => {
    const body = `resource "example_thing" "a" {\n  for_each = toset([for n in range(50) : join("", [for c in split("", tostring(n)) : substr("abcdefghij", tonumber(c), 1)])])\n  name = each.key\n}\n`;
    expect(await terraform.apply(body)).toContain("50 added");
    expect((await terraform.plan(body)).code).toBe(0);
  });

  test("a state of megabytes passes", async () => {
    // From a file, because Terraform's own functions take most of a minute to build as much.
    await writeFile(join(terraform.path, "large.txt"), "0123456789".repeat(500_000));
    const body = block(`labels = { large = file("large.txt") }`);
    await terraform.apply(body);
    expect((await terraform.plan(body)).code).toBe(0);
  });
});
