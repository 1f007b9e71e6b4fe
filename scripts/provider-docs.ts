/** Writes docs/caprover-provider.md from the provider's own schema: `npm run docs:provider`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { caproverProvider, PROVIDER_SOURCE } from "../lib/provider/provider";
import type { Attribute, Attributes, AttributeType } from "../lib/terraform-plugin";

const ROOT = join(__dirname, "..");
export const DOCUMENT = join(ROOT, "docs", "caprover-provider.md");
/** In the layout of HashiCorp's tfplugindocs, with one whole configuration beside it. */
const EXAMPLES = join(ROOT, "examples", "terraform");

const INTRODUCTION = `# The Terraform provider \`caprover\`

Plans, changes, imports and destroys the apps of a [CapRover](https://caprover.com) server. It comes with this package
and needs Node.js 20.9, and Terraform or OpenTofu 1.11 for write-only attributes. Its source address is \`${PROVIDER_SOURCE}\`.

What it takes care of:

- An app with data (\`persistent\`) never has two containers on it. Every write waits until the previous container
  must have stopped, even when somebody stopped or restarted it in the dashboard just before. Several apps wait side by
  side. A new image is deployed first; a new configuration is one write. There is one exception: a save in the
  dashboard that left everything as it was, such as a stop and a start, leaves no trace. After one, wait for the stop
  grace before you apply.
- Two apps of one plan, or of one server, don't get the same volume or path, unless each has it as \`shared\`. An app
  moves to another node only after its volumes did. An app is not imported while its override mounts data that
  \`volumes\` does not name.
- A new app gets its configuration at zero instances, then its image, then its one instance.
- The next apply resumes one that was killed. A write that was cut off shows as \`applied = false\`. When a creation
  fails, the app stays at zero instances, unless the apply was interrupted, and the next apply resumes from there. An
  app that was already running, and that this apply only found again, keeps running.
- An apply does what its plan said, and nothing else. An image is deployed only when the plan says so, and a secret is
  sent only when its version changes in the plan. With \`ignore_changes\` the values of the dashboard or of a CI stay as
  they are there. So do a variable that a plan only masks, and what no attribute shows of a service override.
- A plan refuses what CapRover's list shows to be impossible: a name, a domain or a port of the node that another app
  has, or a project that does not exist. It also refuses a redirect to a foreign domain, forced SSL without a
  certificate, and a new name for a protected app. It warns of data that an app leaves in a volume or directory, and
  says where, and of data that an image of an earlier version is to read.
- The configuration that \`terraform plan -generate-config-out\` writes applies as it is. It pins the versions of
  secrets: raise a version, or leave it out, to send another value. The plan warns of a value that is not sent.
- A creation takes an app that exists already only if nobody has used it: it was only registered, or its creation failed
  before it was started. A running app is taken only by the \`owner\` that created it less than an hour ago, and only
  if it is as the plan wants it. The plan warns of it. Anything else that exists is refused with its import block:
  apps, domains, forced SSL, redirects, projects, registries. On an app that the same owner changed last, domains,
  forced SSL and redirects are taken.
- A plan that destroys and creates the same thing under two addresses is refused: write a \`moved\` block.
- When two states without a common lock change one app at once, exactly one goes on. Each write follows a look at the
  app within a second, and the run that finds a newer stamp of another one ends with "Somebody else is changing this
  app". It leaves the app as it is.
- Nothing is sent when nothing changed, because CapRover restarts the container at each write.
- Secret values are in no plan and no state. A saved plan file holds the *variables* of a run in clear text, unless
  they are \`ephemeral\`: declare the variables of secrets so. An output of a
  whole \`caprover_app\` needs \`sensitive = true\`, because Terraform counts write-only attributes as sensitive. An
  output of one attribute, such as \`caprover_app.agent.url\`, does not.

What it leaves alone. Of an app: its git webhook, pre-deploy function and captain-definition path, and its nginx
template except for the lines of \`nginx\`. Of the server: its root domain, root SSL, a wildcard certificate and its
settings.

What it can't do: log in with two-factor authentication, and pull an image on another node before the old container
stops, because CapRover pulls on its own node. CapRover removes stopped containers on its host, even those that are
not its own.

If a certificate authority of your own signed the server's certificate, set \`NODE_EXTRA_CA_CERTS\` to that
authority's certificate. The provider connects to the server directly and ignores \`HTTPS_PROXY\`.

## Install

A program of CDKTF needs no installation: synthesis puts the provider [where Terraform finds
it](caprover.md#how-the-provider-is-found). In a folder of Terraform files that you write yourself, one command does:

\`\`\`sh
npm install --save-dev cdktf-hermes
npx cdktf-hermes install-provider
terraform init
\`\`\`

It writes the provider to \`terraform.d/plugins\` of that folder, where Terraform looks by itself, and the provider's
entry to \`.terraform.lock.hcl\`. So no registry, no CLI configuration and no flag is needed. Name another folder behind
the command, and run it in each root module. \`--platform linux_arm64\` chooses platforms; by default it writes those of
Linux and macOS on 64 bits. One entry in the lock file is right for all of them. Windows needs WSL.

- Commit \`.terraform.lock.hcl\`. Commit \`terraform.d\` too, or run the command before \`terraform init\` wherever you run
  Terraform. It writes the same files each time.
- After an upgrade of the package, run it again. It replaces the earlier version and its entry.
- If Terraform's CLI configuration (\`~/.terraformrc\` or the file in \`TF_CLI_CONFIG_FILE\`) has a
  \`provider_installation\` block, Terraform does not look into the folder by itself. The command says what to add.
- \`terraform -chdir=…\` looks into \`terraform.d\` of the folder that it was started in. \`cd\` into the module instead.
- OpenTofu 1.11 or later looks into the same folder and has the same lock file.
`;

