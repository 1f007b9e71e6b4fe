/** Markdown as GitHub shows it. */

/** The anchor that GitHub gives a heading. */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map(cell).join(" | ")} |\n`)
    .join("");
}

/** One line, and a `|` of its own ends no cell, also inside of code. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/(?<!\\)\|/g, "\\|");
}

export const code = (text: string) => (text === "" ? "" : `\`${text}\``);

export const link = (text: string, target: string | undefined) =>
  target === undefined ? text : `[${text}](${target})`;

/** TypeScript as code, in which names lead to where they are explained. `readonly` goes: all of the API is. */
export function linkedCode(text: string, target: (name: string) => string | undefined): string {
  const parts: string[] = [];
  let plain = "";
  for (const piece of text.replaceAll(/\breadonly /g, "").split(/("[^"]*"|\b[A-Za-z]\w*\b)/)) {
    const found = target(piece);
    if (found === undefined) {
      plain += piece;
      continue;
    }
    parts.push(code(plain), link(code(piece), found));
    plain = "";
  }
  return [...parts, code(plain)].join("");
}
