// Bundles the provider into one file and writes the launcher beside it. The same sources give the same bytes.
const { chmodSync, mkdirSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const esbuild = require("esbuild");
const { engines } = require("../package.json");
const { notices } = require("./notices");

const root = join(__dirname, "..");

// With `exec`, a signal for the provider reaches Node. The user's NODE_OPTIONS are not meant for it. The provider
// itself refuses a Node that is too old.
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
  const { metafile, outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["lib/provider/main.ts"],
    outfile: join(directory, "provider.cjs"),
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    platform: "node",
    // Prefers a library's ES modules, of which only the used parts are bundled.
    mainFields: ["module", "main"],
    target: "node20",
    legalComments: "none",
    logLevel: "warning",
  });
  const [{ text }] = outputFiles;
  writeFileSync(join(directory, "provider.cjs"), notices(Object.keys(metafile.inputs)) + text);
  const launcher = join(directory, name);
  writeFileSync(launcher, LAUNCHER);
  chmodSync(launcher, 0o755);
}

module.exports = { bundleProvider };
