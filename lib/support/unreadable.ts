/** What no schema sees: it skips some names, reads what throws, and follows a circle for ever. */
import { kindOf } from "./errors";
import { isPlainObject, isRecord } from "./objects";

interface Unreadable {
  readonly path: readonly PropertyKey[];
  /** What is wrong, as a clause. */
  readonly problem: string;
  readonly fix: string;
}

/** Looks at plain objects and lists only: constructs and tokens take care of themselves. */
export function unreadableIn(value: unknown): readonly Unreadable[] {
  return [...search(value, [], [])];
}

/** The props, or none of them if reading one throws. */
export function readable<Props extends object>(props: Props): Partial<Props> {
  try {
    return { ...props };
  } catch {
    return {};
  }
}

function* search(
  value: unknown,
  path: readonly PropertyKey[],
  around: readonly unknown[],
): Generator<Unreadable> {
  if (!isRecord(value)) return;
  const kind = kindOf(value);
  if (kind !== "a list" && kind !== "an object")
    yield { path, problem: `is ${kind}`, fix: "give plain values" };
  if (!(Array.isArray(value) || isPlainObject(value))) return;
  if (around.includes(value)) {
    yield { path, problem: "contains itself", fix: "leave the inner one out" };
    return;
  }
  for (const name of Reflect.ownKeys(value)) {
    if (!Object.prototype.propertyIsEnumerable.call(value, name)) continue;
    const place = [...path, Array.isArray(value) ? Number(name) : name];
    if (typeof name === "symbol") yield { path, problem: "has a symbol as a name", fix: "use text" };
    else if (name === "__proto__")
      yield { path: place, problem: "is not an allowed name: JavaScript reserves it", fix: "remove it" };
    else if (throws(() => value[name]))
      yield { path: place, problem: "reading it throws an exception", fix: "give a value" };
    else yield* search(value[name], place, [...around, value]);
  }
}

function throws(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch {
    return true;
  }
}
