/** Rows in columns, for a terminal. */
import { getBorderCharacters, table } from "table";
import { oneLine } from "./text";

const BETWEEN = 2;

/**
 * Rows in columns without lines between them. A cell may have several lines, and nothing in it can look like a row.
 *
 * @param indent spaces before each line
 * @returns the lines of each row, all in the same columns
 */
export function inColumns(rows: readonly (readonly string[])[], indent: number): readonly string[] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) => row.map((cell) => cell.split("\n").map(oneLine)));
  const lines = table(
    cells.map((row) => row.map((cell) => cell.join("\n"))),
    {
      border: getBorderCharacters("void"),
      columnDefault: { paddingLeft: 0, paddingRight: BETWEEN },
      drawHorizontalLine: () => false,
    },
  ).split("\n");
  return cells.map((row) =>
    lines
      .splice(0, Math.max(...row.map(({ length }) => length)))
      .map((line) => `${" ".repeat(indent)}${line}`.trimEnd())
      .join("\n"),
  );
}
