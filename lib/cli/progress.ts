import { beforeEnding } from "../operations/ending";
import { oneLine } from "../operations/text";

/** Narrower than any terminal, so that a line is never broken. */
const COLUMNS = 78;

interface Live {
  (text: string): void;
  clear(): void;
}

/**
 * Says on stderr what is waited for: in one line that changes on a terminal, and elsewhere in a line for each change,
 * without control codes. The line goes away when a signal ends the process.
 */
export class Progress {
  #last = "";
  #release: () => void = () => undefined;

  private constructor(
    private readonly stream: NodeJS.WritableStream,
    private readonly live: Live | undefined,
  ) {}

  static async start(
    stream: NodeJS.WritableStream & { readonly isTTY?: boolean } = process.stderr,
  ): Promise<Progress> {
    if (!stream.isTTY) return new Progress(stream, undefined);
    // Loaded only where a line can change.
    const { createLogUpdate } = await import("log-update");
    // Nothing has to be put right then if the process is killed.
    return new Progress(stream, createLogUpdate(stream, { showCursor: true }));
  }

  /** Whether the line changes, and goes away at the end. */
  get isLive(): boolean {
    return this.live !== undefined;
  }

  readonly show = (text: string): void => {
    const line = oneLine(text).slice(0, COLUMNS);
    if (line === this.#last) return;
    if (this.#last === "") this.#release = beforeEnding(() => this.end());
    this.#last = line;
    if (this.live) this.live(line);
    else this.stream.write(`${line}\n`);
  };

  /** Takes the line away. */
  end(): void {
    if (this.#last !== "") this.live?.clear();
    this.#last = "";
    this.#release();
    this.#release = () => undefined;
  }
}
