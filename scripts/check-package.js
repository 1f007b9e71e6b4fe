// Checks the package as npm would publish it: its metadata, its types, a copy of an example that installs it, and a
// repository that its `init` writes.
const { execFileSync } = require("node:child_process");
const { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const root = join(__dirname, "..");
const work = mkdtempSync(join(tmpdir(), "cdktf-hermes-package-"));

function run(what, cwd, command, ...arguments_) {
  console.log(`\n${what}`);
  execFileSync(command, arguments_, { cwd, stdio: "inherit" });
}

/** Leaves cdktf-cli out: it is a large install that only deploys need. */
function prepare(folder, dependencies = {}) {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  Object.assign(manifest.dependencies, dependencies);
  delete manifest.devDependencies["cdktf-cli"];
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
}

try {
  run("pack", root, "npm", "pack", "--silent", "--pack-destination", work);
  const tarball = join(work, `cdktf-hermes-${require("../package.json").version}.tgz`);
  run("publint", root, "npx", "publint", "--strict", tarball);
  run("are the types wrong?", root, "npx", "attw", tarball);

  const consumer = join(work, "infra-repo");
  cpSync(join(root, "examples", "infra-repo"), consumer, { recursive: true });
  rmSync(join(consumer, "cdktf.out"), { recursive: true, force: true });
  prepare(consumer, { "cdktf-hermes": `file:${tarball}` });
  run("install it in a copy of examples/infra-repo", consumer, "npm", "install", "--no-audit", "--no-fund");
  run("type-check the copy", consumer, "npx", "tsc");
  run(
    "type-check the copy, library declarations included",
    consumer,
    "npx",
    "tsc",
    "--skipLibCheck",
    "false",
  );
  run("synthesize the copy", consumer, "npx", "tsx", "main.ts");
  run("describe the copy", consumer, "npx", "cdktf-hermes", "describe");
  run("test the copy", consumer, "npx", "jest", "--ci");

  const written = join(work, "new repository");
  const answers = ["--target", "caprover", "--dashboard", "basic", "--platforms", "slack"];
  run(
    "write a repository",
    consumer,
    "npx",
    "cdktf-hermes",
    "init",
    written,
    ...answers,
    "--package",
    tarball,
  );
  prepare(written);
  run("install what it needs", written, "npm", "install", "--no-audit", "--no-fund");
  // Also where this runs in CI, in which Jest writes no snapshot by itself.
  run("test it, and write its first snapshot", written, "npm", "test", "--", "--ci=false");
} finally {
  rmSync(work, { recursive: true });
}
