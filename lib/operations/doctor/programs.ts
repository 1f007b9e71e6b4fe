/** The programs with which a deploy works. */
import type { Finding } from "../../hermes/condition";
import { record, textOf } from "../../support/json-document";
import { meets } from "../../support/version-constraint";
import { type Finished, NotFinished, runProgram } from "../access/program";
import { terraformJson, terraformProgram } from "../terraform-program";
import { check, type Workspace } from "./check";

/** The `engines` of package.json; the provider of CapRover runs on the Node that is on PATH. */
export const OLDEST_NODE = "20.9";

const SECONDS = 20;

export const PROGRAM_CHECKS = {
  node: check({
    title: "Node.js",
    shows: `Node.js ${OLDEST_NODE} or later is on PATH, where Terraform finds it for the CapRover provider.`,
    bad: {
      missing: {
        cause: "there is no `node` on PATH",
        fix: { program: `install Node.js ${OLDEST_NODE} or later` },
      },
      old: {
        cause: "the `node` on PATH is too old",
        fix: { program: `install Node.js ${OLDEST_NODE} or later, or put it first on PATH` },
      },
    },
    async look({ environment }) {
      const ended = await finished("node", ["--version"], environment);
      if (ended instanceof NotFinished)
        return [ended.reason === "missing" ? bad("missing", "not found") : unanswered(ended, "node")];
      const version = ended.stdout.trim().replace(/^v/, "");
      if (meets(version, `>= ${OLDEST_NODE}`) !== true) return [bad("old", version || "no version")];
      return [{ good: version }];
    },
  }),

  terraform: check({
    title: "Terraform",
    shows: "Terraform or OpenTofu is there, and its version is one that every stack accepts.",
    bad: {
      missing: {
        cause: "the program is not on PATH",
        fix: {
          program:
            "install Terraform 1.11 or OpenTofu 1.11 or later; for `tofu`, set TERRAFORM_BINARY_NAME=tofu",
        },
      },
      refused: {
        cause: "stacks require another version",
        fix: { program: "install a version that all of these accept" },
      },
    },
    async look({ stacks, environment }) {
      const program = terraformProgram(environment);
      const ended = await finished(program, ["version", "-json"], environment);
      if (ended instanceof NotFinished)
        return [ended.reason === "missing" ? bad("missing", program) : unanswered(ended, program)];
      const version = textOf(record(terraformJson(ended.stdout))["terraform_version"]);
      if (version === undefined)
        return [{ unseen: `${program} version -json says no version`, missed: true }];
      const refusing = stacks.flatMap(({ name, document }) => {
        const required = textOf(record(document["terraform"])["required_version"]);
        return required !== undefined && meets(version, required) === false
          ? [`${name} requires ${required}`]
          : [];
      });
      return refusing.length > 0
        ? [bad("refused", `${program} ${version}; ${refusing.join(", ")}`)]
        : [{ good: `${program} ${version}` }];
    },
  }),
} as const;

/** What the program printed, or why it did not end. */
export async function finished(
  command: string,
  arguments_: readonly string[],
  env: Workspace["environment"],
  seconds = SECONDS,
): Promise<Finished | NotFinished> {
  try {
    return await runProgram(command, arguments_, { seconds, env });
  } catch (error) {
    if (error instanceof NotFinished) return error;
    throw error;
  }
}

/** @param call what was run, as its first words */
export function unanswered(
  ended: NotFinished,
  program: string,
  call = program,
  seconds = SECONDS,
): Finding<never> {
  // Whoever has no such program may not need it.
  const isMissed = ended.reason !== "missing";
  return { unseen: ended.inWords(program, call, seconds), ...(isMissed && { missed: true }) };
}

function bad<Bad extends string>(name: Bad, seen: string): Finding<Bad> {
  return { bad: name, seen };
}
