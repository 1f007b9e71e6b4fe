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

/** As much of `nginx -t` as a broken template needs: braces balance, directives end. */
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
