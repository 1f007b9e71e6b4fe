/** Rendered files in a repository: written, or compared with what is there. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { createTwoFilesPatch } from "diff";
import { type RenderedFile, WRITTEN } from "./rendered";

/** What is to be in a repository. */
export interface Rendered {
  /** Files that are there, and like this. */
  readonly files: readonly RenderedFile[];
  /** Files that people may have of their own: written if there is none. */
  readonly offers: readonly RenderedFile[];
  /** Folders that hold nothing else than `files`. */
  readonly folders: readonly string[];
}

/** The path of the nearest folder above that is a git repository, or the folder itself. */
export function repositoryAround(folder: string): string {
  for (let at = folder; dirname(at) !== at; at = dirname(at)) if (existsSync(join(at, ".git"))) return at;
  return folder;
}

/** Files of the repository that somebody else wrote, so that the command may not overwrite them. */
export function foreignFiles(root: string, { files, folders }: Rendered): readonly string[] {
  const own = files.filter(({ path }) => !folders.some((folder) => path.startsWith(`${folder}/`)));
  return own.filter((file) => isForeign(root, file)).map(({ path }) => path);
}

/** Writes all files, and returns the paths of those that changed. The pins of actions stay as they are there. */
export function writeRendered(root: string, rendered: Rendered): readonly string[] {
  const { files, offers } = rendered;
  for (const path of extraFiles(root, rendered)) rmSync(join(root, path));
  const wanted = [...files, ...offers.filter((file) => !isForeign(root, file))];
  return wanted.flatMap((file) => {
    const path = join(root, file.path);
    const content = withPinsOf(existsSync(path) ? readFileSync(path, "utf8") : "", file);
    const same =
      existsSync(path) && readFileSync(path).equals(Buffer.from(content)) && modeOf(path) === file.mode;
    if (same) return [];
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    chmodSync(path, file.mode);
    return [file.path];
  });
}

/** What differs, as a text for people; empty if nothing does. */
export function differences(root: string, rendered: Rendered): string {
  const { files, offers } = rendered;
  const compared = [
    ...files,
    ...offers.filter((file) => existsSync(join(root, file.path)) && !isForeign(root, file)),
  ];
  return [
    ...compared.flatMap((file) => difference(root, file)),
    ...extraFiles(root, rendered).map((path) => `${path} does not belong to the build context\n`),
  ].join("");
}

function difference(root: string, file: RenderedFile): readonly string[] {
  const path = join(root, file.path);
  if (!existsSync(path)) return [`${file.path} is missing\n`];
  const actual = readFileSync(path);
  const text = actual.toString();
  const found: string[] = [];
  for (const [, pin = ""] of isWorkflow(file) ? text.matchAll(PIN) : []) {
    const [, action = "", commit = ""] = /^(.*?)@(\S*)/.exec(pin) ?? [];
    if (!/^[0-9a-f]{40}$/.test(commit))
      found.push(`${file.path} pins ${action} by ${commit}, not by a commit\n`);
  }
  const wanted = Buffer.from(withPinsOf(text, file));
  if (!actual.equals(wanted)) {
    if (text.includes("\r\n") && Buffer.from(text.replaceAll("\r\n", "\n")).equals(wanted))
      found.push(`${file.path} has Windows line ends\n`);
    else if (typeof file.content !== "string") found.push(`${file.path} has other bytes\n`);
    else
      found.push(
        createTwoFilesPatch(`a/${file.path}`, `b/${file.path}`, text, wanted.toString(), "here", "rendered"),
      );
  }
  const executable = isExecutable(root, file.path);
  if (executable !== ((file.mode & 0o100) !== 0))
    found.push(
      `${file.path} is ${executable ? "" : "not "}executable, and should ${executable ? "not " : ""}be\n`,
    );
  return found;
}

/** As git has it, whose index keeps the bit where the file system does not. */
function isExecutable(root: string, path: string): boolean {
  const [mode] = gitIndex(root, path).split(" ");
  if (mode === "100755" || mode === "100644") return mode === "100755";
  return (modeOf(join(root, path)) & 0o100) !== 0;
}

/** The file's line in git's index; empty without one. */
function gitIndex(root: string, path: string): string {
  try {
    return execFileSync("git", ["ls-files", "--stage", "--", path], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return "";
  }
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

function extraFiles(root: string, { files, folders }: Rendered): readonly string[] {
  const known = new Set(files.map(({ path }) => path));
  return folders.flatMap((folder) => {
    if (!existsSync(join(root, folder))) return [];
    return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
      .filter((path) => !statSync(join(root, path)).isDirectory())
      .filter((path) => !known.has(path));
  });
}

function isForeign(root: string, file: RenderedFile): boolean {
  const path = join(root, file.path);
  return existsSync(path) && !readFileSync(path, "utf8").includes(WRITTEN);
}

const isWorkflow = ({ path }: RenderedFile): boolean => path.startsWith(".github/workflows/");

const PIN = /\buses: (\S+(?: #.*)?)$/gm;

/** Whatever stands behind `@` of an action is the user's, who keeps it fresh with Dependabot. */
function withPinsOf(text: string, file: RenderedFile): string | Buffer {
  const { content } = file;
  if (!isWorkflow(file) || typeof content !== "string") return content;
  const pins = new Map([...text.matchAll(PIN)].map(([, pin = ""]) => [pin.slice(0, pin.indexOf("@")), pin]));
  return content.replaceAll(PIN, (line, pin: string) => {
    const kept = pins.get(pin.slice(0, pin.indexOf("@")));
    return kept === undefined ? line : `uses: ${kept}`;
  });
}
