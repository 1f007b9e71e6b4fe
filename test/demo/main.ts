/** `npm run demo`: the CapRover example on an embedded CapRover, deployed twice by the real `cdktf deploy`. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CapRoverSandbox } from "../../lib/testing";
import { hermesImage } from "../caprover/hermes-image";
import { CaptainClient } from "../caprover-contract/captain-client";

const ROOT = join(__dirname, "..", "..");
const EXAMPLE = join(ROOT, "examples", "caprover-wrapper");
const REPOSITORY = "ghcr.io/acme/hermes-agent";
const [BEFORE, AFTER] = ["sha-6f1d2c9", "sha-7a2e3d0"] as const;
const DATA = "/captain/data/hermes/data";

const account = { user: "acme-deploy", password: "ghcr-token-of-the-demo" };
const SECRETS: Readonly<Record<string, string>> = {
  ghcr_token: account.password,
  api_server_key: "api-key-of-the-demo",
  nginx_password: "nginx-password-of-the-demo",
  dashboard_password_hash: `scrypt$16384$8$1$${"c2FsdA==".padStart(24, "A")}$${"a2V5".padStart(44, "A")}`,
  dashboard_session_secret: "session-secret-of-the-demo",
};

const checks: { readonly what: string; readonly holds: boolean }[] = [];

function check(what: string, holds: boolean): void {
  checks.push({ what, holds });
}

/** The example as somebody copied it, with this package in its node_modules. */
function copyExample(): string {
  const project = mkdtempSync(join(tmpdir(), "cdktf-hermes-demo-"));
  cpSync(EXAMPLE, project, { recursive: true, filter: (path) => !/cdktf\.out|tfstate/.test(path) });
  mkdirSync(join(project, "node_modules"));
  for (const name of ["cdktf", "constructs", "@cdktf", "tsx"]) {
    symlinkSync(join(ROOT, "node_modules", name), join(project, "node_modules", name), "dir");
  }
  symlinkSync(ROOT, join(project, "node_modules", "cdktf-hermes"), "dir");
  // Once https is forced, the agent's address answers http with a redirect, and the sandbox has no port for https.
  const program = join(project, "main.ts");
  writeFileSync(
    program,
    readFileSync(program, "utf8").replace("HermesTarget.caprover({", "HermesTarget.caprover({ https: false,"),
  );
  const config = { ...JSON.parse(readFileSync(join(project, "cdktf.json"), "utf8")) };
  writeFileSync(join(project, "cdktf.json"), JSON.stringify({ ...config, app: "node --import tsx main.ts" }));
  return project;
}

function cdktf(project: string, environment: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<string> {
  console.log(`\n$ cdktf ${args.join(" ")}`);
  return new Promise((resolve, reject) => {
    const child = spawn(join(ROOT, "node_modules", ".bin", "cdktf"), args, {
      cwd: project,
      env: { ...process.env, ...environment, CI: "1", CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        process.stdout.write(text);
      });
    }
    child.on("error", reject).on("close", (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`cdktf ${args[0]} ended with ${code}`));
    });
  });
}

async function main(): Promise<void> {
  const captain = await CapRoverSandbox.start({
    images: {
      [`${REPOSITORY}:${BEFORE}`]: { ...hermesImage(BEFORE), credentials: account },
      [`${REPOSITORY}:${AFTER}`]: { ...hermesImage(AFTER), credentials: account },
      "caprover/nginx-reverse-proxy:1-ef5ffcb": {
        ports: { 80: () => ({ status: 200, body: '{"platform": "hermes-agent"}' }) },
      },
    },
    hostDirectories: [DATA],
  });
  const project = copyExample();
  const variables = Object.entries(SECRETS).map(([name, value]) => [`TF_VAR_${name}`, value]);
  const environment = { ...captain.environment, ...Object.fromEntries(variables), HOME: project };
  try {
    const user = new CaptainClient(captain.url, captain.password);
    await user.logIn();
    await user.call("POST", "/user/system/enablessl", { emailAddress: "ada@example.com" });
    const agent = () => captain.app("hermes");
    const settled = () => captain.clock.until(() => agent().running.length === 1, 300);

    const printed = [await cdktf(project, environment, "deploy", "*", "--auto-approve")];
    await settled();
    const before = agent();
    check("the agent runs in gateway mode", before.running[0]?.spec.args?.join(" ") === "gateway run");
    check("HOME is /opt/data/home", before.running[0]?.spec.env["HOME"] === "/opt/data/home");
    check(
      "its data is in the directory of the node",
      captain.hostDirectory(DATA)?.files.get("starts") !== undefined,
    );

    const second = await cdktf(project, environment, "diff", "agent");
    check("a second plan is empty", second.includes("No changes"));

    const main = join(project, "main.ts");
    writeFileSync(main, readFileSync(main, "utf8").replace(BEFORE, AFTER));
    printed.push(second, await cdktf(project, environment, "deploy", "*", "--auto-approve"));
    await settled();
    const after = agent();
    check("the new image runs", after.running[0]?.spec.image === `${REPOSITORY}:${AFTER}`);
    const starts = captain.hostDirectory(DATA)?.files.get("starts") ?? "";
    check("the data survived", starts.startsWith(BEFORE) && starts.trim().endsWith(AFTER));
    const { env: environmentBefore } = before.running[0]?.spec ?? {};
    check(
      "the environment survived",
      JSON.stringify(after.running[0]?.spec.env) === JSON.stringify(environmentBefore),
    );
    check(
      "the password survived",
      after.definition.httpAuth !== undefined &&
        JSON.stringify(after.definition.httpAuth) === JSON.stringify(before.definition.httpAuth),
    );
    check("no two agents ever shared the data", captain.overlaps.length === 0);
    const states = ["registry", "agent"].map((stack) =>
      readFileSync(join(project, `terraform.${stack}.tfstate`), "utf8"),
    );
    const texts = [...printed, ...states];
    check(
      "no secret was printed or stands in the state",
      Object.values(SECRETS).every((secret) => texts.every((text) => !text.includes(secret))),
    );
  } finally {
    await captain.stop();
    rmSync(project, { recursive: true, force: true });
  }
  console.log("");
  for (const { what, holds } of checks) console.log(`${holds ? "yes" : "NO "}  ${what}`);
  if (checks.some(({ holds }) => !holds)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
