import { writeFile } from "node:fs/promises";
import { describeWithTerraform } from "../terraform";
import { settled, thing, Workspace } from "./terraform";

jest.setTimeout(60_000);

describeWithTerraform("errors and warnings under the real Terraform", () => {
  let terraform: Workspace;
  beforeEach(async () => {
    terraform = await Workspace.inProcess();
  });
  afterEach(() => terraform.close());

  test("a thing stays in the state when its delete fails", async () => {
    await settled(terraform, thing(`fault = "stays"`));
    const { output } = await terraform.run("destroy", "-auto-approve");
    expect(output).toContain("the thing does not want to go");
    expect(await terraform.state()).toHaveProperty(["example_thing.a"]);
  });

  test("an error that a resource throws is printed without secrets", async () => {
    await terraform.write(
      thing(`token = "token-1234"\nsecret = "secret-5678"\nfault = "leaks"`),
      `password = "password-9"`,
    );
    const { output } = await terraform.run("apply", "-auto-approve");
    expect(output).toMatch(
      /connect failed for \(sensitive value\) and \(sensitive value\) and \(sensitive\s+value\)/,
    );
    expect(output).not.toMatch(/token-1234|secret-5678|password-9/);
    expect((await terraform.run("plan")).output).toContain("token    = (sensitive value)");
  });

  test("all errors of a configuration are reported at once, each with its attribute", async () => {
    const { output } = await terraform.plan(
      `resource "example_thing" "a" {\n  name = "BAD"\n  size = -1\n  ports = [{ host = 80 }, { host = 70000 }]\n  labels = { k = null }\n}\n`,
    );
    expect(output).toContain(`"BAD" may hold only lower-case letters`);
    expect(output).toContain("Give a size of 0 or more");
    expect(output).toContain("Invalid value for ports[1].host");
    expect(output).toContain("Port 70000 is above 65535");
    expect(output).toContain("Invalid value for labels.k");
  });

  test("a configuration that the schema does not allow is an error", async () => {
    expect((await terraform.plan(thing(`bogus = 1`))).output).toContain(
      `An argument named "bogus" is not expected here`,
    );
    const steps = `step {\n run = "x"\n }\n`.repeat(4);
    expect((await terraform.plan(thing(steps))).output).toContain("Too many step blocks");
    expect((await terraform.plan(thing(`id = "x"`))).output).toContain("Attribute id can't be set");
  });

  test("warnings and deprecations are printed, and the apply succeeds", async () => {
    const output = await terraform.apply(thing(`label = "x"\nfault = "warns"`));
    expect(output).toContain("Attribute label is deprecated");
    expect(output).toContain("Use labels instead.");
    expect(output).toContain("It went well, but look");
  });

  test("the state stays empty when a create fails before it saves a state", async () => {
    await terraform.write(thing(`fault = "throws"`));
    const { output } = await terraform.run("apply", "-auto-approve");
    expect(output).toContain("The directory said no");
    expect(output).toContain("Ask again.");
    expect(await terraform.state()).toEqual({});
  });

  test("a thing is tainted, and replaced, when its create fails after it saved a state", async () => {
    await terraform.write(thing(`fault = "halfway"`));
    expect((await terraform.run("apply", "-auto-approve")).output).toContain("the second step failed");
    expect((await terraform.state())["example_thing.a"]).toMatchObject({
      status: "tainted",
      attributes: { id: "id-thinga", color: null },
    });
    expect((await terraform.plan(thing(""))).output).toContain("is tainted, so must be replaced");
  });

  test("the state stays as it was when an update fails", async () => {
    await settled(terraform, thing("size = 1"));
    await terraform.write(thing(`size = 2\nfault = "throws"`));
    expect((await terraform.run("apply", "-auto-approve")).output).toContain("update refused");
    expect((await terraform.state())["example_thing.a"]).toMatchObject({
      attributes: { size: 1, fault: null },
    });
  });

  test("a result that differs from the plan is an error that names the attribute, and the thing is tainted", async () => {
    await terraform.write(thing(`size = 2\nfault = "lies"`));
    const { output } = await terraform.run("apply", "-auto-approve");
    expect(output).toContain("size is not what was planned");
    expect(output).toContain("Planned: 2. After apply: 3.");
    expect((await terraform.state())["example_thing.a"]).toMatchObject({ status: "tainted" });
  });

  test("update and read see the private state that create left", async () => {
    await settled(terraform, thing(""));
    await terraform.write(thing(`fault = "throws"`));
    expect((await terraform.run("apply", "-auto-approve")).output).toContain("private state create");
    await writeFile(terraform.thing("thinga"), JSON.stringify({ size: 99, revision: 1 }));
    expect((await terraform.run("plan")).output).toContain("the private state says create");
  });

  test("an operation is aborted at its timeout, and the error says so", async () => {
    await terraform.write(thing(`fault = "hangs"\ntimeouts {\n create = "300ms"\n }`));
    const { output } = await terraform.run("apply", "-auto-approve");
    expect(output).toContain("It took longer than 0.3 s");
    await settled(terraform, thing(`fault = "hangs on delete"\ntimeouts {\n delete = "200ms"\n }`));
    expect((await terraform.run("destroy", "-auto-approve")).output).toContain("It took longer than 0.2 s");
    const wrong = await terraform.plan(thing(`timeouts {\n create = "soon"\n }`));
    expect(wrong.output).toContain(`"soon" is not a duration`);
  });
});
