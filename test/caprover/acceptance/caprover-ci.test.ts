/** The set-up of docs/caprover-step-by-step.md, by the commands of its example's README. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { temporaryFolder } from "../../agents";
import { CaptainClient } from "../../caprover-contract/captain-client";
import { describeWithTerraform } from "../../terraform";
import { demandsOf } from "../demands";
import { hermesImage } from "../hermes-image";
import { builtPackage, ROOT } from "../package";
import { Project } from "../project";
import { secretsIn } from "../secret-search";

jest.setTimeout(600_000);

const DATA = "/captain/data/hermes/data";
const GHCR = { user: "acme-deploy", password: "ghcr-token-of-the-tests" };

const SECRETS: Readonly<Record<string, string>> = {
  ghcr_token: GHCR.password,
  dashboard_password_hash: `scrypt$16384$8$1$${"c2FsdA==".padStart(24, "A")}$${"a2V5".padStart(44, "A")}`,
  dashboard_session_secret: "session-secret-of-the-tests",
  api_server_key: "caprover-api-key-of-the-tests",
  nginx_password: "nginx-password-of-the-tests",
  slack_bot_token: "xoxb-token-of-the-tests",
  slack_app_token: "xapp-token-of-the-tests",
};

const README = readFileSync(join(ROOT, "examples", "caprover-ci", "README.md"), "utf8");
const COMMANDS = [...README.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].at(-1)?.[1] ?? "";

describeWithTerraform("examples/caprover-ci", () => {
  test("deploys by the commands of its README, hands its token on, and leaves nothing to change", async () => {
    const project = new Project(temporaryFolder(), {});
    project.copyExample("caprover-ci").install(await builtPackage(temporaryFolder()));
    // A CI pushes the image by this name.
    await project.cdktf("synth");
    const [hash = ""] = readdirSync(join(project.folder, "cdktf.out", "wrapper-contexts"));
    const image = `ghcr.io/acme/hermes-agent:${hash.slice(0, 16)}`;
    const captain = await CapRoverSandbox.start({
      images: { [image]: { ...hermesImage("v2026.7.30"), credentials: GHCR } },
      hostDirectories: [DATA],
    });
    try {
      const user = new CaptainClient(captain.url, captain.password);
      await user.logIn();
      await user.call("POST", "/user/system/enablessl", { emailAddress: "ada@example.com" });

      const values: Readonly<Record<string, string>> = {
        CAPROVER_URL: captain.url,
        CAPROVER_PASSWORD: captain.password,
        ...Object.fromEntries(Object.entries(SECRETS).map(([name, value]) => [`TF_VAR_${name}`, value])),
      };
      const fill = (_line: string, name: string) => `${name}='${values[name]}'`;
      const clock = `CAPROVER_CLOCK_SPEED=${captain.environment["CAPROVER_CLOCK_SPEED"]}\n`;
      project.write(".env", project.read(".env.example").replaceAll(/^(\w+)='.*'$/gm, fill) + clock);
      const typed = COMMANDS.split("\n")
        .filter((line) => !/^(?:npm install|cp |npm run verify)/.test(line))
        .join("\n")
        .replace("npm run deploy", "npm run deploy -- --auto-approve")
        .replace("gh secret set CAPROVER_HERMES_APP_TOKEN", "cat > token");
      const printed = await project.script(typed);

      expect(captain.app("hermes").running.map(({ spec }) => spec.image)).toEqual([image]);
      expect(demandsOf(captain.app("hermes"))).toEqual({
        data: DATA,
        home: "/opt/data/home",
        command: "gateway run",
      });
      expect(project.read("token")).toMatch(/^\S{20,}$/);
      expect(secretsIn(printed, { ...SECRETS, token: project.read("token") })).toEqual([]);
      for (const stack of ["registry", "agent"]) {
        const load = "set -a; . ./.env; set +a";
        expect(await project.script(`${load}\nnpx cdktf diff ${stack}`)).toContain("No changes.");
      }
    } finally {
      await captain.stop();
    }
  });
});
