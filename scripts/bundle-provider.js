// Bundles the provider into one file and writes the launcher beside it. Same sources, same bytes.
const { chmodSync, mkdirSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const esbuild = require("esbuild");
const { engines } = require("../package.json");

const root = join(__dirname, "..");

// `exec`, so that a signal for the provider reaches Node; NODE_OPTIONS of the user are not meant for it. A Node that is
// too old is refused by the provider itself.
const LAUNCHER = `#!/bin/sh
unset NODE_OPTIONS
command -v node >/dev/null 2>&1 || { echo "The CapRover provider needs Node.js ${engines.node.replace(">=", "")} or later on PATH."; exit 1; }
exec node "$(dirname "$(readlink -f "$0")")/provider.cjs"
`;

/**
 * @param {string} directory
 * @param {string} [name] of the launcher
 */
async function bundleProvider(directory, name = "terraform-provider-caprover") {
  mkdirSync(directory, { recursive: true });
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["lib/provider/main.ts"],
    outfile: join(directory, "provider.cjs"),
    bundle: true,
    minify: true,
    platform: "node",
    // A library's ES modules first: of those, only what is used is bundled.
    mainFields: ["module", "main"],
    target: "node20",
    legalComments: "none",
    logLevel: "warning",
  });
  const launcher = join(directory, name);
  writeFileSync(launcher, LAUNCHER);
  chmodSync(launcher, 0o755);
}

module.exports = { bundleProvider };
