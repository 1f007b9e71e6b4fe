import fc from "fast-check";
import { MASKS, variablesOf, WantedValue } from "../../../lib/provider/settings/wanted-value";

const masks = Object.values(MASKS);
const text = fc.oneof(fc.string(), fc.constantFrom(...masks));
const wanted = fc.oneof(text.map(WantedValue.of), fc.option(text, { nil: undefined }).map(WantedValue.kept));
const name = fc.constantFrom("FIRST", "SECOND", "constructor", "__proto__");
const saved = fc.array(fc.record({ key: name, value: fc.string() }), { maxLength: 4 });

it("no mask is ever sent, whatever a plan or a configuration holds", () => {
  fc.assert(
    fc.property(fc.dictionary(name, wanted), saved, (environment, before) => {
      for (const { value } of variablesOf(environment, before)) {
        const isSaved = before.some((one) => one.value === value);
        expect(isSaved || !masks.some((mask) => mask === value)).toBe(true);
      }
    }),
  );
});

it("a variable that is kept is sent as often as it is saved, and with the fallback when it is not", () => {
  fc.assert(
    fc.property(saved, fc.option(fc.string(), { nil: undefined }), (before, otherwise) => {
      const own = before.filter(({ key }) => key === "FIRST");
      const fallback = otherwise === undefined ? [] : [{ key: "FIRST", value: otherwise }];
      expect(variablesOf({ FIRST: WantedValue.kept(otherwise) }, before)).toEqual(
        own.length > 0 ? own : fallback,
      );
    }),
  );
});

it("a value that is not kept replaces all that is saved", () => {
  fc.assert(
    fc.property(saved, fc.string(), (before, value) => {
      expect(variablesOf({ FIRST: WantedValue.of(value) }, before)).toEqual([{ key: "FIRST", value }]);
    }),
  );
});
