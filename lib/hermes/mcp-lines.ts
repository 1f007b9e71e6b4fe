/** What agent.log says of MCP servers (0.16.0 to 0.19.0, read; 0.19.0, run). */
import { BAD_LINES } from "./bad-lines";

/**
 * The last line with a server's name decides. A server that comes back after it was given up says so with no line but
 * the one of its new try, and a try that fails is named again within a minute.
 */
export const MCP_LINES = {
  /** Its group is the server's name. */
  server: "MCP server '([^']*)'",
  failed: BAD_LINES.mcpFailed.pattern,
} as const;

/** Servers that the lines name, each with what its last line says of a failure, or undefined. */
export function mcpServersIn(lines: readonly string[]): ReadonlyMap<string, string | undefined> {
  const [server, failed] = [new RegExp(MCP_LINES.server), new RegExp(MCP_LINES.failed)];
  return new Map(
    lines.flatMap((line) => {
      const match = server.exec(line);
      const name = match?.[1];
      if (match === null || name === undefined) return [];
      const [, ...reason] = line.slice(match.index + match[0].length).split(": ");
      return [[name, failed.test(line) ? reason.join(": ").trim() || "no reason" : undefined] as const];
    }),
  );
}
