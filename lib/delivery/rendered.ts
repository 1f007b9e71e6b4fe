/** Text of rendered files. */
import { Document } from "yaml";

/** A file of the repository. */
export interface RenderedFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly mode: number;
  readonly content: string | Buffer;
}

/** In the first line of each file that the command may overwrite. */
export const WRITTEN =
  "Written by `npx cdktf-hermes workflow`. Change the program instead, and run it again.";

/** @param comments further lines of comment at the top */
export function yamlFile(path: string, comments: readonly string[], content: object): RenderedFile {
  // Linters refuse aliases.
  const document = new Document(content, { aliasDuplicateObjects: false });
  document.commentBefore = [WRITTEN, ...comments].map((line) => ` ${line}`).join("\n");
  return { path, mode: 0o644, content: document.toString({ lineWidth: 0, flowCollectionPadding: false }) };
}

/** A path as a pattern that only it matches. */
export function literalGlob(path: string): string {
  return path.replaceAll(/[\\*?+![\]]/g, "\\$&");
}

/** Of a script, the lines without the indentation of the first one. */
export function script(text: string): string {
  const lines = text.replace(/^\n/, "").trimEnd().split("\n");
  const [indent = ""] = /^ */.exec(lines[0] ?? "") ?? [];
  return `${lines.map((line) => line.slice(Math.min(indent.length, line.length))).join("\n")}\n`;
}
