import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { circleIn, modulesIn } from "../imports";

const FOLDER = join(__dirname, "..", "..", "lib", "terraform-plugin");
/** What the layer may use beside its own files and Node. */
const ALLOWED = ["@msgpack/msgpack", "../../package.json"];

const files = readdirSync(FOLDER);
const sourceOf = (file: string) => readFileSync(join(FOLDER, file), "utf8");

/** The modules that a file imports, type imports included. */
function importsOf(file: string): readonly string[] {
  const pattern = /\bfrom\s+"([^"]+)"|\bimport\s*\(?\s*"([^"]+)"|\brequire\(\s*"([^"]+)"/g;
  return [...sourceOf(file).matchAll(pattern)].map(([, ...modules]) => modules.find(Boolean) ?? "");
}

/** The file of the layer that a module is, if it is one. */
const ownFile = (module: string) => files.find((file) => module === `./${file.replace(/\.ts$/, "")}`);

test("the plugin layer imports its own files, Node and msgpack, and nothing else", () => {
  const others = files.flatMap((file) =>
    importsOf(file)
      .filter((module) => ownFile(module) === undefined && !module.startsWith("node:"))
      .map((module) => ({ file, module })),
  );
  expect(others.filter(({ module }) => !ALLOWED.includes(module))).toEqual([]);
  expect(new Set(others.map(({ module }) => module))).toEqual(new Set(ALLOWED));
});

test("no files of the plugin layer import each other in a circle", () => {
  expect(circleIn(modulesIn("lib/terraform-plugin"))).toBeUndefined();
});

test("the plugin layer mentions neither CapRover nor Hermes", () => {
  expect(files.filter((file) => /caprover|hermes|captain/i.test(sourceOf(file)))).toEqual([]);
});
