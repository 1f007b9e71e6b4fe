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

/** Text on one line. A `|` in it does not end the cell, also inside code. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/(?<!\\)\|/g, "\\|");
}

export const code = (text: string) => (text === "" ? "" : `\`${text}\``);

export const link = (text: string, target: string | undefined) =>
  target === undefined ? text : `[${text}](${target})`;

/**
 * TypeScript as code, in which names link to their explanations. `readonly` is left out: all of the API is readonly.
 */
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
