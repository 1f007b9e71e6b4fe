/** Text for a terminal of 80 columns. */
import { Help } from "commander";

const COLUMNS = 80;

/** A column narrower than that would be harder to read than a long line. */
const NARROWEST = 20;

/**
 * The text in one line. What comes from a program or an agent must not forge lines, colours or another order of the
 * letters.
 */
export function oneLine(text: string): string {
  return text.replaceAll(/\s*[\p{Cc}\p{Zl}\p{Zp}]+\s*/gu, " ").replaceAll(/\p{Bidi_Control}+/gu, "");
}

/**
 * The text wrapped at words, each further line under the first one's beginning.
 *
 * @param head no text from outside, since its width is the indentation
 */
export function hanging(head: string, text: string): string {
  const lines = wrapped(text, head.length).split("\n");
  return lines.map((line, i) => `${i === 0 ? head : " ".repeat(head.length)}${line}`).join("\n");
}

/** The text wrapped at words. @param before columns that something else takes */
export function wrapped(text: string, before: number): string {
  const help = new Help();
  help.minWidthToWrap = NARROWEST;
  return help.boxWrap(oneLine(text), Math.max(NARROWEST, COLUMNS - before));
}

/** What programs print last mostly says why they failed. */
export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
