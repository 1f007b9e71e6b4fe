import { Fn, TerraformLocal, TerraformOutput, TerraformStack, TerraformVariable, Token } from "cdktf";
import { Construct } from "constructs";
import { asExpression, exposureOf, isSensitive } from "../../lib/support/terraform-values";
import { newApp } from "../agents";

const app = newApp();
const stack = new TerraformStack(app, "agent");
const other = new TerraformStack(app, "other");
const deep = new Construct(stack, "group");

const variable = (scope: Construct, id: string, settings: object, overrides: object = {}) => {
  const made = new TerraformVariable(scope, id, { type: "string", ...settings });
  for (const [name, value] of Object.entries(overrides)) made.addOverride(name, value);
  return made.stringValue;
};

const sensitive = variable(stack, "sensitive", { sensitive: true });
const plain = variable(stack, "plain", {});
const preset = variable(stack, "preset", { sensitive: true, default: "hunter2" });
const emptyPreset = variable(stack, "empty", { sensitive: true, default: "" });
const ephemeral = variable(stack, "ephemeral", {}, { ephemeral: true });
const ephemeralPreset = variable(stack, "ephemeral_preset", { default: "hunter2" }, { ephemeral: true });
const below = variable(deep, "plain", {});
const foreign = variable(other, "sensitive_there", { sensitive: true });
const keys = new TerraformVariable(stack, "keys", {
  type: "map(string)",
  sensitive: true,
  default: { a: "hunter2" },
});
const empty = new TerraformVariable(stack, "more_keys", {
  type: "map(string)",
  sensitive: true,
  default: {},
});
const local = (id: string, value: unknown) => new TerraformLocal(stack, id, value).asString;
const localInOther = new TerraformLocal(other, "local_there", plain).asString;
new TerraformOutput(stack, "out", { value: "x" });
const circle = new TerraformLocal(stack, "circle", "${local.circle}").asString;

test.each([
  ["a plain variable", plain, "the variable plain, which is not sensitive"],
  ["the same, written by hand", "${var.plain}", "the variable plain, which is not sensitive"],
  ["one below another construct", below, "the variable plain, which is not sensitive"],
  ["one in a text", `x-${plain}-y`, "which is not sensitive"],
  ["one in a function", Fn.trimspace(plain), "which is not sensitive"],
  ["one deep in functions", Fn.join("-", ["a", Fn.base64encode(plain)]), "which is not sensitive"],
  ["one in an expression by hand", '${join("", ["Bearer ", var.plain])}', "which is not sensitive"],
  ["two of them", `${plain}${below}`, "which is not sensitive"],
  ["one with a default", preset, "the variable preset, whose default stands in cdk.tf.json"],
  ["a default, made sensitive", Fn.sensitive(preset), "whose default stands in cdk.tf.json"],
  ["an ephemeral one with a default", ephemeralPreset, "whose default stands in cdk.tf.json"],
  ["a map with a default", Fn.lookup(keys.value, "a"), "the variable keys, whose default"],
  ["a sensitive one that is made public", Fn.nonsensitive(sensitive), "nonsensitive()"],
  ["one of another stack", foreign, "the variable sensitive_there of the stack other"],
  ["a local of a plain one", local("l1", plain), "the variable plain, which is not sensitive"],
  ["a local of a local of a plain one", local("l3", local("l2", plain)), "which is not sensitive"],
  ["a local with a literal", local("l4", "hunter2"), "the local l4, which is a literal"],
  ["a local with a literal, made sensitive", Fn.sensitive(local("l5", "hunter2")), "which is a literal"],
  ["a literal as a token", Token.asString("hunter2"), "is a literal"],
  ["a literal in a function", Fn.base64decode("aHVudGVyMg=="), "is a literal"],
])("%s is exposed", (_what, value, reason) => {
  const exposure = exposureOf(stack, value);
  expect(exposure).toContain(reason);
  expect(exposure).not.toContain("hunter2");
});

test.each([
  ["a sensitive variable", sensitive],
  ["a sensitive variable in a text", `Bearer ${sensitive}`],
  ["a sensitive variable in a function", Fn.trimspace(sensitive)],
  ["a sensitive variable beside a plain one", `${plain}:${sensitive}`],
  ["an ephemeral variable", ephemeral],
  ["a sensitive variable with an empty default", emptyPreset],
  ["a map with an empty default", Fn.lookup(empty.value, "a")],
  ["a plain variable that is made sensitive", Fn.sensitive(plain)],
  ["one of another stack that is made sensitive", Fn.sensitive(foreign)],
  ["a local of a sensitive variable", local("s1", sensitive)],
  ["a local of no text", local("s2", { a: 1 })],
  ["a local of an attribute", local("s3", "${random_password.p.result}")],
  ["a local that names itself", circle],
  ["a variable of no construct", "${var.from_an_override}"],
  ["an attribute of a resource", "${random_password.p.result}"],
  ["a data source", '${data.vault_generic_secret.x.data["key"]}'],
  ["a module's output", "${module.secrets.key}"],
  ["a file", '${file("/run/secrets/key")}'],
  ["a plain variable in the name of a file", "${data.local_file.x.content}${var.plain}"],
  ["text that looks like a variable", '${jsonencode("var.plain")}${random_password.p.result}'],
])("%s is not known to be exposed", (_what, value) => expect(exposureOf(stack, value)).toBeUndefined());

test("a variable is taken from the stack that uses it, not from another of the same name", () => {
  variable(other, "plain", { sensitive: true });
  expect(exposureOf(other, "${var.plain}")).toBeUndefined();
  expect(exposureOf(stack, "${var.plain}")).toBeDefined();
});

test("a local of another stack is followed there", () =>
  expect(exposureOf(stack, localInOther)).toBeDefined());

test("text with tokens becomes the text that Terraform reads", () => {
  expect(asExpression(stack, `a ${plain} b`)).toBe("a ${var.plain} b");
  expect(asExpression(stack, "as it is ${NAME}")).toBe("as it is ${NAME}");
});

test.each([
  ["a sensitive variable", sensitive, true],
  ["one in a text", `x-${sensitive}-y`, true],
  ["one of another stack", foreign, true],
  ["one through two locals", local("of_local", local("of_sensitive", sensitive)), true],
  ["an ephemeral variable", ephemeral, true],
  ["a plain one, made sensitive", Fn.sensitive(plain), true],
  ["a plain variable", plain, false],
  ["a local of a plain one", local("of_plain", plain), false],
  ["a local of itself", circle, false],
  ["a literal", "hunter2", false],
])("whether Terraform keeps it secret: %s", (_, value, expected) => {
  expect(isSensitive(stack, value)).toBe(expected);
});
