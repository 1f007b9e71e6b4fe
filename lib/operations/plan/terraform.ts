/** Terraform or OpenTofu in the folder of a stack, without a person to ask. */
import { type Document, jsonIn, record, textOf } from "../../support/json-document";
import { isRecord } from "../../support/objects";
import { type Finished, type NoResult, NotFinished, runProgram } from "../access/program";
import type { SynthesizedStack } from "../stacks";
import { terraformJson, terraformProgram } from "../terraform-program";
import { type Diagnostic, NoPlan, troubleIn } from "./trouble";

/** An init may download providers. */
const INIT_SECONDS = 300;
const PLAN_SECONDS = 600;
const SHOW_SECONDS = 120;
/** For an interrupted Terraform to end its providers, and to give its lock back. */
const GRACE_SECONDS = 15;

/**
 * Installs the providers. Other versions than the lock file's are taken where the program no longer admits those, as
 * `cdktf deploy` does.
 * @throws NoPlan
 */
export async function initStack(stack: SynthesizedStack): Promise<void> {
  const init = (...further: readonly string[]) =>
    terraform(stack, ["init", "-input=false", "-no-color", ...further], INIT_SECONDS);
  const first = await init();
  const ended = first.code !== 0 && /init -upgrade/.test(first.stderr) ? await init("-upgrade") : first;
  if (ended.code !== 0) throw new NoPlan(troubleIn(diagnosticsInText(ended.stderr), stack));
}

/**
 * The plan as `terraform show -json` prints it. It holds secrets in clear text.
 * @param file where Terraform may keep it meanwhile
 * @throws NoPlan
 */
export async function planStack(stack: SynthesizedStack, file: string): Promise<Document> {
  const planned = await terraform(
    stack,
    ["plan", "-input=false", "-no-color", "-json", `-out=${file}`],
    PLAN_SECONDS,
  );
  if (planned.code !== 0) {
    const found = diagnosticsIn(planned.stdout);
    throw new NoPlan(troubleIn(found.length > 0 ? found : diagnosticsInText(planned.stderr), stack));
  }
  const { code, stdout, stderr } = await terraform(stack, ["show", "-json", "-no-color", file], SHOW_SECONDS);
  if (code !== 0) throw new NoPlan(troubleIn(diagnosticsInText(stderr), stack));
  const plan = terraformJson(stdout);
  if (isRecord(plan)) return plan;
  throw new NoPlan({ why: `\`${terraformProgram()} show -json\` answered something that is not JSON` });
}

async function terraform(
  { folder }: SynthesizedStack,
  arguments_: readonly string[],
  seconds: number,
): Promise<Finished> {
  const program = terraformProgram();
  try {
    return await runProgram(program, arguments_, { seconds, cwd: folder, graceSeconds: GRACE_SECONDS });
  } catch (error) {
    if (!(error instanceof NotFinished)) throw error;
    const why = error.inWords(program, `${program} ${arguments_[0]}`, seconds);
    const fix = FIXES[error.reason];
    throw new NoPlan({ why, ...(fix !== undefined && { fix }) });
  }
}

const FIXES: Partial<Readonly<Record<NoResult, string>>> = {
  missing: "install it, or name another one in TERRAFORM_BINARY_NAME",
  slow: "run it by hand in the stack's folder to see what it waits for",
};

/** The errors in the output of `-json`, which is one document a line. */
function diagnosticsIn(output: string): readonly Diagnostic[] {
  return output.split("\n").flatMap((line) => {
    const { severity, summary, detail, address } = record(record(jsonIn(line))["diagnostic"]);
    return severity === "error" && typeof summary === "string"
      ? [{ summary, detail: textOf(detail) ?? "", address: textOf(address) }]
      : [];
  });
}

/** The errors in what Terraform prints for people. */
function diagnosticsInText(output: string): readonly Diagnostic[] {
  // A log of TF_LOG has values in clear text.
  const text = output.replaceAll(/^[│╷╵] ?/gm, "").replaceAll(/^\d{4}-\d\d-\d\dT.*\n?/gm, "");
  const errors = [...text.matchAll(/^Error: (.*)\n([\s\S]*?)(?=^Error: |(?![\s\S]))/gm)];
  if (errors.length === 0) return [{ summary: text.trim().split("\n").at(-1) || "it failed", detail: "" }];
  return errors.map(([, summary = "", detail = ""]) => ({ summary, detail: detail.trim() }));
}
