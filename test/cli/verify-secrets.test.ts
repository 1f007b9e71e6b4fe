/** `verify` at a terminal, which asks for the secrets that the environment does not have. */
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../agents";
import { Scene, SECRETS } from "../operations/over-http/scene";
import { bundledCommand } from "./bundled";

const command = bundledCommand();

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.start("v2026.7.30");
}, 60_000);
afterAll(() => scene.captain.stop());

/** Types each answer once its question is shown, on a terminal of 80 columns. */
const TERMINAL = `
import fcntl, json, os, pty, signal, struct, sys, termios
answers = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
signal.alarm(100)
shown = b""
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    shown += part
    if answers and answers[0][0].encode() in shown:
        os.write(terminal, answers.pop(0)[1].encode() + b"\\r")
sys.stdout.write(shown.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** A synthesized and deployed project, of which Terraform tells the output. */
function project(): string {
  const folder = temporaryFolder();
  const { manifest } = scene;
  const stack = join(folder, "cdktf.out", "stacks", "agent");
  mkdirSync(join(stack, ".terraform"), { recursive: true });
  const entry = { synthesizedStackPath: "stacks/agent/cdk.tf.json" };
  writeFileSync(join(folder, "cdktf.out/manifest.json"), JSON.stringify({ stacks: { agent: entry } }));
  const document = { "//": { metadata: { "cdktf-hermes": { agents: { [manifest.agent]: manifest } } } } };
  writeFileSync(join(stack, "cdk.tf.json"), JSON.stringify(document));
  writeFileSync(
    join(stack, "output.json"),
    JSON.stringify({ agent_manifest: { value: JSON.stringify(manifest) } }),
  );
  writeFileSync(join(folder, "terraform"), "#!/bin/sh\ncat output.json\n");
  chmodSync(join(folder, "terraform"), 0o755);
  return folder;
}

const PASSWORD = "Password of the dashboard of agent/hermes";
const KEY = "Key of the API server of agent/hermes";

function verify(
  answers: readonly (readonly [question: string, answer: string])[],
  environment: NodeJS.ProcessEnv = {},
) {
  const folder = project();
  const typed = [process.execPath, command, "verify", "--ask-seconds", "20"];
  const child = spawn("python3", ["-c", TERMINAL, JSON.stringify(answers), ...typed], {
    cwd: folder,
    env: {
      ...process.env,
      ...scene.captain.environment,
      TERRAFORM_BINARY_NAME: join(folder, "terraform"),
      ...environment,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
  });
  return new Promise<{ readonly code: number | null; readonly shown: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, shown }));
  });
}

test("at a terminal verify asks for each missing secret, shows none, and looks at all that they open", async () => {
  const { code, shown } = await verify([
    [PASSWORD, SECRETS.dashboardPassword],
    [KEY, SECRETS.apiKey],
  ]);
  expect(shown).toContain(PASSWORD);
  expect(shown).toContain(KEY);
  expect(shown).toMatch(/✓ dashboard login +accepted/);
  expect(shown).toMatch(/✓ model answers/);
  for (const secret of Object.values(SECRETS)) expect(shown).not.toContain(secret);
  expect(code).toBe(0);
}, 120_000);

test("at a terminal Enter leaves a secret out, what it opens is not looked at, and the exit code is 2", async () => {
  const { code, shown } = await verify([
    [PASSWORD, ""],
    [KEY, ""],
  ]);
  expect(shown).toMatch(/– dashboard login +not looked at/);
  expect(code).toBe(2);
}, 120_000);

test("at a terminal verify asks for no secret that the environment has", async () => {
  const { code, shown } = await verify([], {
    HERMES_DASHBOARD_PASSWORD: SECRETS.dashboardPassword,
    TF_VAR_api_key: SECRETS.apiKey,
  });
  expect(shown).not.toMatch(/Password of|Key of/);
  expect(code).toBe(0);
}, 60_000);
