import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TerraformStack } from "cdktf";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import {
  CapRoverProvider,
  type CiDeliveryProps,
  HermesApp,
  HermesImage,
  HermesTarget,
  ImageDelivery,
  PersistentDataVolume,
} from "../../lib";
import { imageStack, newApp, newStack, temporaryFolder } from "../agents";
import { CaptainClient } from "../caprover-contract/captain-client";
import { bundledCommand } from "./bundled";

const TOKEN = "d3ploy".repeat(10);
const command = bundledCommand();

let captain: CapRoverSandbox;

beforeAll(async () => {
  captain = await CapRoverSandbox.start();
  const user = new CaptainClient(captain.url, captain.password);
  await user.logIn();
  for (const name of ["hermes", "closed", "by-terraform"]) {
    await user.register(name, true);
    await captain.clock.until(() => !captain.app(name).isBuilding, 600);
  }
  await user.patch("hermes", { appDeployTokenConfig: { enabled: true, appDeployToken: TOKEN } });
});
afterAll(() => captain.stop());

/** Output of a program with agents of each kind. */
function synthesized(): string {
  const app = newApp();
  const add = (id: string, deploy: CiDeliveryProps["deploy"]) => {
    const stack = new TerraformStack(app, id);
    new CapRoverProvider(stack, "caprover");
    new HermesApp(stack, "agent", {
      name: id,
      image: image(stack, deploy),
      data: new PersistentDataVolume(stack, "data", { name: id }),
      target: HermesTarget.caprover(),
    });
  };
  const image = (stack: TerraformStack, deploy: CiDeliveryProps["deploy"]) =>
    HermesImage.wrapper(stack, "image", {
      release: "v2026.7.30",
      baseRevision: "1",
      delivery: ImageDelivery.ci({ repository: "ghcr.io/acme/hermes-agent", deploy }),
    });
  for (const id of ["hermes", "closed", "missing"]) add(id, "token");
  add("by-terraform", "terraform");
  const docker = newStack(app, "docker");
  new HermesApp(docker, "on-docker", {
    image: image(imageStack(docker), "terraform"),
    data: new PersistentDataVolume(docker, "data", { name: "docker" }),
  });
  app.synth();
  return app.outdir;
}
const output = synthesized();

interface Run {
  readonly environment?: NodeJS.ProcessEnv;
  /** What its standard output is. */
  readonly into?: number | "pipe";
}

function deployToken(names: readonly string[], { environment = {}, into = "pipe" }: Run = {}) {
  return start([process.execPath, command, "deploy-token", "--output", output, ...names], environment, into);
}

function start(
  [program = "", ...args]: readonly string[],
  environment: NodeJS.ProcessEnv,
  into: Run["into"],
) {
  const { CAPROVER_URL: _url, CAPROVER_PASSWORD: _password, ...inherited } = process.env;
  const child = spawn(program, args, {
    env: { ...inherited, ...captain.environment, ...environment },
    stdio: ["ignore", into, "pipe"],
  });
  const printed = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed.stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    printed.stderr += text;
  });
  return new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>(
    (resolve, reject) => {
      child.on("error", reject).on("close", (code) => resolve({ code, ...printed }));
    },
  );
}

test("deploy-token writes the app's token into a pipe, and nothing else", async () => {
  expect(await deployToken(["hermes"])).toEqual({ code: 0, stdout: TOKEN, stderr: "" });
  expect(await deployToken(["hermes/agent"])).toEqual({ code: 0, stdout: TOKEN, stderr: "" });
});

test("deploy-token writes no token to a terminal", async () => {
  const python = "import pty, sys, os; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
  const typed = [process.execPath, command, "deploy-token", "--output", output, "hermes"];
  const { code, stdout } = await start(["python3", "-c", python, ...typed], {}, "pipe");
  expect(code).toBe(2);
  expect(stdout).toContain("into a pipe only");
  expect(stdout).not.toContain(TOKEN);
});

test("deploy-token writes no token into a file", async () => {
  const file = join(temporaryFolder(), "token");
  const into = openSync(file, "w");
  const { code, stderr } = await deployToken(["hermes"], { into });
  closeSync(into);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("into a pipe only") });
  expect(readFileSync(file, "utf8")).toBe("");
});

test.each<[string, readonly string[], NodeJS.ProcessEnv, RegExp]>([
  ["an agent that the program does not have", ["hermess"], {}, /no agent hermess; did you mean hermes\?/],
  ["no agent", [], {}, /missing required argument/],
  ["an agent that Terraform deploys", ["by-terraform"], {}, /not deployed by token; .*deploy: "token"/],
  ["an agent on Docker", ["on-docker"], {}, /not deployed by token/],
  ["an app that accepts no token", ["closed"], {}, /accepts no token yet; run `cdktf deploy` first/],
  ["an app that the server does not have", ["missing"], {}, /has no app missing/],
  ["no password", ["hermes"], { CAPROVER_PASSWORD: "" }, /set CAPROVER_PASSWORD/],
  ["a wrong password", ["hermes"], { CAPROVER_PASSWORD: "wr0ng-password" }, /password/i],
  ["no server", ["hermes"], { CAPROVER_URL: "" }, /set CAPROVER_URL/],
  ["a server that is not there", ["hermes"], { CAPROVER_URL: "http://127.0.0.1:9" }, /127\.0\.0\.1:9/],
])("deploy-token says in one line what is wrong with %s", async (_, names, environment, words) => {
  const { code, stdout, stderr } = await deployToken(names, { environment });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^cdktf-hermes: .*\n$/);
  expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(/wr0ng-password|d3ploy/);
});
