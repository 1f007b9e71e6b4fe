/** What a person sees in the terminal when a program has one wrong prop. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { temporaryFolder } from "./agents";

const ROOT = join(__dirname, "..");

/** What stands in a user's project itself. All else is in the bundle. */
const OWN_PACKAGES = ["cdktf", "constructs", "zod", "yaml", "@cdktf"];

/** A program of somebody else's, with this package in its `node_modules` as it is published: one bundle. */
function project(): string {
  const folder = temporaryFolder();
  const installed = join(folder, "node_modules", "cdktf-hermes");
  mkdirSync(join(installed, "dist", "main"), { recursive: true });
  writeFileSync(join(installed, "package.json"), '{ "name": "cdktf-hermes", "main": "dist/main/index.js" }');
  // So that source maps lead into the package, as those of the published one do.
  cpSync(join(ROOT, "lib"), join(installed, "lib"), { recursive: true });
  buildSync({
    absWorkingDir: installed,
    entryPoints: ["lib/index.ts"],
    outfile: "dist/main/index.js",
    bundle: true,
    external: OWN_PACKAGES.map((name) => `${name}*`),
    nodePaths: [join(ROOT, "node_modules")],
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: true,
    logLevel: "silent",
  });
  for (const name of OWN_PACKAGES)
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  writeFileSync(join(folder, "package.json"), "{}");
  return folder;
}

const program = (
  load: (names: string, from: string) => string,
  props: string,
) => `${load("App, TerraformStack", "cdktf")}
${load("DockerProvider", "@cdktf/provider-docker/lib/provider")}
${load("HermesApp, HermesImage, PersistentDataVolume", "cdktf-hermes")}
const app = new App();
class Agent extends TerraformStack {
  constructor() {
    super(app, "agent");
    new DockerProvider(this, "docker");
    new HermesApp(this, "hermes", {
      image: HermesImage.registry(this, "image", { tag: "v2026.7.30" }),
      data: new PersistentDataVolume(this, "data", { name: "hermes-data" }),
      ${props}
    });
  }
}
new Agent();
app.synth();
`;
/** The line of `new HermesApp` in it. */
const LINE = 9;

const required = (names: string, from: string) => `const { ${names} } = require("${from}");`;
const imported = (names: string, from: string) => `import { ${names} } from "${from}";`;

const folder = project();

function run(file: string, args: readonly string[], text: string): readonly string[] {
  writeFileSync(join(folder, file), text);
  const { status, stderr, stdout } = spawnSync(process.execPath, [...args, file], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], CDKTF_OUTDIR: join(folder, "out") },
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  return stderr.trimEnd().split("\n");
}

const TSX = require.resolve("tsx", { paths: [dirname(__dirname)] });

test.each<[string, string, readonly string[], (names: string, from: string) => string]>([
  ["node", "main.js", [], required],
  ["node with source maps", "main.js", ["--enable-source-maps"], required],
  ["node with tsx", "main.ts", ["--import", TSX], imported],
])("one misspelt prop takes a few lines, of which the first is the caller's: %s", (_, file, args, load) => {
  const lines = run(file, args, program(load, "memoryMib: 2048,"));
  const own = lines.filter(
    (line) => !/^(?:node:internal.*|\s+triggerUncaughtException\(|\s+\^|)$/.test(line),
  );
  expect(own[0]).toMatch(new RegExp(`^${file}:${LINE}:\\d+$`));
  expect(own[1]).toBe(
    'HermesConfigError: agent/hermes: memoryMib: no such prop; fix: did you mean "memoryMiB"?',
  );
  expect(own[2]).toMatch(new RegExp(`^    at new Agent \\(.*${file}:${LINE}:\\d+\\)$`));
  expect(lines.length).toBeLessThanOrEqual(15);
  const shown = lines.join("\n");
  expect(shown).not.toMatch(/node_modules\/cdktf-hermes|problems:|\[cause\]|dist\/main/);
  expect(shown.split("memoryMib: no such prop")).toHaveLength(2);
});

test("several problems take one line each", () => {
  const lines = run("main.js", [], program(required, 'memoryMib: 2048, env: { "A B": "x" }, shmMiB: "1g",'));
  const own = lines.filter((line) => line.includes("agent/hermes: "));
  expect(own.map((line) => line.replace("HermesConfigError: ", ""))).toEqual([
    expect.stringMatching(/^agent\/hermes: env\..*: is not an allowed name; allowed: letters, digits/),
    'agent/hermes: shmMiB = "1g": is not allowed; allowed: a whole number from 1 to 4294967296 (MiB)',
    'agent/hermes: memoryMib: no such prop; fix: did you mean "memoryMiB"?',
  ]);
});

test("a secret in the caller's line is not shown", () => {
  const lines = run("main.js", [], program(required, 'apiServer: { key: "Zq7-a-literal-key" }, nmae: "x",'));
  expect(lines.join("\n")).not.toContain("Zq7");
});

test("what only synthesis can see points to the construct", () => {
  const text = program(required, "").replace('new DockerProvider(this, "docker");', "");
  const lines = run("main.js", [], text);
  expect(lines[0]).toMatch(new RegExp(`^main\\.js:(?:${LINE}|${LINE + 1}):\\d+$`));
  expect(lines[1]).toContain("the stack agent has no DockerProvider");
  expect(lines.length).toBeLessThanOrEqual(15);
});
