import fc from "fast-check";
import { apiReference } from "../../scripts/docs/api-reference";
import { docstringProblems } from "../../scripts/docs/docstrings";
import { linkedCode, slug, table } from "../../scripts/docs/markdown";
import type { Declaration, EntryPoint, Property } from "../../scripts/docs/model";
import { withGeneratedParts } from "../../scripts/docs/parts";
import { type Links, propTable } from "../../scripts/docs/prop-table";
import { relativeTo, Sections } from "../../scripts/docs/sections";

const prop = (name: string, more: Partial<Property> = {}): Property => ({
  name,
  type: "string",
  text: "",
  optional: false,
  insteadOf: [],
  ...more,
});
const declare = (name: string, more: Partial<Declaration> = {}): Declaration => ({
  name,
  kind: "type",
  text: "",
  properties: [],
  calls: [],
  ...more,
});
const entry = (...declarations: Declaration[]): EntryPoint => ({ importPath: "pack", declarations });
const noLinks: Links = { type: () => undefined, prop: () => undefined };

describe("a generated part of a page", () => {
  const parts = { "greeting of (\\w+)": (who: string) => `hello ${who}\n` };
  const marked = (inside: string) => `before\n<!-- begin: greeting of Ann -->${inside}<!-- end -->\nafter\n`;

  test("a part is written between its markers, and the rest of the page stays", () => {
    expect(withGeneratedParts(marked("\nold\n"), parts)).toBe(marked("\n\nhello Ann\n\n"));
  });

  test("writing a part again changes nothing", () => {
    const once = withGeneratedParts(marked("\n"), parts);
    expect(withGeneratedParts(once, parts)).toBe(once);
  });

  test("a part whose name says nothing is refused", () => {
    expect(() => withGeneratedParts("<!-- begin: greting of Ann -->\n<!-- end -->", parts)).toThrow(
      "nothing generates a part that is named greting of Ann",
    );
  });

  test.each([
    "<!-- begin: greeting of Ann -->\ntext\n",
    "text\n<!-- end -->\n",
  ])("a marker without its counterpart is refused (%j)", (page) => {
    expect(() => withGeneratedParts(page, parts)).toThrow("has no counterpart");
  });
});

describe("the table of props", () => {
  const rowsOf = (properties: readonly Property[], links = noLinks) =>
    propTable(declare("Props", { properties }), links).trim().split("\n").slice(2);

  test("required props come first and say that they are", () => {
    const rows = rowsOf([prop("a", { optional: true, default: "5" }), prop("b", { text: "Its name." })]);
    expect(rows).toEqual(["| `b` | `string` | required | Its name. |", "| `a` | `string` | `5` |  |"]);
  });

  test("props that exclude each other name each other", () => {
    expect(rowsOf([prop("a", { insteadOf: ["b"] })])).toEqual(["| `a` | `string` | this or `b` |  |"]);
  });

  test.each([
    ["60", "`60`"],
    ["- none", "none"],
    ["24 - two minutes", "`24`: two minutes"],
    ["- what `hermes setup` wrote", "what `hermes setup` wrote"],
    ["`{ a: 1 }` - for now", "`{ a: 1 }`: for now"],
    ["- none - and that is it", "none - and that is it"],
  ])("the default %j is shown as %j", (given, shown) => {
    expect(rowsOf([prop("a", { optional: true, default: given })])).toEqual([
      `| \`a\` | \`string\` | ${shown} |  |`,
    ]);
  });

  test("a prop links to the section that explains it, and its type to where it is shown", () => {
    const links: Links = {
      type: (name) => (name === "Mount" ? "#mount" : undefined),
      prop: (type, name) => `#${type}-${name}`,
    };
    expect(rowsOf([prop("mounts", { type: "readonly Mount[] | false" })], links)).toEqual([
      "| [`mounts`](#Props-mounts) | [`Mount`](#mount)`[] \\| false` | required |  |",
    ]);
  });

  test("no text breaks the table's row or cell", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const [row = "", ...more] = table(["one", "two"], [[text, "end"]])
          .trimEnd()
          .split("\n")
          .slice(2);
        expect(more).toEqual([]);
        expect(row.split(/(?<!\\)\|/)).toHaveLength(4);
      }),
    );
  });
});

describe("the docstrings of what people write", () => {
  const problemsOf = (type: string, ...properties: Property[]) =>
    docstringProblems([entry(declare(type, { properties }))]);

  test.each([
    "60",
    "false",
    '"a b"',
    "`{ a: 1 }`",
    "[]",
    "Place.here()",
    "- none",
    "5 - why",
  ])("the default %s is fine", (given) => {
    expect(problemsOf("ThingProps", prop("a", { text: "It.", optional: true, default: given }))).toEqual([]);
  });

  test("a prop without a docstring, or without a default though it is optional, is a problem", () => {
    expect(problemsOf("ThingProps", prop("a"), prop("b", { text: "It.", optional: true }))).toEqual([
      "ThingProps.a has no docstring",
      "ThingProps.b can be left out and has no @default",
    ]);
  });

  test("a type that a program only reads needs no docstrings and no defaults", () => {
    expect(problemsOf("Thing", prop("a"), prop("b", { optional: true }))).toEqual([]);
  });

  test("words in place of a default value are a problem", () => {
    expect(problemsOf("Thing", prop("a", { optional: true, default: "none" }))).toEqual([
      'Thing.a has the @default "none", which is not a value: put words after "- "',
    ]);
  });
});

