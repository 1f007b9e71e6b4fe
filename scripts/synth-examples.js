// Synthesizes every example with the built package, and prints what each will deploy.
const { execFileSync } = require("node:child_process");
const { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const examples = join(root, "examples");

// Like `npm install` in a copy of the example: installs the package under its own name.
mkdirSync(join(examples, "node_modules"), { recursive: true });
const link = join(examples, "node_modules", "cdktf-hermes");
rmSync(link, { recursive: true, force: true });
symlinkSync(join("..", ".."), link, "dir");

for (const name of readdirSync(examples).sort()) {
  const folder = join(examples, name);
  if (!existsSync(join(folder, "main.ts"))) continue;
  console.log(`\nexamples/${name}`);
  execFileSync(process.execPath, ["--import", "tsx", "main.ts"], { cwd: folder, stdio: "inherit" });
  execFileSync(process.execPath, [join(root, "dist", "cli", "main.js"), "describe"], {
    cwd: folder,
    stdio: "inherit",
  });
}
