// Checks the package as npm would publish it: its metadata, its types, and a copy of an example that installs it.
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

try {
  run("pack", root, "npm", "pack", "--silent", "--pack-destination", work);
  const tarball = join(work, `cdktf-hermes-${require("../package.json").version}.tgz`);
  run("publint", root, "npx", "publint", "--strict", tarball);
  run("are the types wrong?", root, "npx", "attw", tarball);

  // A copy of the infra repo with the packed package. cdktf-cli is left out: it is a large install that only deploys
  // need.
  const consumer = join(work, "infra-repo");
  cpSync(join(root, "examples", "infra-repo"), consumer, { recursive: true });
  rmSync(join(consumer, "cdktf.out"), { recursive: true, force: true });
  const manifest = JSON.parse(readFileSync(join(consumer, "package.json"), "utf8"));
  manifest.dependencies["cdktf-hermes"] = `file:${tarball}`;
  delete manifest.devDependencies["cdktf-cli"];
  writeFileSync(join(consumer, "package.json"), JSON.stringify(manifest));
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
} finally {
  rmSync(work, { recursive: true });
}
