/** Finds the sections that explain a prop or a type, so that tables can link to them. */
import { posix } from "node:path";
import { slug } from "./markdown";
import type { EntryPoint } from "./model";

export interface Page {
  /** From the repository's root, such as `docs/hermes-image.md`. */
  readonly path: string;
  readonly text: string;
}

/**
 * Under a heading: `<!-- explains: Type.prop, prop, Type -->`. A prop without a type means that prop of every type.
 */
const EXPLAINS = /^#+ (.+)\n+<!-- explains: (.+) -->$/gm;

export class Sections {
  private readonly types = new Map<string, string>();
  private readonly props = new Map<string, string>();

  /**
   * @throws Error for a section that explains a name that the API does not have, and for two that explain the same
   * name
   */
  constructor(pages: readonly Page[], api: readonly EntryPoint[]) {
    const declarations = api.flatMap((entry) => entry.declarations);
    const types = new Set(declarations.map(({ name }) => name));
    const props = new Set(
      declarations.flatMap(({ name: type, properties }) =>
        properties.flatMap(({ name }) => [`${type}.${name}`, name]),
      ),
    );
    for (const { path, text } of pages) {
      const [, title = ""] = /^# (.+)$/m.exec(text) ?? [];
      if (types.has(title)) add(this.types, title, path, path);
      for (const [, heading = "", names = ""] of text.matchAll(EXPLAINS)) {
        for (const name of names.split(", ")) {
          if (!types.has(name) && !props.has(name)) {
            throw new Error(`${path} explains ${name}, which the public API does not have`);
          }
          add(types.has(name) ? this.types : this.props, name, `${path}#${slug(heading)}`, path);
        }
      }
    }
  }

  /** The section about a type, seen from a page. */
  ofType(name: string, from: string): string | undefined {
    return relativeTo(from, this.types.get(name));
  }

  /** The section about a prop, seen from a page. */
  ofProp(type: string, prop: string, from: string): string | undefined {
    return relativeTo(from, this.props.get(`${type}.${prop}`) ?? this.props.get(prop));
  }
}

function add(targets: Map<string, string>, name: string, target: string, path: string): void {
  const before = targets.get(name);
  if (before !== undefined) throw new Error(`${path} explains ${name}, and so does ${before}`);
  targets.set(name, target);
}

/** A target such as `docs/rules.md#all-rules`, as a link of the page `from`. */
export function relativeTo(from: string, target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  const [path = "", anchor] = target.split("#");
  const file = path === from ? "" : posix.relative(posix.dirname(from), path);
  return anchor === undefined ? file : `${file}#${anchor}`;
}
