/** Reads the files of a mind: texts, and directories with skills. */
import { isUtf8 } from "node:buffer";
import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Construct } from "constructs";
import { parse } from "yaml";
import { type Problem, refuse, showValue } from "../support/errors";
import { readRegularFile, unreadableBecause } from "../support/local-file";
import { isRecord } from "../support/objects";
import type { DataFile, MindProps, TextOrFile } from "./settings/mind";
import type { FileContent, MindContent, ReadFile, Skill } from "./settings/mind-content";

/**
 * @param at the prop that the mind's props are below, with a dot at its end; empty for the agent itself
 * @throws HermesConfigError for files that can't be read
 */
export function readMind(scope: Construct, mind: MindProps, at = ""): MindContent {
  const problems: Problem[] = [];
  const read = (prop: string, given: DataFile | TextOrFile): ReadFile => {
    const executable = "executable" in given && given.executable === true;
    if (given.file === undefined) return { prop: `${prop}.text`, content: given.text, executable };
    try {
      return { prop: `${prop}.file`, content: contentOf(readRegularFile(given.file)), executable };
    } catch (error) {
      problems.push(unreadable(`${prop}.file`, given.file, error, "name a file of this machine"));
      return { prop: `${prop}.file`, content: "", executable };
    }
  };
  const soul = mind.soul && read(`${at}soul`, mind.soul);
  const files = Object.fromEntries(
    Object.entries(mind.files ?? {}).map(([path, given]) => [
      path,
      read(`${at}files[${JSON.stringify(path)}]`, given),
    ]),
  );
  const found = (mind.skills ?? []).map((directory, i) => skillsIn(`${at}skills[${i}]`, directory));
  problems.push(...found.flatMap(({ problems }) => problems));
  if (problems.length > 0) refuse(scope, problems);
  return {
    soul,
    files,
    skills: found.flatMap(({ skills }) => skills),
    badSkills: found.flatMap(({ bad }) => bad),
  };
}

/** Editors put a mark of the byte order before a text, for which Hermes 0.17.0 leaves a SOUL.md out. */
function contentOf(bytes: Buffer): string | Buffer {
  return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString("utf8").replace(/^\ufeff/, "") : bytes;
}

function unreadable(prop: string, path: string, error: unknown, fix: string): Problem {
  return { prop, value: showValue(path), problem: unreadableBecause(error), fix };
}

interface FoundSkills {
  readonly skills: readonly Skill[];
  readonly bad: MindContent["badSkills"];
  readonly problems: readonly Problem[];
}

/** Deeper than any category of skills. */
const DEEPEST = 8;
/** No directory of skills has so many. A home directory or a whole repository has. */
const MOST_FILES = 2000;
/** Hermes and tools leave them out, and nobody means them. */
const LEFT_OUT = new Set([
  ".git",
  ".github",
  ".hub",
  ".archive",
  ".venv",
  "venv",
  "node_modules",
  "site-packages",
  "__pycache__",
  ".tox",
  ".nox",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".DS_Store",
]);
const SKILL_FILE = "SKILL.md";

