import {
  integer,
  list,
  listNestedBlock,
  map,
  nested,
  set,
  string,
  UNKNOWN,
} from "../../lib/terraform-plugin";
import { fieldsOf } from "../../lib/terraform-plugin/fields";
import { plan, replacements } from "../../lib/terraform-plugin/plan";
import type { ObjectValue, Value } from "../../lib/terraform-plugin/value";
import { computed, defaulted, optional, optionalComputed, required, writeOnly } from "./undescribed";

const schema = {
  attributes: {
    name: required(string, { requiresReplace: true }),
    size: defaulted(integer, 1),
    ports: optional(
      list(
        nested({
          host: required(integer, { requiresReplace: true }),
          id: computed(string, { useStateForUnknown: true }),
        }),
      ),
    ),
    members: optional(
      set(nested({ who: required(string), role: defaulted(string, "reader"), id: computed(string) })),
    ),
    env: optional(map(string)),
    color: optionalComputed(string),
    secret: writeOnly(string),
    revision: computed(integer),
  },
  blocks: { step: listNestedBlock({ attributes: { run: required(string) } }) },
};
const fields = fieldsOf(schema);
const nothing = {
  ports: null,
  members: null,
  env: null,
  color: null,
  secret: null,
  revision: null,
  step: [],
};

describe("a plan", () => {
  const prior = { ...nothing, name: "a", size: 1, color: "red", revision: 4 };

  test("computed values stay in a plan that changes nothing", () => {
    const config = { ...nothing, name: "a", size: null };
    expect(plan(fields, { config, prior, proposed: { ...prior, size: null } })).toEqual(prior);
  });

  test("computed values are unknown in a plan that changes something, and configured values are not", () => {
    const config = { ...nothing, name: "a", size: 2, color: "blue" };
    expect(plan(fields, { config, prior, proposed: { ...prior, size: 2, color: "blue" } })).toMatchObject({
      size: 2,
      color: "blue",
      revision: UNKNOWN,
    });
  });

  test("a plan holds no write-only value", () => {
    const config = { ...nothing, name: "a", size: null, secret: "hunter2" };
    const planned = plan(fields, { config, prior: null, proposed: config });
    expect(planned["secret"]).toBeNull();
  });

  test("each member of a set gets its own defaults, in whatever order Terraform sends them", () => {
    const said = [
      { who: "a", role: "writer", id: null },
      { who: "b", role: null, id: null },
    ];
    const config = { ...nothing, name: "a", size: null, members: said };
    const proposed = { ...config, members: [...said].reverse() };
    expect(plan(fields, { config, prior: null, proposed })["members"]).toEqual([
      { who: "b", role: "reader", id: UNKNOWN },
      { who: "a", role: "writer", id: UNKNOWN },
    ]);
  });

  test("a change of a nested attribute with requiresReplace replaces, and so does the loss of a list element", () => {
    const ports = (...hosts: number[]) => ({ ...prior, ports: hosts.map((host) => ({ host, id: "x" })) });
    const said = { ...prior, color: null, revision: null };
    expect(replacements(fields, ports(1, 3), ports(1, 2), said)).toEqual([["ports", 1, "host"]]);
    expect(replacements(fields, ports(1), ports(1, 2), said)).toEqual([["ports"]]);
    expect(replacements(fields, { ...prior, size: 9 }, prior, said)).toEqual([]);
    const unknown: ObjectValue = { ...prior, name: UNKNOWN };
    expect(replacements(fields, unknown, prior, unknown)).toEqual([["name"]]);
  });

  test("a value that is unknown only because something else changes does not replace", () => {
    const zoned = fieldsOf({
      attributes: {
        size: required(integer),
        zone: optionalComputed(string, { requiresReplace: true }),
        disks: optional(
          list(nested({ gib: required(integer), kind: optionalComputed(string, { requiresReplace: true }) })),
        ),
      },
      blocks: {},
    });
    const replacing = (config: ObjectValue, proposed: ObjectValue) => {
      const before = { size: 1, zone: "north", disks: [{ gib: 1, kind: "fast" }] };
      return replacements(zoned, plan(zoned, { config, prior: before, proposed }), before, config);
    };
    const disks = (gib: number, kind: Value): ObjectValue[] => [{ gib, kind }];
    expect(
      replacing(
        { size: 2, zone: null, disks: disks(2, null) },
        { size: 2, zone: "north", disks: disks(2, "fast") },
      ),
    ).toEqual([]);
    expect(
      replacing(
        { size: 1, zone: "south", disks: disks(1, "slow") },
        { size: 1, zone: "south", disks: disks(1, "slow") },
      ),
    ).toEqual([["zone"], ["disks", 0, "kind"]]);
    expect(
      replacing({ size: 1, zone: UNKNOWN, disks: null }, { size: 1, zone: UNKNOWN, disks: null }),
    ).toContainEqual(["zone"]);
  });

  test("a value that the provider computed gets no defaults inside", () => {
    const computing = fieldsOf({
      attributes: { routes: optionalComputed(list(nested({ cost: defaulted(integer, 1) }))) },
      blocks: {},
    });
    const before = { routes: [{ cost: 5 }] };
    expect(plan(computing, { config: { routes: null }, prior: before, proposed: before })).toEqual(before);
    expect(
      plan(computing, {
        config: { routes: [{ cost: null }] },
        prior: before,
        proposed: { routes: [{ cost: null }] },
      }),
    ).toEqual({ routes: [{ cost: 1 }] });
  });
});
