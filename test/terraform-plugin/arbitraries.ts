/** Random values, types and bytes for property tests. */
import * as fc from "fast-check";
import { Decimal } from "../../lib/terraform-plugin/number";
import { Dynamic, type Type, UNKNOWN, type Value } from "../../lib/terraform-plugin/value";

const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }),
  fc.bigInt({ min: -(2n ** 200n), max: -(2n ** 53n) }),
  fc.constant(0.1),
  fc.constant(new Decimal("3.14159265358979323846264338")),
);
/** Lengths on both sides of those at which the encoding changes, with and without a byte order mark. */
const text = fc
  .tuple(fc.constantFrom("", "\ufeff"), fc.constantFrom(0, 10, 31, 32, 51, 201, 256, 5000), fc.string())
  .map(([mark, length, end]) => `${mark}${"ü".repeat(length / 2)}${end}`);
/** A key of a map. */
export const key = fc.oneof(fc.string(), text).filter((name) => name !== "__proto__");
/** Up to as many bytes as the size says, not the handful that fast-check generates by default. */
export const bytesUpTo = (maxLength: number) => fc.uint8Array({ maxLength, size: "max" });

/** A type, and a value of it. */
export const typed: fc.Arbitrary<readonly [Type, Value]> = fc.letrec<{ any: readonly [Type, Value] }>(
  (tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.oneof(fc.string(), text).map((value): readonly [Type, Value] => ["string", value]),
      number.map((value): readonly [Type, Value] => ["number", value]),
      fc.boolean().map((value): readonly [Type, Value] => ["bool", value]),
      fc.constant<readonly [Type, Value]>(["string", null]),
      fc.constant<readonly [Type, Value]>(["number", UNKNOWN]),
      tie("any").map(([type, value]): readonly [Type, Value] => ["dynamic", new Dynamic(type, value)]),
      tie("any").map(([type, value]): readonly [Type, Value] => [
        ["list", type],
        [value, value],
      ]),
      tie("any").map(([type, value]): readonly [Type, Value] => [["set", type], [value]]),
      fc
        .tuple(key, tie("any"))
        .map(([name, [type, value]]): readonly [Type, Value] => [["map", type], { [name]: value }]),
      fc
        .dictionary(key, tie("any"), { maxKeys: 4 })
        .map((members): readonly [Type, Value] => [
          ["object", Object.fromEntries(Object.entries(members).map(([name, [type]]) => [name, type]))],
          Object.fromEntries(Object.entries(members).map(([name, [, value]]) => [name, value])),
        ]),
      fc
        .array(tie("any"), { maxLength: 3 })
        .map((items): readonly [Type, Value] => [
          ["tuple", items.map(([type]) => type)],
          items.map(([, value]) => value),
        ]),
    ),
  }),
).any;
