import { oneLine } from "./text";

/**
 * Text from outside for a page of Markdown, in one line. As code it mentions and links nobody, and as character
 * references it can't end the code, the cell or the row that it stands in.
 */
export function code(text: string): string {
  const shown = oneLine(text).replaceAll(
    /[^\p{L}\p{N} ./,→-]/gu,
    (character) => `&#${character.codePointAt(0)};`,
  );
  return `<code>${shown}</code>`;
}
