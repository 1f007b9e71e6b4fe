import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeWithTerraform } from "../terraform";
import { settled, thing, Workspace } from "./terraform";

jest.setTimeout(60_000);

describeWithTerraform("the life of a resource under the real Terraform", () => {
  let terraform: Workspace;
  beforeEach(async () => {
    terraform = await Workspace.inProcess();
  });
  afterEach(() => terraform.close());

  test("an update in place keeps values with useStateForUnknown, and shows others as known after apply", async () => {
    await settled(terraform, thing("size = 1\nports = [{ host = 80 }]"));
    const { output } = await terraform.plan(thing("size = 2\nports = [{ host = 80 }]"));
    expect(output).toContain("~ size     = 1 -> 2");
    expect(output).toContain("~ revision = 1 -> (known after apply)");
    expect(output).not.toContain("~ id");
    expect(await settled(terraform, thing("size = 2\nports = [{ host = 80 }]"))).toMatchObject({
      size: 2,
      revision: 2,
    });
  });

  test("a plan shows drift, and creates a thing that no longer exists", async () => {
    await settled(terraform, thing("size = 2"));
    await writeFile(terraform.thing("thinga"), JSON.stringify({ size: 5, revision: 4 }));
    const drift = await terraform.run("plan");
    expect(drift.output).toContain("must be replaced");
    expect(drift.output).toContain("A thing can't shrink, so it is replaced");
    await rm(terraform.thing("thinga"));
    expect((await terraform.run("plan")).output).toContain("1 to add");
  });

  test("a change of an attribute with requiresReplace replaces the resource, inside a block too", async () => {
    await settled(terraform, `resource "example_thing" "a" {\n  name = "one"\n}\n`);
    const renamed = await terraform.plan(`resource "example_thing" "a" {\n  name = "two"\n}\n`);
    expect(renamed.output).toContain("# forces replacement");
    await settled(terraform, thing(`mount {\n target = "/a"\n }`));
    const remounted = await terraform.plan(thing(`mount {\n target = "/b"\n }`));
    expect(remounted.output).toContain("must be replaced");
    const remoded = await terraform.plan(thing(`labels = { a = "b" }\nmount {\n target = "/a"\n }`));
    expect(remoded.output).toContain("will be updated in-place");
  });

  test("any change replaces a resource without update, and its numbers keep every digit", async () => {
    const marker = (text: string) => `resource "example_marker" "a" {\n  text = "${text}"\n}\n`;
    await terraform.apply(marker("abc"));
    expect(await terraform.rawState()).toContain("3.12345678901234567890123");
    expect((await terraform.plan(marker("abc"))).code).toBe(0);
    expect((await terraform.plan(marker("abcd"))).output).toContain("must be replaced");
  });

  test("a change of a timeout does not replace a resource without update", async () => {
    const marker = (timeout: string) =>
      `resource "example_marker" "a" {\n  text = "abc"\n  timeouts {\n    create = "${timeout}"\n  }\n}\n`;
    await terraform.apply(marker("1m"));
    expect(await terraform.apply(marker("2m"))).toContain("0 added, 1 changed, 0 destroyed");
    expect((await terraform.plan(marker("2m"))).code).toBe(0);
  });

  test("destroy removes the thing, unless planDestroy adds an error", async () => {
    await settled(terraform, thing(`label = "protected"`));
    const refused = await terraform.run("destroy", "-auto-approve");
    expect(refused.code).toBe(1);
    expect(refused.output).toContain("This thing is protected");
    await settled(terraform, thing(""));
    expect((await terraform.run("destroy", "-auto-approve")).code).toBe(0);
    expect(await terraform.stored("thinga")).toBeNull();
  });

  test("the plan after an import by command or by block is empty when the configuration matches", async () => {
    await writeFile(terraform.thing("thinga"), JSON.stringify({ size: 4, revision: 9 }));
    await terraform.write(thing("size = 4"));
    const imported = await terraform.run("import", "example_thing.a", "thinga");
    expect(imported.output).toContain("Import successful!");
    expect((await terraform.run("plan", "-detailed-exitcode")).code).toBe(0);
    await writeFile(terraform.thing("thingb"), JSON.stringify({ size: 1, revision: 1 }));
    await terraform.write(
      `${thing("size = 4")}${thing("", "b")}import {\n to = example_thing.b\n id = "thingb"\n}\n`,
    );
    expect((await terraform.run("plan")).output).toContain(
      "1 to import, 0 to add, 0 to change, 0 to destroy",
    );
    const absent = await terraform.run("import", "example_thing.c", "nothing");
    expect(absent.code).toBe(1);
  });

  test("an import fails with the reason when the thing does not exist, and when the resource has no import", async () => {
    await terraform.write(`${thing("")}resource "example_marker" "m" {\n text = "x"\n}\n`);
    const nothing = await terraform.run("import", "example_thing.a", "nothing");
    expect(nothing.output).toContain("There is no thing called nothing");
    const impossible = await terraform.run("import", "example_marker.m", "x");
    expect(impossible.output).toContain("example_marker can't be imported");
  });

  test("state of an older schema version is upgraded version by version, without rounding", async () => {
    await settled(terraform, thing("size = 7\nbig = 12345678901234567890"));
    const state = JSON.parse((await terraform.rawState()).replace(/12345678901234567890/, `"BIG"`));
    const [instance] = state.resources[0].instances;
    const { name, size, ...others } = instance.attributes;
    instance.schema_version = 0;
    instance.attributes = { ...others, title: name, gone: "x" };
    const old = JSON.stringify({ ...state, serial: 50 }).replace(`"BIG"`, "12345678901234567890");
    await writeFile(join(terraform.path, "terraform.tfstate"), old);
    expect([size, (await terraform.plan(thing("size = 7\nbig = 12345678901234567890"))).code]).toEqual([
      7, 0,
    ]);
  });

  test("Terraform refuses state of a newer schema version", async () => {
    await settled(terraform, thing(""));
    const newer = (await terraform.rawState()).replace(/"schema_version": 2/, `"schema_version": 3`);
    await writeFile(join(terraform.path, "terraform.tfstate"), newer);
    expect((await terraform.run("plan")).output).toContain(
      "Resource instance managed by newer provider version",
    );
  });
});
