/** What the commands write that make files: nothing of the environment that they run in. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../agents";
import { secretsIn, writtenBelow } from "../caprover/secret-search";
import { type Program, synthesize } from "../delivery/programs";
import { bundledCommand } from "./bundled";

const command = bundledCommand();

/** A value for each name that a deploy or a CI may have, none of which is anywhere by chance. */
const SECRETS = Object.fromEntries(
  [
    "CAPROVER_PASSWORD",
    "CAPROVER_APP_TOKEN",
    "CAPROVER_HERMES_APP_TOKEN",
    "HERMES_BASIC_AUTH",
    "HERMES_DASHBOARD_PASSWORD",
    "HERMES_REGISTRY_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "TF_VAR_hermes-1-1_hash",
    "TF_VAR_dashboard_password_hash",
    "TF_VAR_slack_bot_token",
    "OPENROUTER_API_KEY",
    "GITHUB_TOKEN",
  ].map((name, i) => [name, `s3cret-of-the-tests-${i}-${name.length}`]),
);

/** The contents of all files, and what was printed. */
function written(folder: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...SECRETS },
  });
  expect([status, stderr]).toEqual([0, ""]);
  const text = stdout + writtenBelow(folder);
  expect(text.length).toBeGreaterThan(1000);
  return text;
}

test.each<[string, Program]>([
  ["Docker by Terraform", { target: "docker" }],
  ["CapRover by Terraform", { target: "caprover", withoutUrl: true }],
  ["CapRover by token", { target: "caprover", delivery: { deploy: "token" }, agents: 2 }],
])("workflow writes no value of the environment: %s", (_, program) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, ".git"));
  cpSync(synthesize(program).outdir, join(folder, "cdktf.out"), { recursive: true });
  const text = written(folder, "workflow");
  expect(secretsIn(text, SECRETS)).toEqual([]);
  expect(secretsIn(written(folder, "workflow", "--check"), SECRETS)).toEqual([]);
});

test.each(["docker", "caprover"])("init writes no value of the environment: %s", (target) => {
  const folder = temporaryFolder();
  const flags = [
    "--dashboard",
    "basic",
    "--platforms",
    "slack",
    "--model",
    "openrouter:openrouter/auto",
    "--wrapper",
  ];
  const text = written(folder, "init", ".", "--target", target, ...flags);
  expect(text).toContain("TF_VAR_slack_bot_token");
  expect(secretsIn(text, SECRETS)).toEqual([]);
});
