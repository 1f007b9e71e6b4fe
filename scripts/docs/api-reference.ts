/** The page of an entry point: what a program makes or calls, each with the types that belong to it. */
import { link, linkedCode, slug, table } from "./markdown";
import type { Call, Declaration, EntryPoint, Property } from "./model";
import { type Links, propTable } from "./prop-table";
import { relativeTo, type Sections } from "./sections";

export const referencePath = ({ importPath }: EntryPoint) => `docs/api/${importPath.split("/").at(-1)}.md`;

/** Where the reference shows each type. */
export function referenceTargets(api: readonly EntryPoint[]): ReadonlyMap<string, string> {
  return new Map(
    api.flatMap((entry) =>
      entry.declarations.map(({ name }) => [name, `${referencePath(entry)}#${slug(name)}`] as const),
    ),
  );
}

export function apiReference(entry: EntryPoint, api: readonly EntryPoint[], sections: Sections): string {
  const page = referencePath(entry);
  const targets = referenceTargets(api);
  const linksOf = (self: string): Links => ({
    type: (name) => (name === self ? undefined : relativeTo(page, targets.get(name))),
    prop: (type, prop) => sections.ofProp(type, prop, page),
  });
  const show = (declaration: Declaration, level: string) => {
    const links = linksOf(declaration.name);
    return [
      `${level} ${declaration.name}`,
      ...explanation(declaration.name, sections.ofType(declaration.name, page)),
      ...(declaration.text === "" ? [] : [declaration.text]),
      ...declaration.calls.map((call) => showCall(call, links)),
      ...showProperties(declaration, links),
    ].map((part) => `${part.trimEnd()}\n`);
  };
  const groups = grouped(entry.declarations);
  return [
    `# ${entry.importPath}\n`,
    "Generated from the docstrings: `npm run docs`.\n",
    groups.map((group) => contents(group, (name) => relativeTo(page, targets.get(name)))).join(""),
    ...groups.flatMap(({ noun, types }) => [
      ...show(noun, "##"),
      ...types.flatMap((type) => show(type, "###")),
    ]),
  ].join("\n");
}

const explanation = (name: string, target: string | undefined) =>
  target === undefined ? [] : [`Guide: [${name}](${target}).`];

function contents({ noun, types }: Group, target: Links["type"]): string {
  const names = types.map(({ name }) => link(name, target(name)));
  return `- ${[link(`**${noun.name}**`, target(noun.name)), names.join(", ")].filter((part) => part !== "").join(": ")}\n`;
}

function showCall({ signature, text, throws }: Call, links: Links): string {
  const lines = [text, ...throws.map((what) => `Throws ${what}.`)].filter((line) => line !== "");
  return [
    `- ${linkedCode(signature, links.type)}`,
    ...lines.map((line) => line.replaceAll(/^/gm, "  ")),
  ].join("\n\n");
}

/** A type that does not consist of properties is shown as written. Properties that are required have no default. */
function showProperties(declaration: Declaration, links: Links): readonly string[] {
  const { properties, type } = declaration;
  if (properties.length === 0) return type === undefined ? [] : [linkedCode(type, links.type)];
  if (properties.some(({ optional, insteadOf }) => optional || insteadOf.length > 0)) {
    return [propTable(declaration, links)];
  }
  const rows = properties.map(({ name, type, text }: Property) => [
    `\`${name}\``,
    linkedCode(type, links.type),
    text,
  ]);
  return [table(["property", "type", ""], rows)];
}

interface Group {
  /** A class, a constant or a function. */
  readonly noun: Declaration;
  /** The types that it refers to, without those of earlier nouns. */
  readonly types: readonly Declaration[];
}

/** Types are shown under the first class, constant or function that refers to them. Other types are shown alone. */
function grouped(declarations: readonly Declaration[]): readonly Group[] {
  const left = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  const isNoun = ({ kind }: Declaration) => kind !== "type";
  const take = (from: Declaration): readonly Declaration[] =>
    namesIn(from).flatMap((name) => {
      const found = left.get(name);
      if (found === undefined || isNoun(found)) return [];
      left.delete(name);
      return [found, ...take(found)];
    });
  const nouns = declarations.filter(isNoun).map((noun) => ({ noun, types: take(noun) }));
  const alone = [...left.values()].filter((declaration) => !isNoun(declaration));
  return [...nouns, ...alone.map((noun) => ({ noun, types: [] }))];
}

function namesIn({ type = "", calls, properties }: Declaration): readonly string[] {
  const texts = [
    type,
    ...calls.map(({ signature }) => signature),
    ...properties.map((property) => property.type),
  ];
  return texts.flatMap((text) => text.match(/\b[A-Za-z]\w*\b/g) ?? []);
}
