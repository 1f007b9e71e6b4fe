import { clearLine, cursorTo } from "node:readline";
import { oneLine } from "../operations/text";

/** Narrower than any terminal, so that a line is never broken. */
const COLUMNS = 78;

/**
 * Says on stderr what is waited for: in one line that changes on a terminal, and elsewhere in a line for each change,
 * without control codes.
 */
export class Progress {
  #last = "";

  constructor(readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean } = process.stderr) {}

  show(text: string): void {
    const line = oneLine(text).slice(0, COLUMNS);
    if (line === this.#last) return;
    this.#last = line;
    if (this.stream.isTTY) this.#clear();
    this.stream.write(this.stream.isTTY ? line : `${line}\n`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#last !== "" && this.stream.isTTY) this.#clear();
    this.#last = "";
  }

  #clear(): void {
    cursorTo(this.stream, 0);
    clearLine(this.stream, 0);
  }
}
