/** Answers of a simulated agent, which say that they are simulated. */
import type { ProgramResponse } from "../engine/image";

const SIMULATED = { "X-Simulated-By": "cdktf-hermes caprover-sandbox" } as const;

/** Longer than anybody waits. */
export const FOREVER_SECONDS = 86_400;

export function json(
  status: number,
  value: object,
  { afterSeconds }: { readonly afterSeconds?: number } = {},
): ProgramResponse {
  return {
    status,
    headers: { ...SIMULATED, "Content-Type": "application/json" },
    body: JSON.stringify(value),
    ...(afterSeconds !== undefined && { afterSeconds }),
  };
}

export function page(title: string): ProgramResponse {
  return {
    status: 200,
    headers: { ...SIMULATED, "Content-Type": "text/html" },
    body: `<!doctype html><title>${title}</title>\n<!-- simulated -->\n`,
  };
}

export function redirect(location: string): ProgramResponse {
  return { status: 302, headers: { ...SIMULATED, Location: location }, body: "" };
}

export const NO_ANSWER: ProgramResponse = { status: 200, body: "", afterSeconds: FOREVER_SECONDS };

/** The parts of one path with a query. */
export function pathOf(path: string): string {
  return path.split("?", 1)[0] ?? "";
}
