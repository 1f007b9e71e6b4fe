/** Types the README's CapRover example as it is written there, against the sandbox that the README starts. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../agents";
import { CaptainClient, send } from "../../caprover-contract/captain-client";
import { eventually } from "../../eventually";
import { describeWithTerraform } from "../../terraform";
import { builtPackage, ROOT } from "../package";
import { Project } from "../project";

jest.setTimeout(600_000);

const README = readFileSync(join(ROOT, "README.md"), "utf8");
const sectionOf = (title: string) => README.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
const blocksOf = (section: string, language: string) =>
  [...section.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, text = ""]) => text,
  );

const [PREPARE = ""] = blocksOf(sectionOf("Start"), "sh");
const [SETTINGS = ""] = blocksOf(sectionOf("Start"), "json");
const [PROGRAM = ""] = blocksOf(sectionOf("On CapRover"), "ts");
const [DEPLOY = "", SANDBOX = "", ADDRESS = ""] = blocksOf(sectionOf("On CapRover"), "sh");

test("the README has the blocks that are typed, in this order", () => {
  expect(PREPARE).toMatch(/^npm init -y\nnpm install .*cdktf-hermes\nnpm install --save-dev .*\n$/);
  expect(SETTINGS).toContain('"app": "npx tsx main.ts"');
  expect(PROGRAM).toContain("HermesTarget.caprover()");
  expect(DEPLOY).toMatch(
    /^export CAPROVER_URL=.* CAPROVER_PASSWORD=.*\nnpx cdktf synth.*\nnpx cdktf deploy\n$/,
  );
  expect(SANDBOX).toMatch(/^npx cdktf-hermes caprover-sandbox .*\n$/);
  expect(ADDRESS).toMatch(/^export CAPROVER_URL=.* CAPROVER_PASSWORD=.* CAPROVER_CLOCK_SPEED=.*\n$/);
});

describeWithTerraform("a newcomer", () => {
  test("the README's CapRover example, typed as written, deploys to the sandbox on the first try", async () => {
    const project = new Project(temporaryFolder(), {});
    await project.script(PREPARE.split("\n")[0] ?? "");
    project
      .install(await builtPackage(temporaryFolder()))
      .write("cdktf.json", SETTINGS)
      .write("main.ts", PROGRAM);
    const bin = join(project.folder, "node_modules", ".bin");
    const sandbox = spawn("sh", ["-c", `exec ${SANDBOX}`], {
      cwd: project.folder,
      env: { ...process.env, PATH: `${bin}:${process.env["PATH"]}` },
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    try {
      await once(sandbox.stdout, "data");
      const [, url = "", password = ""] = /CAPROVER_URL=(\S+) CAPROVER_PASSWORD=(\S+)/.exec(ADDRESS) ?? [];
      await project.script(ADDRESS + DEPLOY.split("\n").slice(1).join("\n"));

      const user = new CaptainClient(url, password);
      await user.logIn();
      const log = await user.call("GET", "/user/apps/appData/hermes/logs?encoding=utf8");
      expect(String(log.data["logs"])).toContain("[cdktf-hermes] The gateway runs.");
      const page = async () => (await send(url, "GET")).text;
      await eventually("the app on the sandbox's page", 30, async () =>
        /<td>hermes<td>1 of 1 run<td>nousresearch\/hermes-agent:v2026/.test(await page()) ? true : undefined,
      );
    } finally {
      const ended = once(sandbox, "close");
      if (sandbox.pid !== undefined) process.kill(-sandbox.pid, "SIGINT");
      await ended;
    }
  });
});
