import { circleIn, modulesIn, specifiersIn, wrongImports } from "./imports";

test("every form of import counts, including type imports and re-exports", () => {
  const text = `
    import "./effect";
    import one from "./one";
    import type { Two } from "../two";
    import {
      three,
    } from "./three";
    export * from "./four";
    export type { Five } from "./five";
    const six = await import("./six");
    type Seven = import("./seven").Seven;
    const eight = require("./eight");
    import { again } from "./one";
    import elsewhere from "elsewhere";
  `;
  const names = ["effect", "one", "two", "three", "four", "five", "six", "seven", "eight"];
  expect(specifiersIn(text).map((one) => one.replace(/^\.+\//, ""))).toEqual(names);
});

test("the modules of a folder are read with what they import outside of it", () => {
  const support = modulesIn("lib/support");
  expect(support.map(({ file }) => file)).toContain("lib/support/errors.ts");
  expect(support.flatMap(({ imports }) => imports).every((file) => file.startsWith("lib/"))).toBe(true);
});

describe("circles", () => {
  const chain = [
    { file: "top.ts", imports: ["a.ts", "c.ts"] },
    { file: "a.ts", imports: ["b.ts"] },
    { file: "b.ts", imports: ["c.ts"] },
    { file: "c.ts", imports: [] as string[] },
  ];

  test("two paths to the same file are not a circle", () => {
    expect(circleIn(chain)).toBeUndefined();
  });

  test("a circle is found, without the path that leads to it", () => {
    const closed = [...chain.slice(0, 3), { file: "c.ts", imports: ["a.ts"] }];
    expect(circleIn(closed)).toEqual(["a.ts", "b.ts", "c.ts", "a.ts"]);
  });
});

describe("layers", () => {
  const layers = [["lib/index.ts"], ["lib/rules", "lib/targets"], ["lib/support"]];
  const wrong = (file: string, imported: string) => wrongImports([{ file, imports: [imported] }], layers);

  test("an import within a folder or of any layer below is allowed", () => {
    expect(wrong("lib/index.ts", "lib/support/errors.ts")).toEqual([]);
    expect(wrong("lib/rules/a.ts", "lib/rules/deep/b.ts")).toEqual([]);
  });

  test("an import of a layer above is reported", () => {
    expect(wrong("lib/support/errors.ts", "lib/rules/a.ts")).toEqual([
      "lib/support/errors.ts imports lib/rules/a.ts: lib/support is below lib/rules",
    ]);
  });

  test("an import of a neighbour in the same layer is reported", () => {
    expect(wrong("lib/rules/a.ts", "lib/targets/b.ts")).toEqual([
      "lib/rules/a.ts imports lib/targets/b.ts: lib/rules is beside lib/targets",
    ]);
  });

  test("a file that no layer contains is reported, whether it imports or is imported", () => {
    expect(wrong("lib/new.ts", "lib/index.ts")).toEqual(["no layer holds lib/new.ts"]);
    expect(wrong("lib/index.ts", "lib/supportive.ts")).toEqual([
      "no layer holds lib/supportive.ts, which lib/index.ts imports",
    ]);
  });

  test("the longest entry decides, so a file may be in a layer above its own folder", () => {
    const own = [["lib/rules/all.ts"], ["lib/rules"]];
    expect(wrongImports([{ file: "lib/rules/all.ts", imports: ["lib/rules/a.ts"] }], own)).toEqual([]);
    expect(wrongImports([{ file: "lib/rules/a.ts", imports: ["lib/rules/all.ts"] }], own)).toHaveLength(1);
  });
});
