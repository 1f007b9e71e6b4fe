import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { hashPassword } from "../../lib/hermes/password";
import { SCRYPT_HASH, SESSION_SECRET } from "../../lib/hermes/secret-checks";
import { RULES } from "../../lib/targets";
import { ON_DOCKER } from "../operations/manifests";
import { ROOT } from "./bundled";
import { bundle, cli } from "./command";

const PASSWORD = "correct horse battery staple";

test("--version prints the package's version", () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(cli(["--version"])).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
});

describe("hash-password", () => {
  test("hash-password prints the hash of the password on standard input, and nothing else", () => {
    const { status, stdout, stderr } = cli(["hash-password"], { input: `${PASSWORD}\n` });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const hash = stdout.trimEnd();
    expect(SCRYPT_HASH.test(hash)).toBe(true);
    const salt = Buffer.from(hash.split("$")[4] ?? "", "base64");
    expect(hash).toBe(hashPassword(PASSWORD, salt));
  });

  test("has a form for scripts", () => {
    const { stdout } = cli(["hash-password", "--json"], { input: PASSWORD });
    expect(SCRYPT_HASH.test(JSON.parse(stdout).passwordHash)).toBe(true);
  });

  test.each([
    ["a short one", "short\n"],
    ["none", ""],
  ])("hash-password refuses %s in one line", (_what, input) => {
    const { status, stdout, stderr } = cli(["hash-password"], { input });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^cdktf-hermes: .*password.*\n$/);
  });

  test("hash-password takes no password from the arguments, and does not print it", () => {
    const { status, stderr } = cli(["hash-password", PASSWORD]);
    expect(status).toBe(2);
    expect(stderr).not.toContain(PASSWORD);
  });
});

test("session-secret prints a new secret that Hermes accepts each time", () => {
  const secrets = [1, 2].map(() => cli(["session-secret"]).stdout.trimEnd());
  expect(new Set(secrets).size).toBe(2);
  for (const secret of secrets) expect(SESSION_SECRET.test(secret)).toBe(true);
});

describe("install-provider", () => {
  const folder = mkdtempSync(join(tmpdir(), "cdktf-hermes-install-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("install-provider installs into the current folder, and --help shows its usage", () => {
    const { status, stdout } = cli(["install-provider", "--platform", "linux_amd64"], { cwd: folder });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Installed provider terraform\.local\/cdktf-hermes\/caprover /);
    expect(readFileSync(join(folder, ".terraform.lock.hcl"), "utf8")).toContain("h1:");
    expect(cli(["install-provider", "--help"]).stdout).toMatch(/^Usage: cdktf-hermes install-provider /);
    expect(cli(["--help"]).stdout).toContain("install-provider");
  });

  test.each([
    [["DIR", "--platform", "linux_arm64", "--platform", "linux_amd64"]],
    [["--platform", "linux_amd64", "--platform", "linux_arm64", "DIR"]],
    [["--platform=linux_amd64", "DIR", "--platform=linux_arm64"]],
  ])("install-provider takes folder and platforms in any order (%j)", (args) => {
    const other = mkdtempSync(join(folder, "other-"));
    const typed = args.map((word) => (word === "DIR" ? other : word));
    const { status, stdout } = cli(["install-provider", ...typed], { cwd: folder });
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`${other}/terraform.d/plugins, for linux_amd64, linux_arm64.`),
    });
  });

  test("install-provider ends with 2 for a platform that it does not know", () => {
    const { status, stderr } = cli(["install-provider", "--platform", "windows_amd64"], { cwd: folder });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^cdktf-hermes: --platform windows_amd64: .*WSL/);
  });
});

test("rules lists every rule", () => {
  const { stdout } = cli(["rules", "--json"]);
  expect(JSON.parse(stdout).map(({ id }: { id: string }) => id)).toEqual(Object.keys(RULES));
});

