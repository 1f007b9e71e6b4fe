import { oneLine } from "./text";

/** Text from outside for a page of Markdown, in one line. As code it mentions and links nobody. */
export function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}

/** Our own words, in one line. As character references nothing in them ends the cell or the row that they stand in. */
export function escaped(text: string): string {
  return oneLine(text).replaceAll(/[^\p{L}\p{N} ./,→-]/gu, (character) => `&#${character.codePointAt(0)};`);
}
