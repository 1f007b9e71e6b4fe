import { integer, list, map, nested, set, string } from "../../lib/terraform-plugin";
import { pathSteps } from "../../lib/terraform-plugin/diagnostics";
import { fieldsOf } from "../../lib/terraform-plugin/fields";
import { optional, required } from "./undescribed";

const fields = fieldsOf({
  attributes: {
    ports: optional(list(nested({ host: required(integer) }))),
    members: optional(set(nested({ who: required(string) }))),
    env: optional(map(string)),
  },
  blocks: {},
});

test("the path of a diagnostic has names, indices and keys, and ends at a set and where the schema ends", () => {
  expect(pathSteps(fields, ["ports", 0, "host"])).toEqual([
    { attribute_name: "ports" },
    { element_key_int: 0 },
    { attribute_name: "host" },
  ]);
  expect(pathSteps(fields, ["env", "KEY"])).toEqual([
    { attribute_name: "env" },
    { element_key_string: "KEY" },
  ]);
  expect(pathSteps(fields, ["members", 0, "who"])).toEqual([{ attribute_name: "members" }]);
  expect(pathSteps(fields, ["bogus"])).toEqual([]);
});
