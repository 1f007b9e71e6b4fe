/** What happens to a config.yaml that a person wrote: random documents with comments, in all styles. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import type { ConfigValue } from "../../../lib/hermes/managed-config";
import { boot, declared, Machine, reported, textOf, volumeOf, write } from "./machine";

const machine = new Machine();
afterAll(() => machine.stop());

type Settings = { readonly [key: string]: Written };
type Written = { readonly style: string; readonly value: ConfigValue } | { readonly map: Settings };

const KEYS = ["model", "default", "display", "a-b", "on", "x.y", "q"];
const key = fc.constantFrom(...KEYS);

/** A leaf with the text that says it. */
const leaf = fc.constantFrom<Written>(
  { style: "plain", value: "plain" },
  { style: "'it''s # no comment'", value: "it's # no comment" },
  { style: '"two\\nlines"', value: "two\nlines" },
  { style: "|\n@  # no comment either\n@  second: line\n", value: "# no comment either\nsecond: line\n" },
  { style: ">-\n@  folded\n@  text\n\n", value: "folded text" },
  { style: "", value: null },
  { style: "~", value: null },
  { style: "12", value: 12 },
  { style: "1.5", value: 1.5 },
  { style: "yes", value: true },
  { style: "{}", value: {} },
  { style: "[]", value: [] },
  { style: "[1, {deep: two}]", value: [1, { deep: "two" }] },
  { style: "{inner: {deep: 1}, 'q': 2}", value: { inner: { deep: 1 }, q: 2 } },
  { style: "\n@- one  # COMMENT\n@# COMMENT\n@- two: 2\n@  three: 3", value: ["one", { two: 2, three: 3 }] },
  { style: "\n@  - one\n@  -\n@    - two", value: ["one", ["two"]] },
  { style: "plain\n@  goes on", value: "plain goes on" },
  { style: "|-  # COMMENT\n@  text\n", value: "text" },
  { style: "{\n@  one: 1,  # COMMENT\n@  # COMMENT\n@  two: [2]\n@  }", value: { one: 1, two: [2] } },
  { style: "[ # COMMENT\n@  one]", value: ["one"] },
  { style: "plain\t# COMMENT", value: "plain" },
);

const { settings } = fc.letrec<{ settings: Settings; written: Written }>((tie) => ({
  settings: fc.dictionary(key, tie("written"), { minKeys: 1, maxKeys: 4 }),
  written: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, fc.record({ map: tie("settings") })),
}));

/** Between any two lines there may be a comment or a blank line. */
const between = fc.array(fc.constantFrom("", "", "", "# COMMENT\n", "\n", "    # COMMENT\n"), {
  minLength: 40,
  maxLength: 40,
});

class Writer {
  #comments = 0;
  #at = 0;

  constructor(readonly gaps: readonly string[]) {}

  document(settings: Settings, indent = 0): string {
    const pad = " ".repeat(indent);
    return Object.entries(settings)
      .map(([name, written]) => {
        const start = this.gap() + pad + (/^(?:on|x\.y)$/.test(name) ? `"${name}"` : name);
        if ("map" in written) return `${start}:${this.end()}\n${this.document(written.map, indent + 2)}`;
        const text = this.#numbered(written.style.replaceAll("@", pad));
        const multiline = text.includes("\n");
        return `${start}:${text === "" || text.startsWith("\n") ? "" : " "}${text}${multiline ? "" : this.end()}\n`.replace(
          /\n\n$/,
          "\n",
        );
      })
      .join("");
  }

  gap(): string {
    this.#at++;
    return this.#numbered(this.gaps[this.#at % this.gaps.length] ?? "");
  }

  end(): string {
    return this.gap() === "" ? "" : this.#numbered("  # COMMENT");
  }

  #numbered(text: string): string {
    return text.replaceAll("COMMENT", () => `c${this.#comments++};`);
  }
}

function plainOf(settings: Settings): { [key: string]: ConfigValue } {
  return Object.fromEntries(
    Object.entries(settings).map(([name, written]) => [
      name,
      "map" in written ? plainOf(written.map) : written.value,
    ]),
  );
}

const isMap = (value: unknown): value is { [key: string]: ConfigValue } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The settings with the leaf, which replaces what is in its way. */
function withLeaf(
  settings: { readonly [key: string]: ConfigValue },
  [name = "", ...below]: readonly string[],
  value: ConfigValue,
): { readonly [key: string]: ConfigValue } {
  const inner = settings[name];
  return {
    ...settings,
    [name]: below.length === 0 ? value : withLeaf(isMap(inner) ? inner : {}, below, value),
  };
}

