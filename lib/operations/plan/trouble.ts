/** Why a stack has no plan, in words for people. */
import { isCredentialName } from "../../support/credential-names";
import { credentialIn } from "../../support/credentials";
import { jsonIn, record } from "../../support/json-document";
import type { SynthesizedStack } from "../stacks";
import { oneLine } from "../text";

export interface Trouble {
  readonly why: string;
  readonly fix?: string;
}

/** A stack has no plan. */
export class NoPlan extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble.why);
  }
}

/** An error of Terraform. */
export interface Diagnostic {
  readonly summary: string;
  readonly detail: string;
  /** Of the resource that it is about. */
  readonly address?: string | undefined;
}

const KNOWN: readonly {
  readonly pattern: RegExp;
  trouble(diagnostics: readonly Diagnostic[], stack: SynthesizedStack): Trouble;
}[] = [
  {
    pattern: /^No value for required variable/,
    trouble: (diagnostics) => {
      const names = diagnostics.flatMap(({ detail }) => /input variable "([^"]+)"/.exec(detail)?.[1] ?? []);
      const variables = [...new Set(names)].map((name) => `TF_VAR_${name}`).join(", ");
      return { why: `these variables have no value: ${variables}`, fix: `set ${variables}` };
    },
  },
  {
    pattern: /^Error acquiring the state lock/,
    trouble: () => ({
      why: "another Terraform works on its state",
      fix: "wait until that one has ended, and plan again",
    }),
  },
  {
    pattern: /^Unable to find remote state|does not have an attribute named "cross-stack-output/,
    trouble: (diagnostics, { dependsOn }) => ({
      why: `it reads outputs of another stack, which has none yet: ${inWords(diagnostics)}`,
      fix: `deploy first: ${dependsOn.join(", ")}`,
    }),
  },
];

/** @param diagnostics at least one */
export function troubleIn(diagnostics: readonly Diagnostic[], stack: SynthesizedStack): Trouble {
  const known = KNOWN.find(({ pattern }) =>
    diagnostics.some(({ summary, detail }) => pattern.test(`${summary}\n${detail}`)),
  );
  return known?.trouble(diagnostics, stack) ?? { why: inWords(diagnostics) };
}

function inWords(diagnostics: readonly Diagnostic[]): string {
  const texts = diagnostics.map(({ summary, detail, address }) =>
    [address, summary, detail].filter(Boolean).join(": "),
  );
  return [...new Set(texts)].join("; ");
}

/** The trouble without the values of secrets, and in one line each. */
export function shownTrouble({ why, fix }: Trouble, stack: SynthesizedStack): Trouble {
  const hide = hidden(secretValues(stack, process.env));
  return { why: hide(why), ...(fix !== undefined && { fix: hide(fix) }) };
}

/** What the environment has for sensitive variables of the stack, and under names of credentials. */
function secretValues({ document }: SynthesizedStack, environment: NodeJS.ProcessEnv): readonly string[] {
  const sensitive = new Set(
    Object.entries(record(document["variable"])).flatMap(([name, variable]) =>
      record(variable)["sensitive"] === true ? [`TF_VAR_${name}`] : [],
    ),
  );
  return Object.entries(environment)
    .flatMap(([name, value = ""]) => (sensitive.has(name) || isCredentialName(name) ? partsOf(value) : []))
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
    .filter((value) => value.length >= SHORTEST);
}

/** The value, its lines, and the texts in it if it is a list or an object. */
function partsOf(value: string): readonly string[] {
  return [value, ...value.split("\n"), ...textsIn(jsonIn(value))];
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** A shorter value would also be part of words. */
const SHORTEST = 4;

function hidden(secrets: readonly string[]): (text: string) => string {
  // The longest first: one may be a part of another.
  const ordered = [...new Set(secrets)].sort((a, b) => b.length - a.length);
  return (text) => {
    const shown = oneLine(ordered.reduce((rest, secret) => rest.replaceAll(secret, "(sensitive)"), text));
    const credential = credentialIn(shown);
    return credential === undefined ? shown : `(a message with ${credential}, not shown)`;
  };
}
