/** Parts of a page that are generated, each between `<!-- begin: NAME -->` and `<!-- end -->`. */

/** The text of a part, by the pattern of its name. The function gets the pattern's group. */
export type Parts = Readonly<Record<string, (argument: string) => string>>;

const PART = /<!-- begin: (.+?) -->\n(?:[\s\S]*?\n)?<!-- end -->/g;

/** @throws Error for a part with an unknown name, and for a begin without its end */
export function withGeneratedParts(page: string, parts: Parts): string {
  const updated = page.replaceAll(PART, (_, name: string) => {
    for (const [pattern, text] of Object.entries(parts)) {
      const match = new RegExp(`^${pattern}$`).exec(name);
      if (match) return `<!-- begin: ${name} -->\n\n${text(match[1] ?? "")}\n<!-- end -->`;
    }
    throw new Error(`nothing generates a part that is named ${name}`);
  });
  const unpaired = /<!-- (?:begin: .+?|end) -->/.exec(page.replaceAll(PART, ""));
  if (unpaired) throw new Error(`the marker ${unpaired[0]} has no counterpart`);
  return updated;
}
