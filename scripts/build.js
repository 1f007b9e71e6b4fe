// Builds dist/ from lib/: a CommonJS bundle for each entry point (a hundred small files would load slowly), the
// declarations, and the Terraform provider, which is a program of its own.
const { execFileSync } = require("node:child_process");
const { chmodSync, cpSync, existsSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const esbuild = require("esbuild");
const { bundleProvider } = require("./bundle-provider");
const { notices } = require("./notices");
const { dependencies, peerDependencies, version } = require("../package.json");

const root = join(__dirname, "..");
const dist = join(root, "dist");
// Builds in a folder beside dist/ and renames it at the end, so that a program that runs from dist/ never finds a part
// of it.
const [next, last] = ["next", "last"].map((name) => join(root, `.dist-${name}-${process.pid}`));

/**
 * The bundles and their entry points. Each bundle is as deep in dist/ as its modules in lib/, so that paths from
 * `__dirname` are right in both.
 */
const ENTRY_POINTS = {
  "main/index": "lib/index.ts",
  "testing/index": "lib/testing/index.ts",
  "cli/main": "lib/cli/main.ts",
};

/**
 * What a user's project has anyway. The libraries of the commands are part of the bundle, and so is what is used of zod:
 * the whole of it, with the messages of all languages, takes a sixth of the time of loading. It stays a dependency
 * because the declarations name its types.
 */
const EXTERNAL = Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => name !== "zod");

/** A folder of Python that runs inside an agent's container. */
const PROBE = "operations/probe";

async function build() {
  execFileSync(join(root, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.build.json", "--outDir", next], {
    cwd: root,
    stdio: "inherit",
  });
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: Object.entries(ENTRY_POINTS).map(([out, source]) => ({ out, in: source })),
    outdir: next,
    bundle: true,
    metafile: true,
    external: EXTERNAL.flatMap((name) => [name, `${name}/*`]),
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: true,
    legalComments: "none",
    logLevel: "warning",
  });
  writeFileSync(join(next, "third-party-licences.txt"), notices(Object.keys(metafile.inputs)));
  chmodSync(join(next, "cli", "main.js"), 0o755);
  cpSync(join(root, "lib", PROBE), join(next, PROBE), { recursive: true });
  await bundleProvider(join(next, "provider"), `terraform-provider-caprover_v${version}`);
  if (existsSync(dist)) renameSync(dist, last);
  renameSync(next, dist);
}

build()
  .catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  })
  .finally(() => {
    for (const folder of [next, last]) rmSync(folder, { recursive: true, force: true });
  });
