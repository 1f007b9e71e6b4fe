/** The table of a type's props. */
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

/** `@default 5 - why` has a value and `@default - words` has none. Words that quote a value in code stay as they are. */
function defaultOf({ optional, insteadOf, default: given }: Property): string {
  if (!optional) return insteadOf.length === 0 ? "required" : ["this", ...insteadOf.map(code)].join(" or ");
  if (given === undefined) return "";
  const [, value = "", words = ""] = /^(.*?)(?:(?:^| )- (.*))?$/s.exec(given) ?? [];
  return [value.includes("`") ? value : code(value), words].filter((part) => part !== "").join(": ");
}
