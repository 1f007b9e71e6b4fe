import { Token } from "cdktf";
import fc from "fast-check";
import * as z from "zod";
import { inSecretsFile } from "../../lib";
import { HERMES_APP_SCHEMA } from "../../lib/agent/schema";
import { HermesConfigError } from "../../lib/support/errors";
import {
  anyText,
  choice,
  confidential,
  construct,
  either,
  flag,
  json,
  listOf,
  listOrToken,
  literalText,
  literalWholeNumber,
  mapOf,
  optional,
  propsSchema,
  secret,
  text,
  validateProps,
  wholeNumber,
} from "../../lib/support/validation";
import { newStack } from "../agents";

/** It is only at places of secrets, so a message that contains it shows a secret. */
const MARKER = "Zq7-marker";

const SCOPE = newStack();

/** The message with which the props are rejected; undefined if they are accepted. */
function messageOf(schema: z.ZodType, props: unknown): string | undefined {
  try {
    validateProps(SCOPE, () => schema, props);
    return undefined;
  } catch (error) {
    if (error instanceof HermesConfigError) return [error.message, error.stack].join("\n");
    throw error;
  }
}

/** A secret in every form in which people may pass it. */
const LEAKS: readonly unknown[] = [
  MARKER,
  ` ${MARKER}`,
  `\${${MARKER}}`,
  [MARKER],
  [[{ value: MARKER }]],
  { value: MARKER },
  { key: { password: [MARKER] } },
  { [`TOKEN=${MARKER}`]: 1 },
  new Map([[MARKER, MARKER]]),
  new Error(MARKER),
  Symbol(MARKER),
  () => MARKER,
  Token.asString(MARKER),
  Token.asList([MARKER]),
  Token.asAny({ value: MARKER }),
];

/** A schema and values for it, valid and invalid. All their secrets contain the marker. */
interface Place {
  readonly schema: z.ZodType;
  readonly value: fc.Arbitrary<unknown>;
  /** It is a place for a secret, or contains one. */
  readonly secret: boolean;
}

const junk = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom<unknown>(null, undefined, [], {}, [{}], "${var.x}", Token.asNumber("${var.n}"), "#"),
);
const leak = fc.constantFrom(...LEAKS);

const plainPlace = fc
  .constantFrom(
    () => text(/^[a-z]+$/, "a word"),
    () => literalText(/^[a-z]+$/, "a word"),
    () => anyText(),
    () => wholeNumber(1, 9, "parts"),
    () => literalWholeNumber(1, 9, "parts"),
    () => flag(),
    () => choice("a", "b"),
  )
  .map((build): Place => ({ schema: build(), value: junk, secret: false }));

const secretPlace = fc
  .constantFrom(
    () => secret(),
    () => secret().refine(() => false, "another secret"),
    () => confidential(anyText()),
    () => confidential(wholeNumber(1, 9, "parts")),
    () => construct("Thing", () => false),
    () => json(),
    () => z.any().refine(() => false, "something else"),
  )
  .map((build): Place => ({ schema: build(), value: fc.oneof(leak, junk), secret: true }));

/** People may pass the secret itself instead of the object around it. */
function holding(within: readonly Place[], schema: z.ZodType, value: fc.Arbitrary<unknown>): Place {
  const secret = within.some((place) => place.secret);
  return { schema, value: secret ? fc.oneof({ weight: 3, arbitrary: value }, leak, junk) : value, secret };
}

const { place } = fc.letrec<{ place: Place }>((tie) => ({
  place: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    plainPlace,
    secretPlace,
    tie("place").map((of) => holding([of], optional(of.schema), of.value)),
    tie("place").map((of) => holding([of], listOf(of.schema), fc.array(of.value, { maxLength: 3 }))),
    tie("place").map((of) => holding([of], listOrToken(of.schema), fc.array(of.value, { maxLength: 3 }))),
    tie("place").map((of) => holding([of], mapOf(/^[A-Z]+$/, "TZ", of.schema), mapWith(of, of.secret))),
    tie("place").map((of): Place => {
      const free = confidential(mapOf(/^[A-Z]+$/, "TZ", of.schema));
      return {
        schema: free,
        value: fc.oneof(mapWith({ ...of, value: fc.oneof(leak, junk) }, true), leak),
        secret: true,
      };
    }),
    fc
      .tuple(tie("place"), tie("place"))
      .map(([a, b]) =>
        holding(
          [a, b],
          propsSchema({ a: a.schema, b: b.schema }),
          fc.record({ a: a.value, b: b.value, c: junk }),
        ),
      ),
    fc.tuple(tie("place"), tie("place")).map(([a, b]) => {
      // A value of one branch is also checked by the other one, so neither is public.
      const value = a.secret === b.secret ? fc.oneof(a.value, b.value) : fc.oneof(leak, junk);
      return holding([a, b], either("this or that", a.schema, b.schema), value);
    }),
  ),
}));

function mapWith({ value }: Place, secretNames: boolean): fc.Arbitrary<unknown> {
  const names = secretNames ? ["TZ", "a b", MARKER, `TOKEN=${MARKER}`] : ["TZ", "a b"];
  return fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 });
}

