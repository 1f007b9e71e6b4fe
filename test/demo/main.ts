/** `npm run demo`: the CapRover example in the sandbox, deployed twice by the real `cdktf deploy`. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CapRoverSandbox } from "../../lib/testing";
import { demandsOf } from "../caprover/demands";
import { ROOT, unpacked } from "../caprover/package";
import { Project } from "../caprover/project";
import { ArgumentWatch, secretsIn, writtenBelow } from "../caprover/secret-search";
import {
  DASHBOARD_PASSWORD,
  DATA,
  imageOf,
  NEXT_TAG,
  SECRETS,
  SURROUNDINGS,
  TAG,
} from "../caprover/wrapper-example";
import { CaptainClient } from "../caprover-contract/captain-client";
import { Report } from "./report";

/** With --json, stdout gets the result only, for scripts. */
const asJson = process.argv.includes("--json");
const progress = asJson ? process.stderr : process.stdout;
const start = Date.now();

function step(what: string): void {
  const seconds = ((Date.now() - start) / 1000).toFixed(0).padStart(3);
  progress.write(`\n── ${seconds} s ── ${what}\n\n`);
}

const USER_FILE = ["sessions/1", "a conversation of the user with the agent"] as const;

async function demonstrate(folder: string, report: Report): Promise<void> {
  step("A CapRover sandbox starts, and its owner enables SSL");
  const captain = await CapRoverSandbox.start(SURROUNDINGS);
  const watch = ArgumentWatch.isPossible ? await ArgumentWatch.begin() : undefined;
  try {
    const user = new CaptainClient(captain.url, captain.password);
    await user.logIn();
    await user.call("POST", "/user/system/enablessl", { emailAddress: "ada@example.com" });

    const logFile = join(folder, "terraform.log");
    const environment = {
      ...captain.environment,
      TF_LOG: "TRACE",
      TF_LOG_PATH: logFile,
      HERMES_DASHBOARD_PASSWORD: DASHBOARD_PASSWORD,
    };
    const projectFolder = join(folder, "project");
    mkdirSync(projectFolder);
    let printed = "";
    const project = new Project(projectFolder, environment, SECRETS, (text) => {
      printed += text;
      progress.write(text);
    });
    project.copyExample("caprover-wrapper").install(await unpacked(ROOT, folder));

    const data = () => captain.hostDirectory(DATA)?.files;
    const settled = async () => {
      await captain.clock.until(() => captain.app("hermes").running.length === 1, 300);
      return captain.app("hermes");
    };

    step("$ cdktf deploy '*'      examples/caprover-wrapper, copied into a folder of its own");
    await project.cdktf("deploy", "*");
    const before = await settled();
    const demands = demandsOf(before);
    report.add("the container mounts /opt/data from", demands?.data === DATA, demands?.data);
    report.add("it runs with HOME", demands?.home === "/opt/data/home", demands?.home);
    report.add("the image's entrypoint runs", demands?.command === "gateway run", demands?.command);
    data()?.set(...USER_FILE);

    step("$ cdktf diff agent");
    const plan = await project.cdktf("diff", "agent");
    report.add("a second plan is empty", plan.includes("No changes."));

    step(`$ cdktf deploy '*'      with the image's tag changed to ${NEXT_TAG}`);
    project.replace("main.ts", TAG, NEXT_TAG);
    await project.cdktf("deploy", "*");
    const after = await settled();
    const image = after.running[0]?.spec.image;
    report.add("after the upgrade runs", image === imageOf(NEXT_TAG), image);
    report.add("the files of the first agent are still there", data()?.get(USER_FILE[0]) === USER_FILE[1]);
    const starts = data()?.get("starts")?.trim().split(" ") ?? [];
    const order = starts.filter((one, i) => one !== starts[i - 1]);
    report.add(
      "the images that ran on the data, in order",
      order.join() === [TAG, NEXT_TAG].join(),
      order.join(", "),
    );
    report.add(
      "times that two agents ran on the data",
      captain.overlaps.length === 0,
      captain.overlaps.length,
    );
    const unmodelled = captain.unmodelled.length;
    report.add("requests that the sandbox does not model", unmodelled === 0, unmodelled);
    const [was, is] = [before, after].map(({ running }) => JSON.stringify(running[0]?.spec.env));
    report.add("the environment has not changed", was !== undefined && was === is);
    const auth = JSON.stringify(after.definition.httpAuth);
    const sameAuth = auth !== undefined && auth === JSON.stringify(before.definition.httpAuth);
    report.add("the password of basic auth has not changed", sameAuth);
    report.add(
      "/opt/data, HOME and the command have not changed",
      JSON.stringify(demandsOf(after)) === JSON.stringify(demands),
    );

    step("$ npx cdktf-hermes verify      over HTTP, as on any CapRover server; the agent here is simulated");
    const verified = await project.tryScript("npx cdktf-hermes verify");
    printed += verified.output;
    progress.write(verified.output);
    const lines = verified.output.split("\n");
    const [holds = 0, fails = 0] = ["✓", "✗"].map(
      (mark) => lines.filter((line) => line.includes(`  ${mark} `)).length,
    );
    report.add(
      "verify finds the agent deployed as declared",
      /: deployed as declared$/m.test(verified.output),
    );
    report.add("verify ends with", verified.code === 0, verified.code);
    report.add("conditions that hold", holds > 10 && fails === 0, `${holds} hold, ${fails} do not`);

    step("Searching for every secret by its value");
    const states = readdirSync(project.folder).filter((file) => file.includes(".tfstate"));
    const places = {
      "what was printed": printed,
      "cdk.tf.json and the files beside it": writtenBelow(join(project.folder, "cdktf.out")),
      "the states": states.map((file) => project.read(file)).join("\n"),
      "Terraform's log at TRACE": readFileSync(logFile, "utf8"),
      ...(watch && { "arguments of all processes": await watch.end() }),
    };
    for (const [place, text] of Object.entries(places)) {
      const found = secretsIn(text, { ...SECRETS, dashboard_password: DASHBOARD_PASSWORD });
      const seen = found.length > 0 ? found.join(", ") : `none in ${Math.ceil(text.length / 1024)} KiB`;
      report.add(`secrets in ${place}`, text !== "" && found.length === 0, seen);
    }
    // A search proves something only for values that reached the server.
    const known = secretsIn(JSON.stringify(captain.requests), SECRETS).length;
    report.add(
      "secrets that reached the CapRover server",
      known === Object.keys(SECRETS).length,
      `all ${known}`,
    );
  } finally {
    await watch?.end();
    await captain.stop();
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cdktf-hermes-demo-"));
  const report = new Report();
  try {
    await demonstrate(folder, report);
  } catch (error) {
    report.add("all steps succeeded", false, error instanceof Error ? error.message : error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  step("Result");
  progress.write(`${report.table()}\n`);
  if (asJson) process.stdout.write(`${JSON.stringify({ checks: report.checks }, undefined, 2)}\n`);
  if (!report.holds) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
