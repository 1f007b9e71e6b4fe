import fc from "fast-check";
import { parseImportId } from "../../../lib/provider/resources/import-id";

const FORM = "the app's name";
const secretsIn = (id: string) => {
  const { name, values } = parseImportId(id, FORM, ["secret"]);
  return [name, ...values.secret];
};

it.each([
  ["hermes", ["hermes"]],
  ["hermes?", ["hermes"]],
  ["hermes?secret=", ["hermes"]],
  ["hermes?secret=API_KEY", ["hermes", "API_KEY"]],
  ["hermes?secret=API_KEY,TOKEN", ["hermes", "API_KEY", "TOKEN"]],
  ["hermes?secret=API_KEY, TOKEN", ["hermes", "API_KEY", "TOKEN"]],
  ["hermes?secret=API_KEY&secret=TOKEN", ["hermes", "API_KEY", "TOKEN"]],
  ["hermes?secret=API_KEY,", ["hermes", "API_KEY"]],
  // such a name no app and no variable has, which the import says then
  ["hermes#secret=API_KEY", ["hermes#secret=API_KEY"]],
  ["hermes?secret=API_KEY?secret=TOKEN", ["hermes", "API_KEY?secret=TOKEN"]],
])("the import id %s is read whole", (id, read) => {
  expect(secretsIn(id)).toEqual(read);
});

it.each([
  ["hermes?secrets=API_KEY", "secrets", 'Did you mean "secret"?'],
  ["hermes?Secret=API_KEY", "Secret", 'Did you mean "secret"?'],
  ["hermes?sceret=API_KEY", "sceret", 'Did you mean "secret"?'],
  ["hermes?secret=API_KEY&secrets=TOKEN", "secrets", 'Did you mean "secret"?'],
  ["hermes?secret=API_KEY&TOKEN", "TOKEN", "The id is the app's name"],
  ["hermes?API_KEY", "API_KEY", "The id is the app's name"],
  ["hermes? secret=API_KEY", " secret", 'Did you mean "secret"?'],
  ["hermes?=API_KEY", "", "The id is the app's name"],
])("the import id %s is refused", (id, parameter, detail) => {
  expect(() => secretsIn(id)).toThrow(
    expect.objectContaining({
      message: `An import id has no parameter "${parameter}"`,
      detail: expect.stringContaining(detail),
    }),
  );
});

it("an id of something without parameters is refused with any, and read without", () => {
  expect(parseImportId("agent/agent.example.com", "app/domain", []).name).toBe("agent/agent.example.com");
  expect(() => parseImportId("agent/agent.example.com?ssl=false", "app/domain", [])).toThrow(
    'An import id has no parameter "ssl"',
  );
});

it("each name of a secret variable is found, however many there are and however they are written", () => {
  const names = fc.array(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(names, fc.boolean(), (keys, inOne) => {
      const query = inOne ? `secret=${keys.join(",")}` : keys.map((key) => `secret=${key}`).join("&");
      expect(secretsIn(`hermes?${query}`)).toEqual(["hermes", ...keys]);
    }),
  );
});