/** The paths of secrets in a schema, found by what each place accepts. */
function secretsIn(schema: z.ZodType, path: readonly string[] = []): readonly (readonly string[])[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([prop, below]) =>
      below instanceof z.ZodType ? secretsIn(below, [...path, prop]) : [],
    );
  if (schema instanceof z.ZodOptional) {
    const inner = schema.unwrap();
    return inner instanceof z.ZodType ? secretsIn(inner, path) : [];
  }
  if (schema.safeParse(inSecretsFile).success) return [path];
  if (schema instanceof z.ZodUnion)
    return schema.options.flatMap((option) => (option instanceof z.ZodType ? secretsIn(option, path) : []));
  if (!(schema instanceof z.ZodRecord) || !(schema.valueType instanceof z.ZodType)) return [];
  return secretsIn(schema.valueType, [...path, "A_NAME"]);
}

function propsWith(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((below, prop) => ({ [prop]: below }), value);
}

describe("a message shows no secret", () => {
  test("a message shows no secret, for any schema and any value", () => {
    let refused = 0;
    fc.assert(
      fc.property(
        place
          .filter(({ secret }) => secret)
          .chain(({ schema, value }) => value.map((props) => ({ schema, props }))),
        ({ schema, props }) => {
          const message = messageOf(schema, props);
          if (message !== undefined) refused++;
          expect(message ?? "").not.toContain(MARKER);
        },
      ),
      { numRuns: 1500 },
    );
    expect(refused).toBeGreaterThan(500);
  });

  const places = secretsIn(HERMES_APP_SCHEMA());
  const free = ["image", "data", "target", "dashboard", "config.a.b", "env.A_NAME"];
  const everywhere = [...places, ...free.map((path) => path.split("."))]
    .flatMap((path) => path.map((_, i) => path.slice(0, i + 1)))
    .map((path) => path.join("."));

  test("the found places of secrets are the known ones", () => {
    expect(places.map((path) => path.join("."))).toEqual(
      expect.arrayContaining([
        "apiServer.key",
        "model.apiKey",
        "messaging.slack.appToken",
        "messaging.discord.botToken",
        "secrets.A_NAME",
        "terminal.key",
        "profiles.A_NAME.model.apiKey",
        "mcpServers.A_NAME.env.A_NAME",
      ]),
    );
  });

  test.each([
    ...new Set(everywhere),
  ])("a message shows no secret that is at %s of HermesApp, or in its place", (path) => {
    const steps = path.split(".");
    for (const wrong of LEAKS)
      expect(messageOf(HERMES_APP_SCHEMA(), propsWith(steps, wrong)) ?? "").not.toContain(MARKER);
  });

  test.each<[string, unknown]>([
    ["name", { token: MARKER }],
    ["extraHosts", { "model.lan": { password: MARKER } }],
    ["trustedProxies", [[MARKER]]],
    ["healthCheck", { retries: [MARKER] }],
  ])("a message shows no secret inside an object or a list for %s", (prop, value) => {
    const message = messageOf(HERMES_APP_SCHEMA(), { [prop]: value });
    expect(message).toMatch(new RegExp(`${prop}.* = (?:an object|a list): is not allowed`));
    expect(message).not.toContain(MARKER);
  });

  test.each(["env", "secrets", "config"])("a message shows no secret that is a name in %s", (prop) => {
    for (const name of [MARKER, `TOKEN=${MARKER}`, `${MARKER}=1`, `sk_live_${MARKER}`]) {
      const message = messageOf(HERMES_APP_SCHEMA(), { [prop]: { FIRST: "x", [name]: undefined } });
      expect(message).toContain(prop);
      expect(message).not.toContain(MARKER);
    }
  });
});

describe("what is no secret is shown", () => {
  const shown = (schema: z.ZodType, props: unknown) => messageOf(schema, props)?.split("\n")[0];

  test.each<[string, z.ZodType, unknown, string]>([
    [
      "a value",
      propsSchema({ a: flag(), key: secret() }),
      { a: "yes", key: "x" },
      'a = "yes": is not allowed',
    ],
    [
      "behind a token",
      propsSchema({ a: listOrToken(anyText()) }),
      { a: ["x", 5] },
      "a[1] = 5: is not allowed",
    ],
    [
      "in a branch",
      propsSchema({ a: either("…", flag(), propsSchema({ b: flag() })) }),
      { a: { b: 5 } },
      "a.b = 5:",
    ],
    ["a name of a map", propsSchema({ a: mapOf(/^\w+$/, "x", flag()) }), { a: { b: 5 } }, "a.b = 5:"],
    [
      "a wrong name of a map",
      propsSchema({ a: mapOf(/^\w+$/, "x", flag()) }),
      { a: { "b c": true } },
      'a["b c"]: ',
    ],
    [
      "a variable's name",
      propsSchema({ a: mapOf(/^\w+$/, "x", secret()) }),
      { a: { A_KEY: 5 } },
      "a.A_KEY = a number",
    ],
    [
      "the name before a value",
      propsSchema({ a: mapOf(/^\w+$/, "x", secret()) }),
      { a: { "A_KEY=5": "x" } },
      "a.A_KEY=…: ",
    ],
    [
      "the position of a name that could be a secret",
      propsSchema({ a: mapOf(/^\w+$/, "x", secret()) }),
      { a: { B: "x", "a-b": "x" } },
      "a.(name 2, not shown): ",
    ],
  ])("what is not a secret is shown: %s", (_, schema, props, expected) => {
    expect(shown(schema, props)).toContain(expected);
  });
});
