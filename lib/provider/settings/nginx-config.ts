/**
 * Timeouts and sizes in an app's nginx template. Only single lines are changed, in CapRover's own template or in one
 * that somebody wrote in the dashboard. A changed line ends with a comment that holds the previous line, so it is
 * recognised and can be restored, and nothing else of the template is lost. A broken template would stop every app of
 * the server, so a line is changed only where it certainly is a directive of its own around the one `proxy_pass`.
 */
import { createHash } from "node:crypto";

export interface NginxSettings {
  readonly proxyReadTimeoutSeconds: number | null;
  readonly clientMaxBodySizeMiB: number | null;
}
type Setting = keyof NginxSettings;

export const NO_NGINX_SETTINGS: NginxSettings = { proxyReadTimeoutSeconds: null, clientMaxBodySizeMiB: null };

const ANCHOR = "proxy_pass";
const DIRECTIVES: Readonly<Record<Setting, { readonly name: string; readonly unit: string }>> = {
  proxyReadTimeoutSeconds: { name: "proxy_read_timeout", unit: "s" },
  clientMaxBodySizeMiB: { name: "client_max_body_size", unit: "m" },
};
const SETTINGS: readonly Setting[] = ["proxyReadTimeoutSeconds", "clientMaxBodySizeMiB"];
/** What each of nginx's units is in the attribute's unit. A time without a unit is in seconds. */
const UNITS: Readonly<Record<Setting, Readonly<Record<string, number>>>> = {
  proxyReadTimeoutSeconds: { "": 1, s: 1, m: 60, h: 3600, d: 86_400 },
  clientMaxBodySizeMiB: { m: 1, M: 1, g: 1024, G: 1024 },
};

const ADDED = "# terraform: added";
const INSTEAD = "# terraform: instead of ";
/**
 * First line of a changed template of CapRover, with a hash of the original: one that nobody edited follows upgrades.
 */
const HEADER = /^# terraform: CapRover's own template ([0-9a-f]{16})\n/;

export type Patched = { readonly text: string } | { readonly problem: string };

/** @param saved the app's own template; empty when it has CapRover's */
export function patchNginx(saved: string, capRovers: string, wanted: NginxSettings): Patched {
  const isAsked = SETTINGS.some((setting) => wanted[setting] !== null);
  if (!isAsked && !isPatched(saved)) return { text: saved };
  const base = baseOf(saved);
  const original = base ?? capRovers;
  if (!isAsked) return { text: base ?? "" };
  let text = original;
  for (const setting of SETTINGS) {
    const value = wanted[setting];
    if (value === null) continue;
    const { name, unit } = DIRECTIVES[setting];
    const lines = withDirective(text, name, `${value}${unit}`);
    if (!Array.isArray(lines)) return lines;
    text = lines.join("\n");
  }
  const header = `# terraform: CapRover's own template ${hashOf(original)}\n`;
  return { text: base === undefined ? header + text : text };
}

/** What the changed lines of a template say; null when this provider changed none. */
export function readNginx(saved: string): NginxSettings | null {
  if (!isPatched(saved)) return null;
  const lines = saved.split("\n").filter(isPatchedLine);
  const read = (setting: Setting): number | null => {
    const value = new RegExp(`^\\s*${DIRECTIVES[setting].name}\\s+(\\d+)([A-Za-z]*)\\s*;`);
    const [, count, unit = ""] = lines.map((line) => value.exec(line)).find((found) => found !== null) ?? [];
    const factor = UNITS[setting][unit];
    return count === undefined || factor === undefined ? null : Number(count) * factor;
  };
  return {
    proxyReadTimeoutSeconds: read("proxyReadTimeoutSeconds"),
    clientMaxBodySizeMiB: read("clientMaxBodySizeMiB"),
  };
}

const isPatchedLine = (line: string): boolean => line.includes(ADDED) || line.includes(INSTEAD);
const isPatched = (text: string): boolean => HEADER.test(text) || text.split("\n").some(isPatchedLine);
const hashOf = (text: string): string => createHash("sha256").update(text.trim()).digest("hex").slice(0, 16);

/** The template without the changes; undefined for CapRover's own. */
function baseOf(saved: string): string | undefined {
  if (saved.trim() === "") return undefined;
  const [header = "", hash] = HEADER.exec(saved) ?? [];
  const base = saved
    .slice(header.length)
    .split("\n")
    .flatMap((line) => {
      if (line.includes(ADDED)) return [];
      const at = line.indexOf(INSTEAD);
      return at < 0 ? [line] : [indentOf(line) + line.slice(at + INSTEAD.length)];
    })
    .join("\n");
  return hash === hashOf(base) ? undefined : base;
}

const indentOf = (line: string): string => /^\s*/.exec(line)?.[0] ?? "";

function withDirective(text: string, name: string, value: string): string[] | { readonly problem: string } {
  const lines = text.split("\n");
  const outline = outlineOf(text);
  if (outline === undefined) return { problem: "its braces or its <% … %> tags do not match" };
  const anchors = outline.filter(({ code }) => mentions(code, ANCHOR));
  const [anchor] = anchors;
  if (anchor === undefined || anchors.length > 1 || !isDirective(anchor.code, ANCHOR)) {
    return {
      problem: `it needs one line "${ANCHOR} …;" of its own and has ${anchors.length === 0 ? "none" : "others"}`,
    };
  }
  const said = outline.filter(({ code }) => mentions(code, name));
  const [there] = said;
  if (there === undefined) {
    const at = anchor.index;
    const added = `${indentOf(lines[at] ?? "")}${name} ${value}; ${ADDED}`;
    return [...lines.slice(0, at + 1), added, ...lines.slice(at + 1)];
  }
  const line = lines[there.index] ?? "";
  const isAround = there.within.every((block, depth) => anchor.within[depth] === block);
  if (said.length > 1 || !isDirective(there.code, name) || !isAround || line.includes("<%")) {
    return {
      problem: `it sets ${name} more than once, or not in a line of its own in a block around ${ANCHOR}`,
    };
  }
  const indent = indentOf(line);
  return lines.with(there.index, `${indent}${name} ${value}; ${INSTEAD}${line.slice(indent.length)}`);
}

interface OutlineLine {
  readonly index: number;
  /** Without comments and quoted texts, and with an x for each character of EJS. */
  readonly code: string;
  /** The blocks around it, by the numbers of the lines that open them. */
  readonly within: readonly number[];
}

/** @returns undefined when braces or EJS tags don't match */
function outlineOf(text: string): readonly OutlineLine[] | undefined {
  const code = text
    .replace(/<%[\s\S]*?%>/g, (tag) => tag.replace(/[^\n]/g, "x"))
    .replace(/"[^"\n]*"|'[^'\n]*'/g, (quoted) => "x".repeat(quoted.length))
    .replace(/#.*$/gm, "");
  if (code.includes("<%") || code.includes("%>")) return undefined;
  let within: readonly number[] = [];
  const outline: OutlineLine[] = [];
  for (const [index, line] of code.split("\n").entries()) {
    outline.push({ index, code: line, within });
    for (const brace of line.match(/[{}]/g) ?? []) {
      if (brace === "}" && within.length === 0) return undefined;
      within = brace === "{" ? [...within, index] : within.slice(0, -1);
    }
  }
  return within.length === 0 ? outline : undefined;
}

const mentions = (code: string, name: string): boolean => new RegExp(`(?:^|[\\s;{}])${name}\\s`).test(code);

const isDirective = (code: string, name: string): boolean =>
  new RegExp(`^\\s*${name}\\s[^;{}]*;\\s*$`).test(code);
