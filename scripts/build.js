// Builds dist/ from lib/: CommonJS, declarations and maps; and the Terraform provider, which is a program of its own.
const { execFileSync } = require("node:child_process");
const { chmodSync, existsSync, renameSync, rmSync } = require("node:fs");
const { join } = require("node:path");
const { bundleProvider } = require("./bundle-provider");
const { version } = require("../package.json");

const root = join(__dirname, "..");
const dist = join(root, "dist");
// Built beside it and put in its place at the end: what runs from dist/ meanwhile never finds half of it.
const [next, last] = ["next", "last"].map((name) => join(root, `.dist-${name}-${process.pid}`));

async function build() {
  execFileSync(join(root, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.build.json", "--outDir", next], {
    cwd: root,
    stdio: "inherit",
  });
  chmodSync(join(next, "cli", "main.js"), 0o755);
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