const declaredLeaf = fc.record({
  path: fc.array(key, { minLength: 1, maxLength: 3 }),
  value: fc.constantFrom<ConfigValue>(
    "new",
    "yes",
    "a: #b",
    "ü\u0085\u2028😀",
    7,
    1e21,
    true,
    null,
    ["x", { y: 1 }],
    {},
  ),
});

const comments = (text: string | undefined) => (text?.match(/# c\d+;/g) ?? []).sort();

test("any setting can be declared in any config.yaml, and the comments and all other settings stay", async () => {
  await fc.assert(
    fc.asyncProperty(settings, between, declaredLeaf, async (original, gaps, { path, value }) => {
      const text = new Writer(gaps).document(original);
      const write = { do: "write", path: "config.yaml", text, look: true } as const;
      const [before, after] = await machine.run([
        write,
        { do: "boot", declaration: declared({ config: [{ path, value }] }) },
      ]);
      // An indented comment after a `|` would be a part of its text.
      fc.pre(isDeepStrictEqual(before?.data["config.yaml"]?.yaml, plainOf(original)));
      const tree = after?.data ?? {};
      expect(reported(tree).filter(({ what }) => what === "refused")).toEqual([]);
      expect(tree["config.yaml"]?.yaml).toEqual(withLeaf(plainOf(original), path, value));
      expect(comments(textOf(tree, "config.yaml"))).toEqual(comments(text));
    }),
    { numRuns: 400 },
  );
});

test("a setting that was declared and is no longer leaves the file as it was, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(settings, between, declaredLeaf, async (original, gaps, { path, value }) => {
      fc.pre(Object.keys(original).every((name) => name !== path[0]));
      const text = new Writer(gaps).document(original);
      const results = await machine.run([
        { do: "write", path: "config.yaml", text },
        { do: "boot", declaration: declared({ config: [{ path, value }] }) },
        { do: "boot", declaration: declared() },
      ]);
      expect(textOf(results.at(-1)?.data ?? {}, "config.yaml")).toBe(text);
    }),
    { numRuns: 200 },
  );
});

test.each([
  ["a text at the end of the file that no newline ends", "model:\n  k: |\n    one\n    two", "one\ntwo"],
  ["a text whose empty lines count", "model:\n  k: |+\n    one\n\n", "one\n\n"],
  ["a merge key", "base: &base\n  k: 1\nmodel:\n  <<: *base\n", 1],
  ["an alias", "base: &base 1\nmodel:\n  k: *base\n", 1],
  ["a mark of the byte order", "\u00ef\u00bb\u00bfmodel:\n  k: 1\n", 1],
])("a setting can be declared beside %s, which stays", async (_, text, k) => {
  const part = { config: [{ path: ["model", "new"], value: "x" }] };
  const tree = await volumeOf(machine, [write("config.yaml", text), boot(part), boot(part)]);
  expect(reported(tree)).toEqual([]);
  expect(tree["config.yaml"]?.yaml).toMatchObject({ model: { k, new: "x" } });
  const rest = textOf(tree, "config.yaml")?.replace('  new: "x"\n', "");
  expect(rest).toBe(text);
  expect(
    textOf(await volumeOf(machine, [write("config.yaml", text), boot(part), boot()]), "config.yaml"),
  ).toBe(text);
});

test("a file so deep that the parser would end the merge is left as it is, and everything else is merged", async () => {
  const text = `a: ${"[".repeat(60_000)}${"]".repeat(60_000)}\n`;
  const tree = await volumeOf(machine, [
    write("config.yaml", text),
    boot({ config: [{ path: ["b"], value: 1 }], files: { "SOUL.md": { value: "ours" } } }),
  ]);
  expect(textOf(tree, "config.yaml")).toBe(text);
  expect(textOf(tree, "SOUL.md")).toBe("ours");
  expect(reported(tree)).toMatchObject([{ what: "refused", name: "config.yaml", reason: "it is too deep" }]);
});

test("a setting whose value is an alias, or comes by a merge key, can be declared, and where it comes from stays", async () => {
  const text = "base: &base {k: 1}\none: *base # why\ntwo:\n  <<: *base\n";
  const config = [
    { path: ["one"], value: 2 },
    { path: ["two", "k"], value: 3 },
  ];
  const tree = await volumeOf(machine, [write("config.yaml", text), boot({ config })]);
  expect(tree["config.yaml"]?.yaml).toEqual({ base: { k: 1 }, one: 2, two: { k: 3 } });
  expect(textOf(tree, "config.yaml")).toContain("one: 2 # why\n");
});
