/** The tables of docs/terminal.md. */
import { code } from "./markdown";
import { firstReleaseWith } from "./releases";
import { TERMINAL_SETTINGS, type TerminalRow } from "./terminal-settings";

/** What every prop of `terminal` becomes: rows that all backends have in common come once. */
export function terminalMarkdown(): string {
  const tables = Object.entries<Readonly<Record<string, TerminalRow>>>(TERMINAL_SETTINGS);
  const rows = new Map<string, { readonly row: TerminalRow; readonly backends: string[] }>();
  for (const [backend, table] of tables)
    for (const [prop, row] of Object.entries(table)) {
      const key = `${prop} ${row.configKey ?? row.variable}`;
      const known = rows.get(key);
      if (known === undefined) rows.set(key, { row, backends: [backend] });
      else known.backends.push(backend);
    }
  const lines = [...rows].map(([key, { row, backends }]) => {
    const [prop = ""] = key.split(" ");
    const cells = [
      code(prop),
      backendsInWords(backends, tables.length),
      row.configKey === undefined ? "" : code(`terminal.${row.configKey}`),
      row.variable === undefined ? "" : code(row.variable),
      row.since === undefined ? "" : firstReleaseWith(row.since),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return ["| prop | backends | config.yaml | variable | since |", "|---|---|---|---|---|", ...lines, ""].join(
    "\n",
  );
}

function backendsInWords(backends: readonly string[], all: number): string {
  return backends.length === all ? "all" : backends.join(", ");
}
