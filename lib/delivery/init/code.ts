/** TypeScript as text, laid out as the usual formatters do it. */

/** An expression that stands as it is. */
export class Code {
  constructor(readonly text: string) {}
}

/** A call, such as of a factory. */
export class Call {
  constructor(
    readonly callee: string,
    readonly args: readonly Value[],
  ) {}
}

/** A value with a comment behind it. It is a property. */
export class Noted {
  constructor(
    readonly value: Value,
    readonly comment: string,
  ) {}
}

export type Value = string | number | Code | Call | Noted | readonly Value[] | Properties;

/** The properties of an object. */
export interface Properties {
  readonly [name: string]: Value;
}

/** Longest line. */
const COLUMNS = 110;

const STEP = 2;

/**
 * A statement: on one line where it fits, else with one argument, item or property on each.
 *
 * @param before what stands before the value on its line
 */
export function statement(indent: number, before: string, value: Value): string {
  return `${" ".repeat(indent)}${before}${print(value, indent, before.length + 1)};`;
}

/** An import of names from a module. */
export function importOf(names: readonly string[], module: string): string {
  const plain = (name: string) => name.replace(/^type /, "");
  const sorted = [...names].sort((a, b) => (plain(a) < plain(b) ? -1 : 1));
  const line = `import { ${sorted.join(", ")} } from "${module}";`;
  return line.length <= COLUMNS ? line : `import {\n${lines(sorted, STEP)}\n} from "${module}";`;
}

/** @param taken columns of the line that others need */
function print(value: Value, indent: number, taken: number): string {
  const flat = onOneLine(value);
  if (flat !== undefined && indent + taken + flat.length <= COLUMNS) return flat;
  const inner = indent + STEP;
  const end = " ".repeat(indent);
  if (value instanceof Call) return printCall(value, indent);
  if (isList(value)) return `[\n${lines(printAll(value, inner), inner)}\n${end}]`;
  if (isProperties(value)) {
    const properties = Object.entries(value).map(([name, property]) => printProperty(name, property, inner));
    return `{\n${properties.join("\n")}\n${end}}`;
  }
  return flat ?? "";
}

/** The last argument begins on the line of the call if it is an object. */
function printCall({ callee, args }: Call, indent: number): string {
  const last = args.at(-1);
  if (last === undefined || !isProperties(last)) {
    const inner = indent + STEP;
    return `${callee}(\n${lines(printAll(args, inner), inner)}\n${" ".repeat(indent)})`;
  }
  const others = args.slice(0, -1).map((arg) => `${onOneLine(arg)}, `);
  return `${callee}(${others.join("")}${print(last, indent, COLUMNS)})`;
}

function printAll(values: readonly Value[], indent: number): readonly string[] {
  return values.map((value) => print(value, indent, 1));
}

function printProperty(name: string, property: Value, indent: number): string {
  const pad = " ".repeat(indent);
  if (property instanceof Noted) {
    return `${printProperty(name, property.value, indent)} // ${property.comment}`;
  }
  if (property instanceof Code && property.text === name) return `${pad}${name},`;
  return `${pad}${name}: ${print(property, indent, name.length + 3)},`;
}

function lines(items: readonly string[], indent: number): string {
  return items.map((item) => `${" ".repeat(indent)}${item},`).join("\n");
}

/** Undefined for what has a comment in it. */
function onOneLine(value: Value): string | undefined {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return String(value);
  if (value instanceof Code) return value.text;
  if (value instanceof Noted) return undefined;
  if (value instanceof Call) {
    const args = allOnOneLine(value.args);
    return args && `${value.callee}(${args.join(", ")})`;
  }
  if (isList(value)) {
    const items = allOnOneLine(value);
    return items && `[${items.join(", ")}]`;
  }
  const entries = Object.entries(value);
  const texts = allOnOneLine(entries.map(([, property]) => property));
  const properties = texts?.map((text, i) => {
    const name = entries[i]?.[0] ?? "";
    return text === name ? name : `${name}: ${text}`;
  });
  return properties && (properties.length === 0 ? "{}" : `{ ${properties.join(", ")} }`);
}

function allOnOneLine(values: readonly Value[]): readonly string[] | undefined {
  const texts = values.map(onOneLine);
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function isProperties(value: Value): value is Properties {
  return (
    typeof value === "object" &&
    !isList(value) &&
    !(value instanceof Code || value instanceof Call || value instanceof Noted)
  );
}
