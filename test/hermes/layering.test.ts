import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const LIBRARY = join(__dirname, "..", "..", "lib");
const HERMES = join(LIBRARY, "hermes");

const sources = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(folder, file));

test.each(
  sources(HERMES).map((file) => relative(HERMES, file)),
)("lib/hermes/%s imports nothing of the library from outside its folder", (file) => {
  const imports = [
    ...readFileSync(join(HERMES, file), "utf8").matchAll(/\b(?:from|import|require)\b[ (]*"([^"]+)"/g),
  ];
  const outside = imports
    .map(([, path = ""]) => path)
    .filter((path) => !/^node:\w+$/.test(path))
    .map((path) => (path.startsWith(".") ? relative(HERMES, join(HERMES, dirname(file), path)) : path))
    .filter((path) => path.startsWith("..") || !existsSync(join(HERMES, `${path}.ts`)));
  expect(outside).toEqual([]);
});

test("each variable that a prop sets is named in one place of the library", () => {
  const text = sources(LIBRARY)
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  const names = [...text.matchAll(/variable: "([A-Z0-9_]+)"/g)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(30);
  const twice = names.filter((name) => text.split(`"${name}"`).length > 2);
  expect(twice).toEqual([]);
});
