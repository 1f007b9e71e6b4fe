import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROW = /^\| (\d+) \| [^|]+ \| `([^`]+)`: ([^|]+) \|$/;

const rows = readFileSync(join(__dirname, "README.md"), "utf8")
  .split("\n")
  .flatMap((line) => {
    const [, rule, file, title] = ROW.exec(line) ?? [];
    return rule === undefined || file === undefined || title === undefined ? [] : [{ rule, file, title }];
  });

it("the table of traps is whole", () => {
  expect(rows.map(({ rule }) => Number(rule))).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
});

it.each(rows)("rule $rule is guarded in $file: $title", ({ file, title }) => {
  const titles = readFileSync(join(__dirname, file), "utf8").split("\n");
  const isTitle = (line: string) => /\b(?:it|test)\(|\]\)\("|^\s*"/.test(line) && line.includes(title.trim());
  expect(titles.filter(isTitle)).toHaveLength(1);
});
