import { runInNewContext } from "node:vm";

/** Renders the subset of EJS that nginx templates use: `<%= %>`, `<%- %>` and `<% %>` blocks. */
export function renderTemplate(template: string, variables: Readonly<Record<string, unknown>>): string {
  const pieces: string[] = [];
  let rest = template;
  for (;;) {
    const open = rest.indexOf("<%");
    if (open === -1) break;
    const close = rest.indexOf("%>", open);
    if (close === -1) throw new SyntaxError('could not find matching close tag for "<%"');
    pieces.push(`out.push(${JSON.stringify(rest.slice(0, open))});`);
    const code = rest.slice(open + 2, close);
    if (/^[=-]/.test(code)) pieces.push(`out.push(String(${code.slice(1).replace(/-$/, "")}));`);
    else if (!code.startsWith("#")) pieces.push(`${code.replace(/[-_]$/, "")}\n`);
    rest = rest.slice(close + 2);
  }
  pieces.push(`out.push(${JSON.stringify(rest)});`);
  const out: string[] = [];
  runInNewContext(pieces.join("\n"), { s: variables, out }, { timeout: 1000 });
  return out.join("");
}

/** Checks less than `nginx -t`: that braces balance and directives end. */
export function isValidNginx(config: string): boolean {
  let depth = 0;
  let directive = "";
  for (const char of config.replace(/#.*$/gm, "").replace(/"[^"]*"|'[^']*'/g, "x")) {
    if (char === "{") depth++;
    if (char === "}") {
      if (directive.trim() !== "") return false;
      depth--;
    }
    if (depth < 0) return false;
    directive = "{};".includes(char) ? "" : directive + char;
  }
  return depth === 0 && directive.trim() === "";
}

/** How long nginx waits for the app, and how large an upload it accepts. */
export interface NginxLimits {
  readonly readSeconds: number;
  readonly bodyBytes: number;
}

const MIB = 2 ** 20;
const NGINX_READ_SECONDS = 60;
const NGINX_BODY_BYTES = MIB;
type Factors = Readonly<Record<string, number>>;
const SECONDS: Factors = { "": 1, s: 1, m: 60, h: 3600 };
const BYTES: Factors = { "": 1, k: 1024, m: MIB, g: 1024 * MIB };

/** The limits of CapRover's own template. */
export const DEFAULT_LIMITS: NginxLimits = { readSeconds: NGINX_READ_SECONDS, bodyBytes: 500 * MIB };

/** Reads the limits from a configuration; nginx's defaults fill in what it leaves out. */
export function readLimits(config: string): NginxLimits {
  const code = config.replace(/#.*$/gm, "");
  const read = (name: string, factors: Factors, otherwise: number) => {
    const [, count, unit = ""] = new RegExp(`\\b${name}\\s+(\\d+)([a-z]?)\\s*;`, "i").exec(code) ?? [];
    return count === undefined ? otherwise : Number(count) * (factors[unit.toLowerCase()] ?? Number.NaN);
  };
  const bodyBytes = read("client_max_body_size", BYTES, NGINX_BODY_BYTES);
  return {
    readSeconds: read("proxy_read_timeout", SECONDS, NGINX_READ_SECONDS),
    // nginx takes 0 for no limit
    bodyBytes: bodyBytes === 0 ? Number.POSITIVE_INFINITY : bodyBytes,
  };
}
