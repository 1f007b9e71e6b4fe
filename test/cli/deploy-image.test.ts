import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { temporaryFolder } from "../agents";
import { hermesImage } from "../caprover/hermes-image";
import { CaptainClient } from "../caprover-contract/captain-client";
import { synthesize } from "../delivery/programs";
import { bundledCommand } from "./bundled";

jest.setTimeout(60_000);

const command = bundledCommand();
const TOKEN = "d3ploy-Token-of-the-tests";
const IMAGE = "ghcr.io/acme/hermes-1";
const byToken = synthesize({ target: "caprover", withoutUrl: true, delivery: { deploy: "token" } }).outdir;
const byTerraform = synthesize({ target: "caprover", withoutUrl: true }).outdir;
const overHttp = synthesize({
  target: "caprover",
  withoutUrl: true,
  insecureHttp: true,
  delivery: { deploy: "token" },
}).outdir;
const AGENT = "hermes-1-1";

let captain: CapRoverSandbox;

beforeAll(async () => {
  captain = await CapRoverSandbox.start({ images: { [`${IMAGE}:sha-2`]: hermesImage("v2026.7.30") } });
  const user = new CaptainClient(captain.url, captain.password);
  await user.logIn();
  await user.register(AGENT, true);
  await captain.clock.until(() => !captain.app(AGENT).isBuilding, 600);
  await user.patch(AGENT, {
    appDeployTokenConfig: { enabled: true, appDeployToken: TOKEN },
    serviceUpdateOverride: JSON.stringify({ TaskTemplate: { ContainerSpec: { Args: ["gateway", "run"] } } }),
  });
});
afterAll(() => captain.stop());

/** A docker that prints what the registry says of any image. */
function docker(script: string): string {
  const folder = join(temporaryFolder(), "programs");
  mkdirSync(folder);
  writeFileSync(join(folder, "docker"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return `${folder}:/usr/bin:/bin`;
}

const labelled = (labels: object) => `echo '${JSON.stringify({ config: { Labels: labels } })}'`;
const OURS = { "cdktf-hermes.release": "v2026.7.30" };

function deployImage(args: readonly string[], environment: NodeJS.ProcessEnv = {}, outdir = byToken) {
  const { CAPROVER_PASSWORD: _password, ...server } = captain.environment;
  const child = spawn(process.execPath, [command, "deploy-image", "--output", outdir, ...args], {
    env: { ...server, PATH: docker(labelled(OURS)), CAPROVER_APP_TOKEN: TOKEN, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text;
    });
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve({ code, ...printed }));
  });
}

const GOOD = [AGENT, "--tag", "sha-2"];
/** Nothing answers there, so that the agent is not seen to run. */
const NOBODY = ["--dashboard", "http://127.0.0.1:9"];

test("deploy-image deploys the tag, and says what was proven and what was not", async () => {
  const { code, stdout, stderr } = await deployImage([...GOOD, ...NOBODY]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toMatch(/^agents\/hermes-1-1: ghcr\.io\/acme\/hermes-1:sha-2\n/);
  expect(stdout).toContain("✓ pulled and deployed");
  expect(stdout).toMatch(/✗ gateway runs +after seven minutes: nothing answers/);
  expect(captain.app(AGENT).running.map(({ spec }) => spec.image)).toEqual([`${IMAGE}:sha-2`]);
});

test("deploy-image has a form for the summary of a job", async () => {
  const { stdout } = await deployImage([...GOOD, ...NOBODY, "--markdown"]);
  expect(stdout).toContain("| ✓ | pulled and deployed | <code>ghcr.io/acme/hermes-1&#58;sha-2</code> |");
});

test.each<[string, string, RegExp]>([
  [
    "of another release",
    labelled({ "cdktf-hermes.release": "v0.21.6" }),
    /has v0\.21\.6, and the program states/,
  ],
  ["without a label", labelled({}), /does not say its release/],
  [
    "with another release for one platform",
    `echo '${JSON.stringify({ "linux/amd64": { config: { Labels: OURS } }, "linux/arm64": { config: { Labels: { "cdktf-hermes.release": "v0.21.6" } } } })}'`,
    /has v0\.21\.6/,
  ],
  ["that is not in the registry", "echo 'ERROR: not found' >&2; exit 1", /can't be read: ERROR: not found/],
])("deploy-image refuses an image %s before anything is sent", async (_, script, words) => {
  const before = captain.requests.length;
  const { code, stdout } = await deployImage(GOOD, { PATH: docker(script) });
  expect([code, stdout.replaceAll(/\s+/g, " ")]).toEqual([1, expect.stringMatching(words)]);
  expect(captain.requests).toHaveLength(before);
});

test("deploy-image sends the token over http to another machine only if the program allows it", async () => {
  // An address of this machine that says so to nobody.
  const url = captain.url.replace("127.0.0.1", "0.0.0.0");
  const environment = { CAPROVER_URL: url, CAPROVER_APP_TOKEN: "wr0ng-token" };
  const before = captain.requests.length;
  const refused = await deployImage(GOOD, environment);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("in clear text: write https")]);
  expect(captain.requests).toHaveLength(before);
  const allowed = await deployImage(GOOD, environment, overHttp);
  expect([allowed.code, allowed.stdout]).toEqual([1, expect.stringContaining("knows no such token")]);
});

test.each<[string, readonly string[], NodeJS.ProcessEnv, string, RegExp]>([
  [
    "no login",
    GOOD,
    { CAPROVER_APP_TOKEN: "" },
    byToken,
    /neither CAPROVER_APP_TOKEN nor CAPROVER_PASSWORD is set/,
  ],
  ["no server", GOOD, { CAPROVER_URL: "" }, byToken, /set CAPROVER_URL/],
  ["a server without https", GOOD, { CAPROVER_URL: "http://captain.example.com" }, byToken, /write https/],
  ["no tag", [AGENT], {}, byToken, /--tag/],
  ["a tag that is none", [AGENT, "--tag", "a b"], {}, byToken, /"a b" is no tag/],
  ["another agent", ["hermes", "--tag", "x"], {}, byToken, /no agent hermes/],
  ["an agent that Terraform deploys", GOOD, {}, byTerraform, /not deployed by token/],
])("deploy-image says in one line what is wrong with %s", async (_, args, environment, outdir, words) => {
  const { code, stdout, stderr } = await deployImage(args, environment, outdir);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^cdktf-hermes: .*\n$/);
  expect(stderr).toMatch(words);
  expect(stderr).not.toContain(TOKEN);
});
