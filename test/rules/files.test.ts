import { readdirSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../../lib/targets";

const LIB = join(__dirname, "..", "..", "lib");

/** Files of `lib/rules` without rules of an agent. */
const NO_RULES = ["index.ts", "review.ts", "rule.ts", "subject.ts"];

/** Each file with rules, and the word with which their ids begin. */
const FILES = [
  ...readdirSync(join(LIB, "rules"))
    .filter((file) => !NO_RULES.includes(file))
    .map((file) => ({
      path: join(LIB, "rules", file),
      prefix: file === "conflicts.ts" ? "duplicate" : file.replace(".ts", ""),
    })),
  ...readdirSync(join(LIB, "targets"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ path: join(LIB, "targets", name, "rules.ts"), prefix: name })),
];

function idsIn(path: string): readonly string[] {
  const exported: Readonly<Record<string, unknown>> = require(path);
  return Object.entries(exported).flatMap(([name, table]) =>
    name.endsWith("_RULES") && typeof table === "object" ? Object.keys({ ...table }) : [],
  );
}

test.each(FILES)("each rule id of $path begins with the file's word, so that the id shows the file", ({
  path,
  prefix,
}) => {
  const ids = idsIn(path);
  expect(ids.length).toBeGreaterThan(0);
  expect(ids.filter((id) => !id.startsWith(`${prefix}-`))).toEqual([]);
});

test("every rule is in one of these files", () => {
  expect(FILES.flatMap(({ path }) => idsIn(path)).sort()).toEqual(Object.keys(RULES).sort());
});