test("linked code reads the same as the code", () => {
  const word = fc.constantFrom("Mount", "string", "Known", '"a Known b"', "|", " ", "[]", "(", ")", "=>");
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const text = words.join("");
      const shown = linkedCode(text, (name) => (name === "Known" ? "#known" : undefined));
      expect(shown.replaceAll(/\[(`Known`)\]\(#known\)/g, "$1").replaceAll("`", "")).toBe(text);
      const unquoted = text.replaceAll(/"[^"]*"/g, '""');
      expect(shown.match(/\(#known\)/g)?.length ?? 0).toBe(unquoted.match(/\bKnown\b/g)?.length ?? 0);
    }),
  );
});

describe("a section of a page", () => {
  const api = [entry(declare("Image", { properties: [prop("tag"), prop("name")] }), declare("Volume"))];
  const page = (text: string, path = "docs/image.md") => ({ path, text });

  test("a page explains the type that it is named after", () => {
    const sections = new Sections([page("# Image\n")], api);
    expect(sections.ofType("Image", "README.md")).toBe("docs/image.md");
    expect(sections.ofType("Volume", "README.md")).toBeUndefined();
  });

  test("a section explains the props and types that its comment names", () => {
    const sections = new Sections(
      [page("# Images\n\n## Its tag\n\n<!-- explains: Image.tag, Volume -->\n")],
      api,
    );
    expect(sections.ofProp("Image", "tag", "docs/image.md")).toBe("#its-tag");
    expect(sections.ofProp("Other", "tag", "docs/image.md")).toBeUndefined();
    expect(sections.ofType("tag", "docs/image.md")).toBeUndefined();
    expect(sections.ofType("Volume", "docs/api/pack.md")).toBe("../image.md#its-tag");
  });

  test("a prop without its type is explained in every type", () => {
    const sections = new Sections([page("## Names\n\n<!-- explains: name -->\n")], api);
    expect(sections.ofProp("Other", "name", "docs/image.md")).toBe("#names");
  });

  test("a section about what the API does not have is refused", () => {
    expect(() => new Sections([page("## Old\n\n<!-- explains: Image.digest -->\n")], api)).toThrow(
      "docs/image.md explains Image.digest, which the public API does not have",
    );
  });

  test("two sections about the same are refused", () => {
    const text = "## One\n\n<!-- explains: tag -->\n\n## Two\n\n<!-- explains: tag -->\n";
    expect(() => new Sections([page(text)], api)).toThrow(
      "docs/image.md explains tag, and so does docs/image.md#one",
    );
  });

  test("links are relative to their page", () => {
    expect(relativeTo("docs/a.md", "docs/a.md#part")).toBe("#part");
    expect(relativeTo("docs/a.md", "docs/api/b.md")).toBe("api/b.md");
    expect(relativeTo("docs/api/b.md", "docs/a.md#part")).toBe("../a.md#part");
    expect(relativeTo("README.md", "docs/a.md")).toBe("docs/a.md");
  });
});

describe("the API reference", () => {
  const api = [
    entry(
      declare("App", {
        kind: "class",
        text: "An agent.",
        calls: [
          { signature: "new App(props: AppProps)", text: "", throws: [] },
          { signature: "stop(): void", text: "Stops it.", throws: ["Error when it does not run"] },
        ],
        properties: [prop("name", { text: "Its name." })],
      }),
      declare("AppProps", {
        properties: [prop("mount", { type: "Mount", optional: true, default: "- none" })],
      }),
      declare("Mount", { type: "string | false" }),
      declare("Unused", { type: "number" }),
    ),
  ];
  const [pack = entry()] = api;
  const reference = apiReference(pack, api, new Sections([{ path: "docs/app.md", text: "# App\n" }], api));

  test("the API reference has classes, their types below them, and what nothing links to", () => {
    expect(reference.match(/^#+ .+$/gm)).toEqual([
      "# pack",
      "## App",
      "### AppProps",
      "### Mount",
      "## Unused",
    ]);
  });

  test("the contents of the API reference link to every type", () => {
    expect(reference).toContain(
      "- [**App**](#app): [AppProps](#appprops), [Mount](#mount)\n- [**Unused**](#unused)\n",
    );
  });

  test("a class in the API reference has its guide, its docstring, its calls and its state", () => {
    expect(reference.slice(reference.indexOf("## App"), reference.indexOf("### AppProps"))).toBe(
      [
        "## App",
        "Guide: [App](../app.md).",
        "An agent.",
        "- `new App(props: `[`AppProps`](#appprops)`)`",
        "- `stop(): void`\n\n  Stops it.\n\n  Throws Error when it does not run.",
        "| property | type |  |\n| --- | --- | --- |\n| `name` | `string` | Its name. |",
        "",
      ].join("\n\n"),
    );
  });

  test("a type that does not consist of props is shown as written", () => {
    expect(reference).toContain("### Mount\n\n`string | false`\n");
  });
});

test("an anchor is a heading's letters, digits and hyphens in lower case", () => {
  expect(slug("Neither in the plan, nor `in` the state")).toBe("neither-in-the-plan-nor-in-the-state");
});