/** What each resource is imported by. */
const IMPORT_IDS: Readonly<Record<string, { readonly words: string; readonly note?: string }>> = {
  caprover_app: {
    words: "the app's name, and after `?secret=` the names of its secret variables",
    note: "The values of those variables stay out of the state. Apps of one-click templates often have a `Command` in their override: copy it to `service_override`, or the first apply goes back to the image's own command.",
  },
  caprover_base_domain_ssl: { words: "the app's name" },
  caprover_custom_domain: { words: "the app's name and the domain" },
  caprover_force_ssl: { words: "the app's name" },
  caprover_project: { words: "the project's name or id" },
  caprover_redirect: { words: "the app's name" },
  caprover_registry: {
    words: "the registry's domain, or its id when the domain has several accounts",
  },
};

function importLine(resource: string): string {
  const known = IMPORT_IDS[resource];
  if (known === undefined) throw new Error(`provider-docs.ts has no import id for ${resource}`);
  const note = known.note === undefined ? "" : `\n${known.note}\n`;
  const files = ["import-by-string-id.tf", "import.sh"].map((file) => code("resources", resource, file));
  return `\nImport by ${known.words}, with a block or a command:\n\n${files.join("\n")}${note}`;
}

/** A file of the examples as a block of code. */
function code(...path: readonly string[]): string {
  const language = path.at(-1)?.endsWith(".sh") ? "sh" : "hcl";
  return `\`\`\`${language}\n${readFileSync(join(EXAMPLES, ...path), "utf8").trim()}\n\`\`\`\n`;
}

export function renderProviderDocs(): string {
  const { attributes, resources = {}, dataSources = {}, ephemeralResources = {} } = caproverProvider;
  const parts = [
    INTRODUCTION,
    `## Example\n\n${code("agent", "main.tf")}`,
    `## Provider\n\n${code("provider", "provider.tf")}\n${table(attributes)}`,
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

/** Folder and file of tfplugindocs, such as `data-sources/NAME/data-source.tf`. */
function exampleOf(kind: string, name: string): string {
  const slug = kind.toLowerCase().replace(" ", "-");
  return code(`${slug}s`, name, `${slug}.tf`);
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
      const example = exampleOf(kind, name);
      return `## ${kind} \`${name}\`\n\n${description}\n\n${example}\n${table(attributes)}${limits}${imported}`;
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
      attribute.requiresReplace === true ? "A change replaces the resource." : "",
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
