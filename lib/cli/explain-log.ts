import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { Command } from "commander";
import { newestKnownRelease, parseRelease } from "../hermes/releases";
import { type ExplainedLine, explainLog } from "../operations/explain";
import { hanging } from "../operations/text";
import { inWords } from "../operations/verify";
import { print } from "./answer";
import { UsageError } from "./usage-error";

interface Options {
  readonly release?: string;
  readonly whole?: boolean;
  readonly json?: boolean;
}

export const explainLogCommand = () =>
  new Command("explain-log")
    .description("says what each known line of an agent's log means, and what to do about it")
    .argument(
      "[file]",
      "a log, such as `docker logs hermes > log 2>&1` makes; by default standard input",
      "-",
    )
    .option("--release <tag>", "the agent's release; by default the newest one")
    .option("--whole", "the log begins at the container's start: also names lines that are missing")
    .option("--json", "the answer for scripts")
    .action(async (file: string, { release: tag, whole = false, ...options }: Options) => {
      const release = tag === undefined ? newestKnownRelease() : parseRelease(tag);
      if (release === undefined) throw new UsageError(`--release ${tag} is no release of Hermes`);
      const lines = explainLog(await read(file), release, whole);
      print(options, lines, () => asText(lines));
      if (lines.some(({ kind }) => kind !== "good")) process.exitCode = 1;
    });

async function read(file: string): Promise<string> {
  if (file === "-") return text(process.stdin);
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new UsageError(`${file} can't be read`);
  }
}

const MARKS = { good: "✓", bad: "✗", missing: "?" } as const;

function asText(lines: readonly ExplainedLine[]): string {
  if (lines.length === 0) return "no known line";
  return lines
    .map(({ kind, times, lineNumber, line, means, fix }) =>
      [
        hanging(`${MARKS[kind]} `, kind === "missing" ? `missing: ${means}` : means),
        ...(line === undefined ? [] : [hanging("    ", `line ${lineNumber}${timesInWords(times)}: ${line}`)]),
        ...(fix === undefined ? [] : [`    fix: ${inWords(fix, undefined)}`]),
      ].join("\n"),
    )
    .join("\n");
}

function timesInWords(times: number): string {
  return times === 1 ? "" : `, the last of ${times}`;
}
