import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** This library's folder, and the sources that a source map leads to. */
const LIBRARY = dirname(__dirname);
const LIBRARY_FOLDERS = [LIBRARY, join(dirname(LIBRARY), "lib")];

const LONGEST_STACK = 60;

/** The place in a person's program where the library was called. Taking it costs little; writing it out is left for later. */
export class Caller {
  private readonly taken: { stack?: string } = {};

  constructor() {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = LONGEST_STACK;
    Error.captureStackTrace(this.taken, Caller);
    Error.stackTraceLimit = stackTraceLimit;
  }

  /** A stack that begins with the file and line of the caller, and has no frames of this library, CDKTF and Node. */
  stackOf(headline: string): string {
    const frames = (this.taken.stack?.match(/^ {4}at .*$/gm) ?? []).filter(isCallers);
    const [first] = frames.flatMap((frame) => locationIn(frame) ?? []);
    return [
      ...(first === undefined ? [] : [first]),
      headline,
      ...frames.slice(0, Error.stackTraceLimit),
    ].join("\n");
  }
}

function isCallers(frame: string): boolean {
  if (/\bnode:|[/\\]node_modules[/\\](?:cdktf|constructs)[/\\]/.test(frame)) return false;
  return !LIBRARY_FOLDERS.some((folder) => frame.includes(`${folder}${sep}`));
}

/** `main.ts:12:5`, from the folder in which the program runs if the file is there. */
function locationIn(frame: string): string | undefined {
  const [, location] = /(?:\(|at (?:async )?)((?:file:\/\/|[A-Za-z]:)?[^()]*:\d+:\d+)\)?$/.exec(frame) ?? [];
  if (location === undefined) return undefined;
  const path = location.startsWith("file://") ? fileURLToPath(location) : location;
  const near = relative(process.cwd(), path);
  return near.startsWith("..") || isAbsolute(near) ? path : near;
}
