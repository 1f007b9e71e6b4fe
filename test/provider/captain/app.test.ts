import fc from "fast-check";
import { readApp } from "../../../lib/provider/captain/app";
import type { JsonObject } from "../../../lib/provider/captain/json";

it("any JSON object can be read as an app", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (json) => {
      const raw: JsonObject = JSON.parse(JSON.stringify(json));
      expect(readApp(raw).raw).toBe(raw);
    }),
  );
});
