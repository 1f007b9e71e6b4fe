/** Writes a new repository into a folder, whole or not at all. What the folder has already stays as it is. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isRecord } from "../../support/objects";
import type { NewRepository } from "./repository";

/** Nothing was written. Its message says why. */
export class NotWritten extends Error {}

export interface Written {
  /** Paths in the folder, in order. */
  readonly created: readonly string[];
  /** Files that were there and got lines. */
  readonly extended: readonly string[];
}

const GITIGNORE = ".gitignore";
const README = "README.md";
const OTHER_README = "docs/hermes.md";

/** @throws NotWritten */
export function writeRepository(folder: string, repository: NewRepository): Written {
  try {
    return place(resolve(folder), repository);
  } catch (error) {
    if (error instanceof NotWritten) throw error;
    throw new NotWritten(`${folder} can't be written to (${codeOf(error)}); nothing was written`);
  }
}

function place(folder: string, { files, readme, ignored }: NewRepository): Written {
  const there = namesIn(folder);
  const readmeName = there.some(isReadme) ? OTHER_README : README;
  const created = { ...files, [readmeName]: readme };
  const gitignore = there.includes(GITIGNORE) ? readGitignore(join(folder, GITIGNORE)) : undefined;
  const taken = Object.keys(created).filter((path) => isTaken(folder, path));
  if (taken.length > 0) {
    throw new NotWritten(
      `${folder} has ${taken.join(", ")} already; move ${taken.length === 1 ? "it" : "them"} away or name another folder; nothing was written`,
    );
  }
  const all = {
    ...created,
    [GITIGNORE]: gitignore === undefined ? ignored : `${endedLine(gitignore)}\n${ignored}`,
  };
  moveIn(folder, all);
  return {
    created: Object.keys(all)
      .filter((path) => path !== GITIGNORE || gitignore === undefined)
      .sort(),
    extended: gitignore === undefined ? [] : [GITIGNORE],
  };
}

/** Names in the folder; none if it does not exist yet. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    if (codeOf(error) === "ENOTDIR") throw new NotWritten(`${folder} is no folder; nothing was written`);
    throw error;
  }
}

function isReadme(name: string): boolean {
  return /^readme(?:\.\w+)?$/i.test(name);
}

/** Also a link that leads nowhere takes its name. A file in the place of a folder takes all names below it. */
function isTaken(folder: string, path: string): boolean {
  try {
    lstatSync(join(folder, path));
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOTDIR") return true;
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

function readGitignore(path: string): string {
  if (!lstatSync(path).isFile()) throw new NotWritten(`${path} is no plain file; nothing was written`);
  return readFileSync(path, "utf8");
}

function endedLine(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/**
 * Writes all files beside their places first, so that a full disk leaves the folder as it was. The `.gitignore` is moved
 * last: it alone replaces a file.
 */
function moveIn(folder: string, files: Readonly<Record<string, string>>): void {
  const undo: (() => void)[] = [];
  // One by one: where a file system takes no folder, such as /proc, Node's own recursion (20.20) never ends.
  const makeFolder = (path: string) => {
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
    makeFolder(dirname(path));
    mkdirSync(path);
    undo.push(() => rmSync(path, { recursive: true }));
  };
  try {
    makeFolder(folder);
    const beside = mkdtempSync(join(folder, ".cdktf-hermes-init-"));
    try {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(beside, path)), { recursive: true });
        writeFileSync(join(beside, path), text);
      }
      const gitignore = statSync(join(folder, GITIGNORE), { throwIfNoEntry: false });
      if (gitignore !== undefined) chmodSync(join(beside, GITIGNORE), gitignore.mode);
      for (const path of Object.keys(files)) {
        makeFolder(dirname(join(folder, path)));
        renameSync(join(beside, path), join(folder, path));
        if (path !== GITIGNORE) undo.push(() => rmSync(join(folder, path)));
      }
    } finally {
      rmSync(beside, { recursive: true });
    }
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return isRecord(error) ? (error["code"] ?? error["message"]) : error;
}
