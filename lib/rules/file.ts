import { posix } from "node:path";
import { ownedPath } from "../hermes/home-files";
import { showValue } from "../support/errors";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject } from "./subject";

export const FILE_RULES = rulesFor<AgentSubject>()({
  "file-path-invalid": {
    severity: "error",
    refuses:
      "a path in `files` that is absolute, leads out of the data, is not in its shortest form, or is too long",
    because: "the file would lie elsewhere than the path says, or twice, or nowhere",
    seen: "this library writes below /opt/data alone; Linux: a name has at most 255 bytes, and a changed file is kept under a longer one",
    final: true,
    check: ({ settings }) =>
      paths(settings).flatMap((path) => {
        const below = path.startsWith("/opt/data/") ? path.slice("/opt/data/".length) : undefined;
        const normal = posix.normalize(path);
        const isLong =
          path.length > LONGEST_PATH || path.split("/").some((part) => bytes(part) > LONGEST_NAME);
        if (isLong)
          return [
            {
              prop: `files[${showValue(path)}]`,
              problem: "is too long",
              allowed: `names of at most ${LONGEST_NAME} bytes, ${LONGEST_PATH} characters in all`,
              fix: "choose a shorter one",
            },
          ];
        return when(path !== normal || path.startsWith("/") || /^\.\.?(?:\/|$)|\/$|\\/.test(path), () => ({
          prop: place(path),
          allowed: "a path below the data, such as plugins/mine/plugin.yaml",
          fix: below === undefined ? "write it from the data on" : `write ${showValue(below)}`,
        }));
      }),
  },
  "file-owned": {
    severity: "error",
    refuses:
      "a file in `files` that Hermes or this library writes, such as SOUL.md, config.yaml, `.env` or cron/jobs.json",
    because: "two would write it, and each boot would undo what the other wrote",
    seen: "0.19.0: each path in lib/hermes/home-files.ts, seen on a volume",
    final: true,
    check: ({ settings }) =>
      paths(settings).flatMap((path): readonly Violation[] => {
        const owned = ownedPath(posix.normalize(path));
        if (owned === undefined) return [];
        return [{ prop: place(path), problem: `${owned.path} ${owned.what}`, fix: owned.fix }];
      }),
  },
  "file-inside-file": {
    severity: "error",
    refuses: "a file in `files` below another one",
    because: "one of the two would have to be a directory",
    seen: "a file system has no such thing",
    final: true,
    check: ({ settings }) => {
      const all = paths(settings);
      return all.flatMap((path) => {
        const above = all.find((other) => path.startsWith(`${other}/`));
        return when(above !== undefined, () => ({
          prop: place(path),
          problem: `${showValue(above)} is a file`,
          fix: "choose another name",
        }));
      });
    },
  },
});

const LONGEST_NAME = 200;
const LONGEST_PATH = 1000;

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

function paths({ files }: AgentSubject["settings"]): readonly string[] {
  return Object.keys(files ?? {});
}

function place(path: string): string {
  return `files[${JSON.stringify(path)}]`;
}
