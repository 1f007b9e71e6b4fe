/**
 * Writes the generated pages, the generated parts of others and an example's workflows; with --check it only reports
 * which are out of date.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ruleRows, rulesMarkdown } from "../../lib/cli/rules-table";
import { questionsMarkdown } from "../../lib/delivery/init/questions";
import { badLinesMarkdown } from "../../lib/hermes/bad-lines";
import { conditionsMarkdown } from "../../lib/hermes/conditions";
import { configRoutesMarkdown } from "../../lib/hermes/config-routes";
import { loginsMarkdown } from "../../lib/hermes/dashboard-logins";
import { ownedPathsMarkdown } from "../../lib/hermes/home-files";
import { modelProvidersMarkdown } from "../../lib/hermes/model-settings";
import { platformsMarkdown, proofsMarkdown } from "../../lib/hermes/platform-tables";
import { newestKnownRelease } from "../../lib/hermes/releases";
import { checksMarkdown } from "../../lib/operations/doctor/examine";
import { credentialShapesMarkdown } from "../../lib/support/credential-shapes";
import { apiReference, referencePath, referenceTargets } from "./api-reference";
import { docstringProblems } from "./docstrings";
import { exampleWorkflows } from "./example-workflows";
import type { EntryPoint } from "./model";
import { withGeneratedParts } from "./parts";
import { pinnedNames } from "./pins";
import { propTable } from "./prop-table";
import { secretVariables } from "./secret-variables";
import { type Page, relativeTo, Sections } from "./sections";

const ROOT = join(__dirname, "..", "..");

/** Tables and types that public types are computed from. The reference shows the computed types. */
const COMPUTED_FROM = [
  "DATA_RULES",
  "HermesTarget",
  "CREDENTIAL_RULES",
  "IMAGE_RULES",
  "Listener",
  "LoginProps",
  "PLATFORMS",
  "PropsOf",
  "RULES",
  "LOCAL_MODEL_RULES",
  "SERVER_RULES",
  "TOOL_SERVERS",
];

async function main(): Promise<void> {
  const { readPublicApi } = await import("./public-api.mjs");
  const api = await readPublicApi(ROOT, COMPUTED_FROM);
  const problems = docstringProblems(api);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const pages = handWrittenPages();
  const sections = new Sections(pages, api);
  const updated = [
    ...pages.map(({ path, text }) => ({
      path,
      text: withGeneratedParts(text, partsOf(path, api, sections)),
    })),
    ...api.map((entry) => ({ path: referencePath(entry), text: apiReference(entry, api, sections) })),
  ];
  const check = process.argv.includes("--check");
  for (const { path, text } of updated) {
    const file = join(ROOT, path);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    if (check) {
      console.error(`${path} is out of date; run \`npm run docs\``);
      process.exitCode = 1;
      continue;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const workflows = await exampleWorkflows(check);
  if (check && workflows.length > 0) {
    console.error(`examples/caprover-ci is out of date; run \`npm run docs\`\n${workflows.join("\n")}`);
    process.exitCode = 1;
  }
}

function handWrittenPages(): readonly Page[] {
  const docs = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
  return ["README.md", ...docs.sort().map((name) => `docs/${name}`)].map((path) => ({
    path,
    text: readFileSync(join(ROOT, path), "utf8"),
  }));
}

/** The text between `<!-- begin: NAME -->` and `<!-- end -->`, by the form of the name. */
function partsOf(page: string, api: readonly EntryPoint[], sections: Sections) {
  const targets = referenceTargets(api);
  const links = {
    type: (name: string) => sections.ofType(name, page) ?? relativeTo(page, targets.get(name)),
    prop: (type: string, prop: string) => sections.ofProp(type, prop, page),
  };
  return {
    "examples/(.+/main\\.ts)": (path: string) =>
      `\`\`\`ts\n${readFileSync(join(ROOT, "examples", path), "utf8")}\`\`\`\n`,
    "npx cdktf-hermes init": () => questionsMarkdown(newestKnownRelease()),
    "npx cdktf-hermes rules": () => rulesMarkdown(ruleRows()),
    "lib/hermes/conditions\\.ts": () => conditionsMarkdown(),
    "lib/operations/doctor/examine\\.ts": () => checksMarkdown(),
    "lib/hermes/dashboard-logins\\.ts": () => loginsMarkdown(),
    "lib/hermes/bad-lines\\.ts": () => badLinesMarkdown(),
    "lib/hermes/model-providers\\.ts": () => modelProvidersMarkdown(),
    "lib/hermes/config-routes\\.ts": () => configRoutesMarkdown(),
    "lib/hermes/home-files\\.ts": () => ownedPathsMarkdown(),
    "lib/hermes/platforms\\.ts": () => platformsMarkdown(),
    "proofs of lib/hermes/platforms\\.ts": () => proofsMarkdown(),
    "lib/support/credential-shapes\\.ts": () => credentialShapesMarkdown(),
    "names that props pin": () => pinnedNames(),
    "variables of secrets": () => secretVariables(),
    "props of (\\w+)": (type: string) => {
      const found = api.flatMap(({ declarations }) => declarations).find(({ name }) => name === type);
      if (found === undefined) throw new Error(`${page} shows the props of ${type}, which is not public`);
      return propTable(found, links);
    },
  };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
