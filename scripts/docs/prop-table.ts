/** The table of a type's props. */
import { splitDefault } from "./docstrings";
import { code, link, linkedCode, table } from "./markdown";
import type { Declaration, Property } from "./model";

export interface Links {
  type(name: string): string | undefined;
  prop(type: string, prop: string): string | undefined;
}

export function propTable({ name: type, properties }: Declaration, links: Links): string {
  const rows = [...properties]
    .sort((a, b) => Number(a.optional) - Number(b.optional))
    .map((property) => [
      link(code(property.name), links.prop(type, property.name)),
      linkedCode(property.type, links.type),
      defaultOf(property),
      property.text,
    ]);
  return table(["prop", "type", "default", ""], rows);
}

/** A value that is already written as code stays unchanged. */
function defaultOf({ optional, insteadOf, default: given }: Property): string {
  if (!optional) return insteadOf.length === 0 ? "required" : ["this", ...insteadOf.map(code)].join(" or ");
  const { value, words } = splitDefault(given ?? "");
  return [value.includes("`") ? value : code(value), words].filter((part) => part !== "").join(": ");
}