/** The directory itself, or those below it that have a SKILL.md. */
function skillsIn(prop: string, directory: string): FoundSkills {
  const bad: MindContent["badSkills"][number][] = [];
  const problems: Problem[] = [];
  let count = 0;
  /** All files below, by their relative path. */
  const filesIn = (folder: string, relative: string, depth: number): Record<string, FileContent> => {
    const files: Record<string, FileContent> = {};
    for (const name of readdirSync(folder).sort()) {
      if (LEFT_OUT.has(name)) continue;
      const path = join(folder, name);
      const below = `${relative}/${name}`;
      const stat = lstatSync(path);
      if (stat.isSymbolicLink()) bad.push(aLink(prop, path));
      else if (stat.isDirectory() && depth < DEEPEST) Object.assign(files, filesIn(path, below, depth + 1));
      else if (stat.isFile()) {
        count += 1;
        if (count <= MOST_FILES)
          files[below] = { content: contentOf(readFileSync(path)), executable: (stat.mode & 0o100) !== 0 };
      }
    }
    return files;
  };
  const skills: Skill[] = [];
  const visit = (folder: string, relative: string, depth: number) => {
    const names = readdirSync(folder).sort();
    if (names.includes(SKILL_FILE)) {
      const files = filesIn(folder, relative, depth);
      const text = files[`${relative}/${SKILL_FILE}`]?.content;
      skills.push({
        prop,
        directory: folder,
        files,
        ...headOf(typeof text === "string" ? text : "", basename(relative)),
      });
      return;
    }
    for (const name of names) {
      const path = join(folder, name);
      if (LEFT_OUT.has(name) || depth >= DEEPEST) continue;
      const stat = lstatSync(path);
      if (stat.isSymbolicLink()) bad.push(aLink(prop, path));
      else if (stat.isDirectory()) visit(path, `${relative}/${name}`, depth + 1);
    }
  };
  try {
    if (!statSync(directory).isDirectory())
      bad.push({
        prop,
        value: showValue(directory),
        problem: "is no directory",
        fix: `name the directory that has the ${SKILL_FILE}`,
      });
    else visit(directory, basename(resolve(directory)) || "skills", 0);
    if (count > MOST_FILES)
      bad.push({
        prop,
        value: showValue(directory),
        problem: `has more than ${MOST_FILES} files`,
        fix: "name the directories of single skills",
      });
    else if (skills.length === 0 && bad.length === 0)
      bad.push({
        prop,
        value: showValue(directory),
        problem: `has no ${SKILL_FILE}, nor has a directory below it`,
        fix: "name the directory of a skill, or one of several skills",
      });
  } catch (error) {
    problems.push(unreadable(prop, directory, error, "name a directory of this machine"));
  }
  return { skills, bad, problems };
}

function aLink(prop: string, path: string): MindContent["badSkills"][number] {
  return {
    prop,
    value: showValue(path),
    problem: "is a symbolic link",
    fix: "put what it leads to there itself",
  };
}

/** What Hermes reads at the head of a SKILL.md: agent/skill_utils.py and tools/skill_manager_tool.py of 0.19.0. */
function headOf(written: string, directory: string): Pick<Skill, "name" | "problem" | "platforms" | "text"> {
  // As Python reads a text, with the ends of lines of every system.
  const text = written.replaceAll(/\r\n?/g, "\n");
  const none = (problem: string) => ({ name: directory, problem, platforms: [], text });
  if (!text.startsWith("---")) return none("does not begin with front matter (a line `---`)");
  const [whole, yaml = ""] = /^---([\s\S]*?)\n---\s*\n/.exec(text) ?? [];
  if (whole === undefined) return none("has front matter that does not end with a line `---`");
  let head: unknown;
  try {
    head = parse(yaml, { version: "1.1" });
  } catch (error) {
    return none(
      `has front matter that is not YAML (${error instanceof Error ? error.message.split("\n")[0] : "?"})`,
    );
  }
  if (!isRecord(head) || Array.isArray(head)) return none("has front matter that is no list of `key: value`");
  const { name = directory, description } = { name: head["name"], description: head["description"] };
  if (typeof name !== "string" || !SKILL_NAME.test(name))
    return none(
      "has no usable `name`: up to 64 small letters, digits, `-`, `_` and `.`, with a letter or digit first",
    );
  const given = head["platforms"] ?? [];
  const platforms = (Array.isArray(given) ? given : [given]).map((one) => String(one).toLowerCase().trim());
  const known = { name, platforms, text };
  if (typeof description !== "string" || description.trim() === "")
    return { ...known, problem: "has no `description`, by which the agent finds the skill" };
  if (description.length > LONGEST_DESCRIPTION)
    return {
      ...known,
      problem: `has a \`description\` of ${description.length} characters, of which Hermes shows ${LONGEST_DESCRIPTION}`,
    };
  if (text.slice(whole.length).trim() === "")
    return { ...known, problem: "has nothing behind its front matter" };
  return { ...known, problem: undefined };
}

const SKILL_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const LONGEST_DESCRIPTION = 1024;
