// Builds dist/ from lib/: CommonJS, declarations and maps.
const { execFileSync } = require("node:child_process");
const { chmodSync, existsSync, rmSync } = require("node:fs");
const { join } = require("node:path");
const { bundleProvider } = require("./bundle-provider.js");

const root = join(__dirname, "..");
const dist = join(root, "dist");
rmSync(dist, { recursive: true, force: true });
execFileSync(join(root, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
const cli = join(dist, "cli", "main.js");
if (existsSync(cli)) chmodSync(cli, 0o755);
bundleProvider(join(dist, "provider"));
