/** Finds what readers of the pages would miss in the docstrings. */
import type { EntryPoint, Property } from "./model";

/** Text in quotes or backquotes, a number, true, false, a list, or the call of a factory. */
const VALUE = /^(?:"[^"]*"|`.*`|-?\d[\d.]*|true|false|\[.*\]|[\w.]+\(\))$/s;

/** A default is a value, or words after a dash, or both: `5`, `- none`, `5 - two more than the engine's own`. */
export function splitDefault(given: string): { readonly value: string; readonly words: string } {
  const [, value = "", words = ""] = /^(.*?)(?:(?:^| )- (.*))?$/s.exec(given) ?? [];
  return { value, words };
}

/** In types whose values people write, every prop needs a docstring, and every optional prop a default. */
export function docstringProblems(api: readonly EntryPoint[]): readonly string[] {
  return api
    .flatMap(({ declarations }) => declarations)
    .flatMap(({ name: type, properties }) =>
      properties.flatMap((property) =>
        problemsOf(property, type.endsWith("Props")).map((what) => `${type}.${property.name} ${what}`),
      ),
    );
}

function problemsOf({ text, optional, default: given }: Property, isWritten: boolean): readonly string[] {
  const problems = [];
  if (isWritten && text === "") problems.push("has no docstring");
  if (isWritten && optional && given === undefined) problems.push("can be left out and has no @default");
  const { value } = splitDefault(given ?? "");
  if (value !== "" && !VALUE.test(value)) {
    problems.push(`has the @default ${JSON.stringify(value)}, which is not a value: put words after "- "`);
  }
  return problems;
}
