// Writes the generated parts of README.md and docs/; with --check only says which are out of date.
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const tsx = require("tsx/cjs/api");

const root = join(__dirname, "..");
const { ruleRows, rulesMarkdown } = tsx.require("../lib/cli/rules-table", __filename);
const { loginsMarkdown } = tsx.require("../lib/hermes/dashboard-logins", __filename);
const { modelProvidersMarkdown } = tsx.require("../lib/hermes/model-providers", __filename);
const { platformsMarkdown } = tsx.require("../lib/hermes/platforms", __filename);

const program = (name) => [
  "README.md",
  `examples/${name}/main.ts`,
  `\`\`\`ts\n${readFileSync(join(root, "examples", name, "main.ts"), "utf8")}\`\`\`\n`,
];

/** Page, name of the part between its two markers, and its text. */
const PARTS = [
  program("smallest-agent"),
  program("caprover-smallest"),
  ["docs/rules.md", "npx cdktf-hermes rules", rulesMarkdown(ruleRows())],
  ["docs/dashboard-auth.md", "lib/hermes/dashboard-logins.ts", loginsMarkdown()],
  ["docs/hermes-app.md", "lib/hermes/model-providers.ts", modelProvidersMarkdown()],
  ["docs/hermes-app.md", "lib/hermes/platforms.ts", platformsMarkdown()],
];

function withPart(page, name, content) {
  const begin = `<!-- begin: ${name} -->\n`;
  const end = "<!-- end -->";
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`there are no markers for ${name}`);
  return `${page.slice(0, from + begin.length)}\n${content}\n${page.slice(to)}`;
}

const check = process.argv.includes("--check");
for (const [path, name, content] of PARTS) {
  const file = join(root, path);
  const page = readFileSync(file, "utf8");
  const updated = withPart(page, name, content);
  if (updated === page) continue;
  if (!check) {
    writeFileSync(file, updated);
    continue;
  }
  console.error(`${path} is out of date (${name}); run \`npm run docs\``);
  process.exitCode = 1;
}
