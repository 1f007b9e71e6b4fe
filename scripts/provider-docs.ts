/** Writes docs/caprover-provider.md from the provider's own schema: `npm run docs:provider`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { caproverProvider, PROVIDER_SOURCE } from "../lib/provider/provider";
import type { Attribute, Attributes, AttributeType } from "../lib/terraform-plugin";

const ROOT = join(__dirname, "..");
export const DOCUMENT = join(ROOT, "docs", "caprover-provider.md");
const EXAMPLE = join(ROOT, "test", "provider", "example", "main.tf");

const INTRODUCTION = `# The Terraform provider \`caprover\`

Plans, changes, imports and destroys the apps of a [CapRover](https://caprover.com). It comes with this package and
needs Node.js 20.9 and Terraform 1.11; its source address is \`${PROVIDER_SOURCE}\`.

What it takes care of:

- An app with data (\`persistent\`) never has two containers on it. Every write waits until the container of before
  must have stopped, also the one that somebody stopped or restarted in the dashboard just before; apps wait side by
  side. A changed image is deployed first, a changed configuration is one write. Only what was saved in the dashboard
  and left everything as it was, such as a stop and a start, can't be seen: wait out the stop grace before an apply.
- Two apps of one plan, or of one captain, don't get the same volume or path. An app moves to another node only once
  its volumes were, and is not imported while its override mounts data that \`volumes\` does not name.
- A new app gets its configuration at zero instances, then its image, then its one instance.
- An apply that is killed is gone on with by the next one. A write that was cut off shows as \`applied = false\`. A
  creation that failed leaves the app at zero instances, unless it was interrupted, and the next apply takes it up from
  there. An app that ran before, and was only found again, runs on.
- Nothing is sent when nothing changed: CapRover restarts the container at each write.
- Secret values are in no plan and no state. A saved plan file holds the *variables* of a run in clear, unless they
  are \`ephemeral\`: declare those of secrets so.

What it leaves alone: of an app its git webhook, pre-deploy function, captain-definition path and all of its nginx
template but the lines of \`nginx\`; of the captain its root domain, root SSL, a wildcard certificate and its settings.

What it can't do: log in with two-factor authentication; pull on another node before the old container stops (CapRover
pulls on its own node). Mind that CapRover removes stopped containers on its host, also those that are not its own.

A captain whose certificate an authority of your own has signed needs that authority's certificate in
\`NODE_EXTRA_CA_CERTS\`. The provider connects to it directly: \`HTTPS_PROXY\` and the like are not looked at.
`;

/** What each resource is imported by. */
const IMPORT_IDS: Readonly<Record<string, { readonly id: string; readonly words: string }>> = {
  caprover_app: {
    id: "'agent?secret=API_KEY,TOKEN'",
    words:
      "the app's name, and after `?secret=` the names of its secret variables, whose values then stay out of the state. Many an app of a one-click template has a `Command` in its override: without it in `service_override`, the first apply goes back to the image's own",
  },
  caprover_base_domain_ssl: { id: "agent", words: "the app's name" },
  caprover_custom_domain: { id: "agent/agent.example.com", words: "app and domain" },
  caprover_force_ssl: { id: "agent", words: "the app's name" },
  caprover_project: { id: "agents", words: "the project's name or id" },
  caprover_redirect: { id: "agent", words: "the app's name" },
  caprover_registry: {
    id: "ghcr.io",
    words: "the registry's domain, or its id where there are several accounts of the domain",
  },
};

function importLine(resource: string): string {
  const known = IMPORT_IDS[resource];
  if (known === undefined) throw new Error(`provider-docs.ts does not say what ${resource} is imported by`);
  return `\nImport by ${known.words}: \`terraform import ${resource}.this ${known.id}\`.\n`;
}

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
  readonly importState?: unknown;
}

function sections(kind: string, entries: Readonly<Record<string, Documented>>): string[] {
  return Object.entries(entries)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { description = "", attributes, timeoutSeconds = {}, importState: importable }]) => {
      const timeouts = Object.entries(timeoutSeconds).map(
        ([operation, seconds]) => `${operation} ${seconds} s`,
      );
      const limits =
        timeouts.length === 0
          ? ""
          : `\nA \`timeouts\` block changes how long operations may take: ${timeouts.join(", ")}.\n`;
      const imported = importable === undefined ? "" : importLine(name);
      return `## ${kind} \`${name}\`\n\n${description}\n\n${table(attributes)}${limits}${imported}`;
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

function typeName(type: AttributeType): string {
  if (type.kind === "primitive") return type.type;
  return type.kind === "nested" ? "object" : `${type.kind} of ${typeName(type.element)}`;
}

function nestedIn(type: AttributeType): Attributes | undefined {
  if (type.kind === "nested") return type.attributes;
  return type.kind === "primitive" ? undefined : nestedIn(type.element);
}

if (require.main === module) writeFileSync(DOCUMENT, renderProviderDocs());
