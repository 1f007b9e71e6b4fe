/** The parts of a Dockerfile that decide what an image is made from, read as BuildKit reads them. */
import { BuildError } from "./errors";

export interface Stage {
  /** In lower case; `""` for a stage without a name. */
  readonly name: string;
  /** As it is written, with its variables. */
  readonly base: string;
  /** The instructions after FROM, in their order. */
  readonly steps: readonly Instruction[];
}

export interface Instruction {
  /** In upper case. */
  readonly keyword: string;
  /** All that follows. */
  readonly text: string;
}

export interface Dockerfile {
  /** The declarations before the first FROM, which a FROM can use. */
  readonly globals: readonly Instruction[];
  readonly stages: readonly Stage[];
}

/** Values by name. A name without a value is declared and not set. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** @throws BuildError when it has no stage */
export function parseDockerfile(lines: readonly string[]): Dockerfile {
  const globals: Instruction[] = [];
  const stages: { name: string; base: string; steps: Instruction[] }[] = [];
  for (const instruction of instructionsIn(lines)) {
    const stage = stages.at(-1);
    if (instruction.keyword === "FROM") stages.push({ ...readFrom(instruction.text), steps: [] });
    else if (stage === undefined) globals.push(instruction);
    else stage.steps.push(instruction);
  }
  if (stages.length === 0) throw new BuildError("no build stage in current context");
  return { globals, stages };
}

function readFrom(text: string): { readonly name: string; readonly base: string } {
  const words = text.split(/\s+/).filter((word) => word !== "" && !word.startsWith("--"));
  const [base = "", as = "", name = ""] = words;
  if (words.length === 1) return { base, name: "" };
  if (words.length === 3 && /^as$/i.test(as)) return { base, name: name.toLowerCase() };
  throw new BuildError("FROM requires either one or three arguments");
}

/** Without comments; lines that end with a backslash, and here-documents, belong to one instruction. */
function instructionsIn(lines: readonly string[]): Instruction[] {
  const instructions: Instruction[] = [];
  const rest = [...lines];
  const isNothing = (line: string) => line.trim() === "" || line.trimStart().startsWith("#");
  for (let line = rest.shift(); line !== undefined; line = rest.shift()) {
    if (isNothing(line)) continue;
    let text = line.trim();
    while (text.endsWith("\\") && rest.length > 0) {
      const next = rest.shift() ?? "";
      if (!isNothing(next)) text = `${text.slice(0, -1)}${next.trim()}`;
    }
    const [, keyword = "", after = ""] = /^(\w+)\s*(.*)$/.exec(text) ?? [];
    const end = /^(?:RUN|COPY|ADD)$/i.test(keyword) ? /<<-?(["']?)(\w+)\1/.exec(after)?.[2] : undefined;
    if (end !== undefined) {
      const stop = rest.findIndex((one) => one.trim() === end);
      rest.splice(0, stop === -1 ? rest.length : stop + 1);
    }
    instructions.push({ keyword: keyword.toUpperCase(), text: after });
  }
  return instructions;
}

/** Words between blanks; quotes keep a word together, and stay in it. */
function wordsIn(text: string): readonly string[] {
  return text.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
}

/**
 * What ARG instructions declare, each with its value: that of the build, else its own, else the one of `around`. A
 * default may use what was declared before it.
 */
export function declaredIn(
  instructions: readonly Instruction[],
  given: Variables,
  around: Variables = {},
): Variables {
  const declared: Record<string, string | undefined> = {};
  for (const { keyword, text } of instructions) {
    if (keyword !== "ARG") continue;
    for (const word of wordsIn(text)) {
      const [, name = "", , value] = /^(\w+)(=(.*))?$/s.exec(word) ?? [];
      if (name === "") continue;
      declared[name] =
        given[name] ?? (value === undefined ? around[name] : expand(value, { ...around, ...declared }));
    }
  }
  return declared;
}

/**
 * Fills in variables: `$NAME`, `${NAME}`, and with `:-`, `-`, `:+`, `+`, `:?` or `?` and a word. Quotes are taken away,
 * and nothing is filled in between single quotes or after a backslash.
 * @throws BuildError for a form that Docker does not know, and for `?` without a value
 */
export function expand(text: string, variables: Variables): string {
  let out = "";
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    if (char === "\\") {
      out += text.charAt(at + 1);
      at += 2;
    } else if (char === "'") {
      const end = endOr(text.indexOf("'", at + 1), text);
      out += text.slice(at + 1, end);
      at = end + 1;
    } else if (char === '"') at++;
    else if (char !== "$") {
      out += char;
      at++;
    } else if (text.charAt(at + 1) === "{") {
      const end = closingBrace(text, at + 2);
      out += filledIn(text.slice(at + 2, end), variables);
      at = end + 1;
    } else {
      const name = /^\w+/.exec(text.slice(at + 1))?.[0] ?? "";
      out += name === "" ? "$" : (variables[name] ?? "");
      at += 1 + name.length;
    }
  }
  return out;
}

const endOr = (found: number, text: string): number => (found === -1 ? text.length : found);

/** A word in braces may have variables of its own. */
function closingBrace(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text.startsWith("${", at)) depth++;
    if (text.charAt(at) === "}") depth--;
    if (depth === 0) return at;
  }
  throw new BuildError(
    `failed to process "${text}": unexpected end of statement while looking for matching }`,
  );
}

function filledIn(inner: string, variables: Variables): string {
  const [, name = "", operator = "", word = ""] = /^(\w+)(?:(:?[-+?])(.*))?$/s.exec(inner) ?? [];
  if (name === "") throw new BuildError(`failed to process "\${${inner}}": unsupported modifier`);
  const value = variables[name];
  const isMissing = operator.startsWith(":") ? (value ?? "") === "" : value === undefined;
  switch (operator.at(-1)) {
    case "-":
      return isMissing ? expand(word, variables) : (value ?? "");
    case "+":
      return isMissing ? "" : expand(word, variables);
    case "?":
      if (!isMissing) return value ?? "";
      throw new BuildError(
        `failed to process "\${${inner}}": ${name}: ${expand(word, variables) || "not set"}`,
      );
    default:
      return value ?? "";
  }
}