describe("describe", () => {
  const outdir = mkdtempSync(join(tmpdir(), "cdktf-hermes-describe-"));
  afterAll(() => rmSync(outdir, { recursive: true }));

  const stack = (name: string, document: object, entry: object) => {
    mkdirSync(join(outdir, name));
    writeFileSync(join(outdir, name, "cdk.tf.json"), JSON.stringify(document));
    return { synthesizedStackPath: `${name}/cdk.tf.json`, dependencies: [], annotations: [], ...entry };
  };
  const agent = stack(
    "agent",
    {
      "//": {
        metadata: {
          "cdktf-hermes": {
            agents: { "agent/hermes": ON_DOCKER },
            acknowledged: {
              "agent/hermes": {
                "memory-shm-too-small": "no browser",
                "secret-in-text": { "env.EXAMPLE": "a fake key of the documentation" },
              },
            },
          },
        },
      },
      variable: { key: { sensitive: true }, region: {}, size: { default: 1 } },
      resource: {
        docker_container: {
          hermes: { "//": { metadata: { path: "agent/hermes/container" } }, name: "hermes" },
        },
      },
    },
    {
      dependencies: ["images"],
      annotations: [
        { constructPath: "agent/hermes", level: "@cdktf/warn", message: "mind the gap" },
        { constructPath: "agent/hermes", level: "@cdktf/info", message: "nothing" },
      ],
    },
  );
  const images = stack("images", {}, {});
  writeFileSync(join(outdir, "manifest.json"), JSON.stringify({ stacks: { agent, images } }));

  test("describe shows in deploy order what will be deployed, which variables to set, and all warnings", () => {
    const { status, stdout } = cli(["describe", "--output", outdir]);
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        "Stack images",
        "  nothing",
        "Stack agent (after images)",
        "  agent       agent/hermes",
        "  runs on     container hermes, Docker engine ssh://deploy@one.example.com",
        "  release     v2026.7.30",
        "  image       nousresearch/hermes-agent:v2026.7.30",
        "  data        hermes-data",
        "  model       gpt-5.5 of openai-codex",
        "  dashboard   http://127.0.0.1:9119, for one user with a password (greg)",
        "  API server  no address, port 8642 in the container",
        "  platforms   slack",
        "  + docker_container.hermes  (of agent/hermes)",
        "  ? TF_VAR_key  set it for the deploy (sensitive)",
        "  ? TF_VAR_region  set it for the deploy",
        "  ! agent/hermes: mind the gap",
        "  ~ agent/hermes: memory-shm-too-small acknowledged: no browser",
        "  ~ agent/hermes: secret-in-text acknowledged for env.EXAMPLE: a fake key of the",
        "    documentation",
        "",
      ].join("\n"),
    );
  });

  test("has a form for scripts", () => {
    const [first, second] = JSON.parse(cli(["describe", "--output", outdir, "--json"]).stdout);
    expect(first.stack).toBe("images");
    expect(second.warnings).toEqual([{ path: "agent/hermes", message: "mind the gap" }]);
    expect(second.variables[0]).toEqual({ name: "TF_VAR_key", sensitive: true });
    expect(second.agents[0]).toMatchObject({
      agent: "agent/hermes",
      place: ON_DOCKER.place,
      data: "hermes-data",
    });
  });

  test("describe --fail-on-warnings exits with 1 if there is a warning, and with 0 if there is none", () => {
    expect(cli(["describe", "--output", outdir, "--fail-on-warnings"])).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("mind the gap"),
    });
    const calm = join(outdir, "calm");
    mkdirSync(calm);
    writeFileSync(join(calm, "manifest.json"), JSON.stringify({ stacks: {} }));
    expect(cli(["describe", "--output", calm, "--fail-on-warnings"]).status).toBe(0);
  });

  test("next prints the commands of an agent by name, without asking Terraform for what the program knows", () => {
    const { status, stdout } = cli(["next", "hermes", "--output", outdir], { env: { PATH: "" } });
    expect(status).toBe(0);
    expect(stdout).toContain("Type on this machine:");
    expect(stdout).toContain(
      "\n      docker --host ssh://deploy@one.example.com exec -it hermes hermes setup\n",
    );
    const [{ agent, steps }] = JSON.parse(cli(["next", "--output", outdir, "--json"]).stdout);
    expect(agent).toBe("agent/hermes");
    expect(steps).toContainEqual({
      id: "verify",
      where: "here",
      what: expect.any(String),
      command: `npx cdktf-hermes verify --output ${outdir} agent/hermes`,
    });
  });

  test("next refuses an agent that there is not, and names the one that was meant", () => {
    const { status, stderr } = cli(["next", "hermse", "--output", outdir]);
    expect(status).toBe(2);
    expect(stderr).toBe("cdktf-hermes: there is no agent hermse; did you mean hermes?\n");
  });

  test.each([
    ["no output", join(outdir, "nowhere"), "can't be read"],
    ["an output that is not JSON", join(outdir, "broken"), "is not JSON"],
  ])("describe says in one line that there is %s", (_what, directory, message) => {
    mkdirSync(join(outdir, "broken"), { recursive: true });
    writeFileSync(join(outdir, "broken", "manifest.json"), "{");
    const { status, stderr } = cli(["describe", "--output", directory]);
    expect(status).toBe(2);
    expect(stderr).toMatch(new RegExp(`^cdktf-hermes: .*${message}.*\n$`));
  });
});

