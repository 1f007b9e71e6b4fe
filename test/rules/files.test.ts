import { readdirSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../../lib/targets";

const LIB = join(__dirname, "..", "..", "lib");

/** Files of `lib/rules` without rules of an agent. */
const NO_RULES = [
  ...["index.ts", "review.ts", "rule.ts", "subject.ts"],
  ...["addresses.ts", "host-control.ts", "own-engine.ts", "self-call.ts"],
];

/** Each file of `lib` that holds rules, and the word that their ids begin with. */
const FILES = [
  ...readdirSync(join(LIB, "rules"))
    .filter((file) => !NO_RULES.includes(file))
    .map((file) => ({
      file: join("rules", file),
      prefix: file === "conflicts.ts" ? "duplicate" : file.replace(".ts", ""),
    })),
  ...readdirSync(join(LIB, "targets"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ file: join("targets", name, "rules.ts"), prefix: name })),
];

function idsIn(file: string): readonly string[] {
  const exported: Readonly<Record<string, unknown>> = require(join(LIB, file));
  return Object.entries(exported).flatMap(([name, table]) =>
    name.endsWith("_RULES") && typeof table === "object" ? Object.keys({ ...table }) : [],
  );
}

test.each(FILES)("the id of each rule in $file begins with $prefix-", ({ file, prefix }) => {
  const ids = idsIn(file);
  expect(ids.length).toBeGreaterThan(0);
  expect(ids.filter((id) => !id.startsWith(`${prefix}-`))).toEqual([]);
});

test("the rules of these files are in RULES, and RULES has no others", () => {
  expect(FILES.flatMap(({ file }) => idsIn(file)).sort()).toEqual(Object.keys(RULES).sort());
});
