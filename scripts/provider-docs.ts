/** Writes docs/caprover-provider.md from the provider's own schema: `npm run docs:provider`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { caproverProvider, PROVIDER_SOURCE } from "../lib/provider/provider";
import type { Attribute, Attributes, TypeSpec } from "../lib/terraform-plugin";

const ROOT = join(__dirname, "..");
export const DOCUMENT = join(ROOT, "docs", "caprover-provider.md");
const EXAMPLE = join(ROOT, "test", "provider", "example", "main.tf");

const INTRODUCTION = `# The Terraform provider \`caprover\`

Plans, changes, imports and destroys the apps of a [CapRover](https://caprover.com). It comes with this package and
needs Node.js 20.9 and Terraform 1.11; its source address is \`${PROVIDER_SOURCE}\`.

What it takes care of:

- An app with data (\`persistent\`) never has two containers on it. Every write waits until the container of before
  must have stopped; apps wait side by side. A changed image is deployed first, a changed configuration is one write.
- A new app gets its configuration at zero instances, then its image, then its one instance.
- An apply that is killed is gone on with by the next one. A write that was cut off shows as \`applied = false\`. A
  creation that failed leaves the app at zero instances, and the next apply takes it up from there.
- Nothing is sent when nothing changed: CapRover restarts the container at each write.
- Secret values are in no plan and no state. A saved plan file holds the *variables* of a run in clear, unless they
  are \`ephemeral\`: declare those of secrets so.

What it can't do: log in with two-factor authentication; pull on another node before the old container stops (CapRover
pulls on its own node). Mind that CapRover removes stopped containers on its host, also those that are not its own.

An app is imported by its name, with the names of its secret variables:
\`terraform import caprover_app.agent 'agent?secret=API_KEY'\`.
`;

export function renderProviderDocs(): string {
  const { attributes, resources = {}, dataSources = {}, ephemeralResources = {} } = caproverProvider;
  const parts = [
    INTRODUCTION,
    `## Example\n\n\`\`\`hcl\n${readFileSync(EXAMPLE, "utf8").trim()}\n\`\`\`\n`,
    `## Provider\n\n${table(attributes)}`,
    ...sections("Resource", resources),
    ...sections("Data source", dataSources),
    ...sections("Ephemeral resource", ephemeralResources),
  ];
  return parts.join("\n");
}

interface Documented {
  readonly description?: string;
  readonly attributes: Attributes;
  readonly timeoutSeconds?: Readonly<Record<string, number | undefined>>;
}

function sections(kind: string, entries: Readonly<Record<string, Documented>>): string[] {
  return Object.entries(entries)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { description = "", attributes, timeoutSeconds = {} }]) => {
      const timeouts = Object.entries(timeoutSeconds).map(
        ([operation, seconds]) => `${operation} ${seconds} s`,
      );
      const limits =
        timeouts.length === 0
          ? ""
          : `\nA \`timeouts\` block changes how long operations may take: ${timeouts.join(", ")}.\n`;
      return `## ${kind} \`${name}\`\n\n${description}\n\n${table(attributes)}${limits}`;
    });
}

function table(attributes: Attributes): string {
  const rows = rowsOf(attributes, "");
  return `| attribute | type | | |\n|---|---|---|---|\n${rows.join("\n")}\n`;
}

function rowsOf(attributes: Attributes, prefix: string): string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const nested = nestedIn(attribute.type);
    const notes = [
      attribute.description ?? "",
      attribute.mode === "defaulted" ? `Default: \`${JSON.stringify(attribute.default)}\`.` : "",
      attribute.requiresReplace === true ? "A change replaces." : "",
    ].filter((note) => note !== "");
    const row = `| \`${prefix}${name}\` | ${typeName(attribute.type)} | ${modeName(attribute)} | ${notes.map(sentence).join(" ").replaceAll("|", "\\|")} |`;
    return [row, ...(nested === undefined ? [] : rowsOf(nested, `${prefix}${name}.`))];
  });
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function modeName({ mode }: Attribute): string {
  if (mode === "writeOnly") return "write-only";
  if (mode === "optionalComputed") return "optional, computed";
  return mode === "defaulted" ? "optional" : mode;
}

function typeName(type: TypeSpec): string {
  if (type.kind === "primitive") return type.type;
  return type.kind === "nested" ? "object" : `${type.kind} of ${typeName(type.element)}`;
}

function nestedIn(type: TypeSpec): Attributes | undefined {
  if (type.kind === "nested") return type.attributes;
  return type.kind === "primitive" ? undefined : nestedIn(type.element);
}

if (require.main === module) writeFileSync(DOCUMENT, renderProviderDocs());
