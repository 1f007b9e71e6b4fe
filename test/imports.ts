/**
 * What a folder's modules import from each other, including `import type` and re-exports, and whether that is allowed.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

const ROOT = join(__dirname, "..");

export interface Module {
  /** From the repository's root, such as `lib/index.ts`. */
  readonly file: string;
  /** The files that it imports, named in the same way. */
  readonly imports: readonly string[];
}

/**
 * From top to bottom. Each layer lists folders and files of equal rank: they import what is below them, and nothing of
 * their own layer or above. A file belongs to the longest entry that its path begins with.
 */
export type Layers = readonly (readonly string[])[];

/** @param folder from the repository's root, such as `lib/provider` */
export function modulesIn(folder: string): readonly Module[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => name.endsWith(".ts")).map((name) => posix.join(folder, name));
  return files.sort().map((file) => ({
    file,
    imports: specifiersIn(readFileSync(join(ROOT, file), "utf8")).map((one) => fileOf(one, file)),
  }));
}

/** The relative specifiers of a module's text, in the quotes that the formatter writes. */
export function specifiersIn(text: string): readonly string[] {
  const imports = text.matchAll(/(?:\bfrom|\bimport|\b(?:import|require)\()\s*"(\.[^"]*)"/g);
  return [...new Set([...imports].flatMap(([, specifier]) => specifier ?? []))];
}

function fileOf(specifier: string, importer: string): string {
  const path = posix.join(dirname(importer), specifier);
  const file = [path, `${path}.ts`, path.replace(/\.js$/, ".ts"), `${path}/index.ts`].find(
    (one) => /\.\w+$/.test(one) && existsSync(join(ROOT, one)),
  );
  if (file === undefined) throw new Error(`${importer} imports "${specifier}", which is no file`);
  return file;
}

/** @returns the files of one circle, with the first one again at the end; undefined when there is none */
export function circleIn(modules: readonly Module[]): readonly string[] | undefined {
  const importsOf = new Map(modules.map(({ file, imports }) => [file, imports]));
  const finished = new Set<string>();
  const circleFrom = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return undefined;
    for (const imported of importsOf.get(file) ?? []) {
      const circle = circleFrom(imported, [...path, file]);
      if (circle !== undefined) return circle;
    }
    finished.add(file);
    return undefined;
  };
  for (const { file } of modules) {
    const circle = circleFrom(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

/** @returns a sentence for each import that does not go down, and for each file that no layer contains */
export function wrongImports(modules: readonly Module[], layers: Layers): readonly string[] {
  const places = layers.flatMap((names, depth) => names.map((name) => ({ name, depth })));
  const placeOf = (file: string) =>
    places
      .filter(({ name }) => file === name || file.startsWith(`${name}/`))
      .sort((a, b) => b.name.length - a.name.length)[0];
  return modules.flatMap(({ file, imports }) => {
    const place = placeOf(file);
    if (place === undefined) return [`no layer holds ${file}`];
    return imports.flatMap((imported) => {
      const other = placeOf(imported);
      if (other === undefined) return [`no layer holds ${imported}, which ${file} imports`];
      if (other === place || other.depth > place.depth) return [];
      return [
        `${file} imports ${imported}: ${place.name} is ${other.depth === place.depth ? "beside" : "below"} ${other.name}`,
      ];
    });
  });
}
