/**
 * The build context of a wrapper: a thin image on top of upstream's. It adds tools, and repairs the ownership of files
 * that root left on the volume. It keeps everything else of the image: entrypoint, PID 1, PATH, runtime user.
 */
import { createHash } from "node:crypto";
import { isLegacy } from "./releases";
import { NAME_IN_IMAGE, type WrapperContents } from "./wrapper-contents";
import {
  BOOT_FILE,
  CERTIFICATES,
  COPIED,
  copiedName,
  DOCKERFILE,
  dockerfile,
  ENTRYPOINT_FILE,
  HERMES_FILE,
  REPAIR_FILE,
  REPAIR_PATH,
} from "./wrapper-dockerfile";
import { legacyEntrypoint, legacyHermesCommand, REPAIR_OWNERSHIP } from "./wrapper-scripts";

/** A file of a build context. */
export interface ContextFile {
  /** Relative path with `/`. */
  readonly path: string;
  /** Its permissions, such as `0o644`. */
  readonly mode: number;
  /** Its text, or the bytes of a file of the program's. */
  readonly content: string | Buffer;
}

/** A wrapper's build context. */
export interface WrapperContext {
  /** All of its files. */
  readonly files: readonly ContextFile[];
  /** SHA-256 over the files, their names and modes. */
  readonly hash: string;
  /** The base has no digest, so that a build asks the registry for it. */
  readonly pullBase: boolean;
}

/** The Codex CLI that this library was checked with. */
export const KNOWN_CODEX_VERSION = "0.169.0";

const SCRIPT_MODE = 0o755;
const DATA_MODE = 0o644;

/** A file that every context has and no other folder. A folder with this file is a context. */
export const CONTEXT_MARK = REPAIR_FILE;

/** The folders in which a context has files. */
export const CONTEXT_FOLDERS = [".", CERTIFICATES, COPIED];

export function renderWrapper(contents: WrapperContents): readonly ContextFile[] {
  const certificates = (contents.caCertificates ?? []).map((content, i) => ({
    path: `${CERTIFICATES}/extra-${i + 1}.crt`,
    mode: DATA_MODE,
    content,
  }));
  return [
    { path: DOCKERFILE, mode: DATA_MODE, content: dockerfile(contents) },
    { path: REPAIR_FILE, mode: SCRIPT_MODE, content: REPAIR_OWNERSHIP },
    ...generationFiles(contents),
    ...certificates,
    ...copiedFiles(contents),
  ];
}

/** Whether some context has a file of this path. */
export function isContextPath(path: string): boolean {
  return TOP_FILES.includes(path) || NUMBERED_FILES.test(path);
}

const TOP_FILES = [DOCKERFILE, REPAIR_FILE, BOOT_FILE, ENTRYPOINT_FILE, HERMES_FILE];
const NUMBERED_FILES = new RegExp(`^(?:${CERTIFICATES}/extra-\\d+[.]crt|${COPIED}/\\d+-${NAME_IN_IMAGE})$`);

/** SHA-256 over every file's name, mode and content. */
export function contextHash(files: readonly ContextFile[]): string {
  const hash = createHash("sha256");
  for (const { path, mode, content } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(JSON.stringify([path, mode, createHash("sha256").update(content).digest("hex")]));
  }
  return hash.digest("hex");
}

export function bytesOf({ content }: Pick<ContextFile, "content">): Buffer {
  return typeof content === "string" ? Buffer.from(content) : content;
}

function generationFiles({ release: { generation }, boot }: WrapperContents): readonly ContextFile[] {
  if (!isLegacy(generation)) return [{ path: BOOT_FILE, mode: SCRIPT_MODE, content: boot.script }];
  return [
    { path: ENTRYPOINT_FILE, mode: SCRIPT_MODE, content: legacyEntrypoint(generation, REPAIR_PATH) },
    { path: HERMES_FILE, mode: SCRIPT_MODE, content: legacyHermesCommand() },
  ];
}

/** Those that the build does not download. */
function copiedFiles({ copy = {} }: WrapperContents): readonly ContextFile[] {
  return Object.entries(copy).flatMap(([path, { source, executable }], i) => {
    if (!Buffer.isBuffer(source)) return [];
    return [{ path: copiedName(path, i), mode: executable ? SCRIPT_MODE : DATA_MODE, content: source }];
  });
}
