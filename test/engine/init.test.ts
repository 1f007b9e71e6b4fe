import { rmSync } from "node:fs";
import { join } from "node:path";
import { hashPassword } from "../../lib/hermes/password";
import { Engine } from "./engine";
import { HubMirror } from "./hub-mirror";
import { CLI, installPackage } from "./installed-package";
import { TURN_COMES_MS, turnForFixedPorts } from "./ports";
import { providerEnvironment } from "./provider";
import { must, run } from "./run";
import { Project } from "./terraform";

const engine = new Engine();
let hub: HubMirror;
let endTurn: () => Promise<void>;

beforeAll(async () => {
  endTurn = await turnForFixedPorts();
  hub = await HubMirror.start(engine);
}, TURN_COMES_MS);
afterEach(() => engine.reset());
afterAll(async () => {
  await hub.stop();
  await endTurn();
});

/** A value for every variable that one of the programs declares. */
const VALUES = {
  TF_VAR_dashboard_password_hash: hashPassword("correct horse battery staple"),
  TF_VAR_dashboard_session_secret: "session-secret-of-the-tests",
  TF_VAR_telegram_bot_token: "telegram-token-of-the-tests",
};

// Each kind of image, a login and a platform are in one of them. The images of the engine have these releases inside.
test.each([
  "--target docker --release v2026.7.20",
  "--dashboard basic --wrapper --release v2026.7.20",
  "--dashboard loopback --platforms telegram --release v2026.6.5",
])("a repository that init wrote with %s deploys, and its agent runs with nothing left to change", async (flags) => {
  const project = new Project({
    app: "npx tsx main.ts",
    env: { ...engine.environment, ...providerEnvironment(), ...VALUES },
  });
  try {
    rmSync(join(project.folder, "cdktf.json"));
    await must(process.execPath, [CLI, "init", project.folder, ...flags.split(" ")]);
    installPackage(project.folder);
    const { code, stdout, stderr } = await project.deploy();
    if (code !== 0) throw new Error(`cdktf deploy ended with ${code}\n${stdout}${stderr}`);
    for (const stack of ["images", "agent"]) expect(await project.changes(stack)).toBeUndefined();
    const verified = await run(process.execPath, [CLI, "verify", "--no-ask"], {
      cwd: project.folder,
      env: project.env,
    });
    // Nobody has logged in at a model provider yet, and no bot has this token.
    const failed = verified.stdout
      .match(/✗ .*/g)
      ?.filter((line) => !/model configured|connected|token/.test(line));
    expect([failed ?? [], verified.stdout]).toEqual([[], expect.stringContaining("✓ gateway runs")]);
  } finally {
    project.remove();
  }
});
