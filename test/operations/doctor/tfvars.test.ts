import fc from "fast-check";
import { namesInTfvars } from "../../../lib/operations/doctor/tfvars";

test.each([
  ['a = 1\nb="x"\n', ["a", "b"]],
  ["", []],
  ["# a = 1\n// b = 2\nc = 3 # d = 4", ["c"]],
  ["map = {\n  a = 1\n}\nlist = [\n  { b = 1 },\n]\nlast = true", ["map", "list", "last"]],
  ["text = <<EOT\na = 1\n{\nEOT\nb = 2", ["text", "b"]],
  ["text = <<-END\n  a = 1\n  END\nb = 2", ["text", "b"]],
  ['a = "{ # not = a name"\nb = "\\"{"\nc = 1', ["a", "b", "c"]],
  ["a = 1\r\nb = 2\r\n", ["a", "b"]],
])("the names of %j are %j", (text, names) => {
  expect(namesInTfvars(text)).toEqual(names);
});

test("whatever the values are, each name is found once and in its order", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
  const value = fc.oneof(
    fc.string(),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.dictionary(name, fc.string()),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(name, value), { selector: ([first]) => first, maxLength: 6 }),
      (all) => {
        const text = all.map(([one, given]) => `${one} = ${JSON.stringify(given)}`).join("\n");
        expect(namesInTfvars(text)).toEqual(all.map(([one]) => one));
      },
    ),
  );
});

test("whatever the text is, it is read", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void namesInTfvars(text)));
});
