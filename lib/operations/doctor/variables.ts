/** Whether every variable without a default has a value. A deploy would stop and ask for it at `var.NAME`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { API_SERVER_SETTINGS } from "../../hermes/api-server";
import type { Finding } from "../../hermes/condition";
import { DASHBOARD_LOGINS } from "../../hermes/dashboard-logins";
import type { Remedy } from "../../hermes/remedy";
import type { Setting } from "../../hermes/settings";
import { type Document, jsonIn, record, records } from "../../support/json-document";
import type { SynthesizedStack } from "../stacks";
import { check, type Workspace } from "./check";
import { namesInTfvars } from "./tfvars";

export const VARIABLE_CHECKS = {
  variables: check({
    title: "variable",
    shows:
      "Each variable without a default has a value: in the environment, or in a file that the deploy reads.",
    bad: {
      missing: {
        cause: "the variable has no value, so that the deploy stops and asks for it",
        fix: { program: "give it a value" },
      },
    },
    async look(workspace): Promise<readonly Finding<"missing">[]> {
      const { stacks } = workspace;
      const inProject = namesInFiles(workspace.project);
      const needed = new Map<string, { readonly stacks: string[]; readonly finding: Finding<"missing"> }>();
      for (const stack of stacks) {
        const given = new Set([...inProject, ...namesInFiles(stack.folder)]);
        for (const [name, variable] of Object.entries(record(stack.document["variable"]))) {
          if (Object.hasOwn(record(variable), "default")) continue;
          const known = needed.get(name);
          known?.stacks.push(stack.name);
          const finding = findingOf(name, record(variable), stack, given, workspace);
          if (known === undefined || (!("bad" in known.finding) && "bad" in finding))
            needed.set(name, { stacks: known?.stacks ?? [stack.name], finding });
        }
      }
      return [...needed.values()].map(({ stacks: users, finding }) =>
        "bad" in finding ? { ...finding, seen: `${finding.seen}, for ${users.join(", ")}` } : finding,
      );
    },
  }),

  capRoverLogin: check({
    title: "CapRover server",
    shows: "The provider of CapRover knows its server and the password.",
    bad: {
      missing: {
        cause: "the program does not name it, and the environment does not either",
        fix: { program: "set it in the shell that deploys" },
      },
    },
    async look({ stacks, environment }): Promise<readonly Finding<"missing">[]> {
      const providers = stacks.flatMap(({ document }) => records(record(document["provider"])["caprover"]));
      return (["url", "password"] as const).flatMap((part): readonly Finding<"missing">[] => {
        if (providers.every((provider) => provider[part] !== undefined)) return [];
        const of = `CAPROVER_${part.toUpperCase()}`;
        if (environment[of]) return [{ of, good: "set" }];
        const fix: Remedy =
          part === "password" ? hidden(of) : { program: `export ${of}=https://captain.apps.example.com` };
        return [{ of, bad: "missing", seen: "not set", fix }];
      });
    },
  }),
} as const;

function findingOf(
  name: string,
  { sensitive, description }: Document,
  { document, agents }: SynthesizedStack,
  given: ReadonlySet<string>,
  { environment }: Workspace,
): Finding<"missing"> {
  const of = `TF_VAR_${name}`;
  if (environment[of] !== undefined) return { of, good: "set in the environment" };
  if (given.has(name)) return { of, good: "set in a file" };
  if (runsElsewhere(document)) return { of, unseen: "its workspace may have it" };
  const carried = agents.flatMap(({ secrets }) =>
    secrets.filter(({ from }) => from === of).map(({ variable }) => variable),
  );
  const made = carried.map((variable) => MADE_BY.get(variable)).find((command) => command !== undefined);
  const what = typeof description === "string" ? description : carried.join(", ");
  const fix = made
    ? { program: `export ${of}="$(${made})"` }
    : sensitive === true || carried.length > 0
      ? hidden(of)
      : { program: `export ${of}=…` };
  return { of, bad: "missing", seen: what === "" ? "no value" : `no value (${what})`, fix };
}

/** It is typed without being shown, and is not in the shell's history. */
function hidden(variable: string): { readonly program: string } {
  return { program: `read -rs ${variable} && export ${variable}` };
}

/** Commands that print a value, by the variable that carries it to Hermes. */
const MADE_BY: ReadonlyMap<string, string> = new Map(
  [...Object.values<Setting>(DASHBOARD_LOGINS.basic.settings), API_SERVER_SETTINGS.key].flatMap((row) =>
    row.kind === "secret" && "madeBy" in row ? [[row.variable, row.madeBy] as const] : [],
  ),
);

/** In HCP Terraform, or another place that keeps values of its own. */
function runsElsewhere(document: Document): boolean {
  const terraform = record(document["terraform"]);
  return terraform["cloud"] !== undefined || record(terraform["backend"])["remote"] !== undefined;
}

/** Files that Terraform reads in a stack's folder, and the CDKTF CLI in the project's. */
const VALUES = /^(?:terraform\.tfvars|.*\.auto\.tfvars)(\.json)?$/;

function namesInFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => {
    const match = VALUES.exec(file);
    if (match === null) return [];
    const text = readFileSync(join(folder, file), "utf8");
    return match[1] === undefined ? namesInTfvars(text) : Object.keys(record(jsonIn(text)));
  });
}