test.each([
  [["nonsense"]],
  [["--nonsense"]],
  [["constructor"]],
  [["rules", "x"]],
  [["plan", "--json", "--markdown"]],
  [["describe", "--json", "--diagram"]],
])("the arguments %j are refused in one line", (arguments_) => {
  const { status, stderr } = cli(arguments_);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^cdktf-hermes: .*\n$/);
});

test("a misspelt command is refused with the one that was meant", () => {
  expect(cli(["verfy"]).stderr).toContain("Did you mean verify?");
});

test.each([
  "--my-password-1234",
  "-pmy-password-1234",
])("hash-password does not print the option %s", (option) => {
  const { status, stderr } = cli(["hash-password", option]);
  expect(status).toBe(2);
  expect(stderr).not.toContain("my-password");
});

test("a reader that has seen enough is no failure", () => {
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["-o", "pipefail", "-c", '"$0" "$1" rules | head -n 1', process.execPath, bundle],
    { encoding: "utf8" },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^\| rule \|.*\n$/);
});

describe("explain-log", () => {
  const explain = (log: string, ...options: string[]) => cli(["explain-log", ...options], { input: log });

  test("explain-log names cause and fix of a bad line, where it stands, and exits with 1", () => {
    const { status, stdout } = explain(
      "⚕ Hermes Gateway Starting...\nWarning: Input is not a terminal (fd=0).\n",
    );
    expect(status).toBe(1);
    expect(stdout).toContain("✗ The interactive CLI was started instead of the gateway.");
    expect(stdout).toContain("line 2: Warning: Input is not a terminal");
    expect(stdout).toContain("fix: deploy the agent with HermesApp");
  });

  test("explain-log exits with 0 for the log of a good agent", () => {
    const { status, stdout } = explain("[stage2] Setup complete; starting user services\n");
    expect({ status, bad: stdout.includes("✗") }).toEqual({ status: 0, bad: false });
  });

  test("explain-log names the lines that a whole log should have", () => {
    const { status, stdout } = explain("hello\n", "--whole", "--release", "v2026.7.30");
    expect(status).toBe(1);
    expect(stdout).toContain("? missing: The gateway is supervised");
  });

  test("explain-log does not show a token that the log holds", () => {
    const token = `xoxb-${"1234567890-".repeat(2)}abcdefghijklmnopqrstuvwx`;
    const { stdout } = explain(`[Slack] Connection failed: invalid_auth for ${token}\n`, "--json");
    expect(stdout).not.toContain(token);
    expect(JSON.parse(stdout)[0]).toMatchObject({ id: "slackRejected", kind: "bad", lineNumber: 1 });
  });
});

describe("caprover-sandbox", () => {
  test("caprover-sandbox prints what a client needs, serves it, and ends at a signal", async () => {
    const sandbox = spawn(process.execPath, [bundle, "caprover-sandbox"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(sandbox, "exit");
    const environment = new Map<string, string>();
    for await (const line of createInterface({ input: sandbox.stdout })) {
      const [name = "", value = ""] = line.split("=");
      environment.set(name, value);
      if (name === "CAPROVER_PASSWORD") break;
    }
    const answer = await fetch(`${environment.get("CAPROVER_URL")}/api/v2/login`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-namespace": "captain" },
      body: JSON.stringify({ password: environment.get("CAPROVER_PASSWORD") }),
    });
    expect(await answer.json()).toMatchObject({ status: 100 });
    sandbox.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  });

  test("caprover-sandbox has its own help, and refuses a wrong option in one line", () => {
    expect(cli(["caprover-sandbox", "--help"]).stdout).toContain("Usage: cdktf-hermes caprover-sandbox");
    const { status, stderr } = cli(["caprover-sandbox", "--speed", "fast"]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^cdktf-hermes: caprover-sandbox: --speed .*\n$/);
  });
});

test("--help prints to standard output, and a call without a command is an error", () => {
  expect(cli(["--help"])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("Usage: cdktf-hermes"),
  });
  expect(cli([]).status).toBe(2);
});
