/** New repositories, from `init` to an agent that runs, by the commands that `init` prints. */
import { join } from "node:path";
import { CapRoverSandbox, hermesImage } from "cdktf-hermes/testing";
import { NEWEST_KNOWN_TAG, UPSTREAM_REPOSITORY } from "../../../lib/hermes/releases";
import { temporaryFolder } from "../../agents";
import { CaptainClient } from "../../caprover-contract/captain-client";
import { describeWithTerraform } from "../../terraform";
import { succeed } from "../command";
import { demandsOf } from "../demands";
import { builtPackage } from "../package";
import { Project } from "../project";
import { secretsIn } from "../secret-search";

jest.setTimeout(600_000);

const VOLUME = { data: "hermes-data", home: "/opt/data/home", command: "gateway run" };

/** A value for every variable that a new program can declare. */
const VALUES: Readonly<Record<string, string>> = {
  TF_VAR_dashboard_password_hash: `scrypt$16384$8$1$${"c2FsdA==".padStart(24, "A")}$${"a2V5".padStart(44, "A")}`,
  TF_VAR_dashboard_session_secret: "session-secret-of-the-tests",
  TF_VAR_slack_bot_token: "xoxb-token-of-the-tests",
  TF_VAR_slack_app_token: "xapp-token-of-the-tests",
  TF_VAR_telegram_bot_token: "telegram-token-of-the-tests",
  TF_VAR_discord_bot_token: "discord-token-of-the-tests",
  TF_VAR_openrouter_api_key: "openrouter-key-of-the-tests",
};

/** In the sandbox an agent has the model that its image says, whatever the program pins. */
const IMAGES = Object.fromEntries(
  [NEWEST_KNOWN_TAG, "v2026.7.30", "v2026.6.19"].map((tag) => [
    `${UPSTREAM_REPOSITORY}:${tag}`,
    hermesImage(tag, { model: { provider: "openrouter", name: "openrouter/auto" } }),
  ]),
);

describeWithTerraform("init", () => {
  let packageFolder: string;
  /** What `npx` finds. */
  let command: string;
  let captain: CapRoverSandbox;

  beforeAll(async () => {
    packageFolder = await builtPackage(temporaryFolder());
    const { folder } = new Project(temporaryFolder(), {}).install(packageFolder);
    command = join(folder, "node_modules", ".bin", "cdktf-hermes");
  });
  beforeEach(async () => {
    captain = await CapRoverSandbox.start({ images: IMAGES });
    const user = new CaptainClient(captain.url, captain.password);
    await user.logIn();
    await user.call("POST", "/user/system/enablessl", { emailAddress: "ada@example.com" });
  });
  afterEach(() => captain.stop());

  // Each login, platform and kind of model provider, a wrapper, and an older release are in one of them.
  test.each([
    "--target caprover",
    "--target caprover --dashboard basic --platforms slack,telegram,discord --model openrouter:openrouter/auto --wrapper",
    "--target caprover --dashboard oidc --model openai-codex:gpt-5.5 --platforms telegram --release v2026.7.30",
    "--target caprover --dashboard nous --model custom:qwen3:8b",
    "--target caprover --dashboard loopback --wrapper --release v2026.6.19",
  ])("a repository that init wrote with %s deploys by the printed commands, and verifies", async (flags) => {
    const parent = temporaryFolder();
    const printed = await succeed(parent, {}, command, "init", "my agents", ...flags.split(" "));
    const project = new Project(join(parent, "my agents"), {
      CAPROVER_CLOCK_SPEED: captain.environment["CAPROVER_CLOCK_SPEED"],
    });
    project.install(packageFolder);

    const [, printedSteps = ""] = /^Type next:\n\n([\s\S]*)$/m.exec(printed) ?? [];
    const steps = printedSteps.trim().split(/\n +/);
    expect(steps.slice(0, 2)).toEqual(["cd 'my agents'", "npm install"]);
    const typed = steps.slice(2).join("\n").replace("npm run deploy", "npm run deploy -- --auto-approve");
    // What a person does in an editor between two of the commands.
    const values = { ...VALUES, CAPROVER_URL: captain.url, CAPROVER_PASSWORD: captain.password };
    const filledIn = project
      .read(".env.example")
      .replaceAll(/^(\w+)='.*'$/gm, (_line, name: string) => `${name}='${Object(values)[name]}'`);
    project.write("filled-in", filledIn);
    const [copy, ...rest] = typed.split("\n");
    const verify = rest.pop();
    expect([copy, verify]).toEqual([expect.stringMatching(/^cp \.env\.example \.env/), "npm run verify"]);
    const load = "set -a; . ./.env; set +a";
    const deployed = await project.script(["cp filled-in .env", ...rest].join("\n"));
    const verified = await project.tryScript(`${load}\nnpm run verify`);

    expect(verified.output).toContain("✓ app runs");
    expect(verified.output).not.toContain("✗");
    expect(secretsIn(deployed + verified.output, VALUES)).toEqual([]);
    expect(demandsOf(captain.app("hermes"))).toEqual(VOLUME);
    expect(await project.script(`${load}\nnpx cdktf diff`)).toContain("No changes.");
  });
});
