/** Names in the tables of the docs. */
export function code(name: string): string {
  return `\`${name}\``;
}

/** A table. What would end a cell stands in it as text. */
export function docsTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return [line(columns), `|${"---|".repeat(columns.length)}\n`, ...rows.map(line)].join("");
}
