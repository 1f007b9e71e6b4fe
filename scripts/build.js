// Builds dist/ from lib/: CommonJS, declarations and maps; and the Terraform provider, which is a program of its own.
const { execFileSync } = require("node:child_process");
const { chmodSync, existsSync, rmSync } = require("node:fs");
const { join } = require("node:path");
const { bundleProvider } = require("./bundle-provider");
const { version } = require("../package.json");

const root = join(__dirname, "..");
const dist = join(root, "dist");
rmSync(dist, { recursive: true, force: true });
execFileSync(join(root, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
const cli = join(dist, "cli", "main.js");
if (existsSync(cli)) chmodSync(cli, 0o755);

bundleProvider(join(dist, "provider"), `terraform-provider-caprover_v${version}`).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
