import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeWithTerraform } from "../terraform";
import { thing, Workspace } from "./terraform";

jest.setTimeout(60_000);

describeWithTerraform("a provider as a whole under the real Terraform", () => {
  let terraform: Workspace;
  beforeEach(async () => {
    terraform = await Workspace.inProcess();
  });
  afterEach(() => terraform.close());

  test("a data source reads, and gets its defaults", async () => {
    await writeFile(terraform.thing("x"), JSON.stringify({ size: 42, revision: 1 }));
    const output = await terraform.apply(`
data "example_lookup" "x" { name = "x" }
data "example_lookup" "y" { name = "y" }
output "sizes" { value = [data.example_lookup.x.size, data.example_lookup.y.size] }
`);
    expect(output.replace(/\s+/g, "")).toContain("sizes=[42,-1,]");
  });

  test("the configuration of the provider may be ephemeral, and may not be unknown", async () => {
    await terraform.write(
      `variable "password" {\n  type      = string\n  ephemeral = true\n  default   = "ephemeral-1"\n}\n${thing("")}`,
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

  test("two configurations of one provider in one process stay apart", async () => {
    const mirror = join(terraform.path, "mirror");
    await mkdir(mirror);
    await writeFile(terraform.thing("x"), JSON.stringify({ size: 1, revision: 1 }));
    await writeFile(join(mirror, "x.json"), JSON.stringify({ size: 2, revision: 1 }));
    const lookup = (name: string, provider: string) =>
      `data "example_lookup" "${name}" {\n name = "x"\n provider = ${provider}\n}\n`;
    const output = await terraform.apply(
      `provider "example" {\n  alias     = "other"\n  directory = "${mirror}"\n}\n` +
        `${lookup("main", "example")}${lookup("other", "example.other")}${thing("")}` +
        `output "sizes" { value = [data.example_lookup.main.size, data.example_lookup.other.size] }\n`,
    );
    expect(output.replace(/\s+/g, "")).toContain("sizes=[1,2,]");
    expect(await terraform.stored("thinga")).toMatchObject({ size: 1 });
    expect(await readdir(mirror)).toEqual(["x.json"]);
  });

  test("resources are applied at the same time: two that wait for each other are created", async () => {
    const meets = (name: string, other: string) =>
      thing(`fault = "meets thing${other}"\ntimeouts {\n create = "20s"\n }`, name);
    expect(await terraform.apply(meets("a", "b") + meets("b", "a"))).toContain("2 added");
  });

  test("many resources are applied at once", async () => {
    const body = `resource "example_thing" "a" {\n  for_each = toset([for n in range(50) : join("", [for c in split("", tostring(n)) : substr("abcdefghij", tonumber(c), 1)])])\n  name = each.key\n}\n`;
    expect(await terraform.apply(body)).toContain("50 added");
    expect((await terraform.plan(body)).code).toBe(0);
  });

  test("a state of several megabytes is stored and read", async () => {
    // From a file, because Terraform's functions take most of a minute to build such a string.
    await writeFile(join(terraform.path, "large.txt"), "0123456789".repeat(500_000));
    const body = thing(`labels = { large = file("large.txt") }`);
    await terraform.apply(body);
    expect((await terraform.plan(body)).code).toBe(0);
  });
});
