/**
 * The merge at boot: a script of s6-overlay's `cont-init.d` that brings what a program declares into the agent's data.
 * Root reads the declaration and the values, and writes the skills and what is outside the data. The rest runs as the runtime user, in Python.
 */
import { gunzipSync, gzipSync, strFromU8, strToU8 } from "fflate";
import { DATA_PATH } from "../hermes/container-contract";
import { DECLARATION_PATH, type Declaration, SKILLS_PATH, VALUES_PATH } from "./declaration";
import { ROOT_PROGRAM, USER_PROGRAM } from "./merge-programs";

/** After ownership is repaired (`01`, `015`), and before the gateways of the profiles are registered (`02`). */
export const MERGE_SCRIPT_PATH = "/etc/cont-init.d/015z-cdktf-hermes-merge";

/** How long the boot waits for it. Then it is killed, and the next boot finishes it. */
const MERGE_SECONDS = 20;

export interface MergeOptions {
  /** Names of variables of the container that no service may see. They are plain words. @default - none */
  readonly dropped?: readonly string[];
  /**
   * What to write as the declaration. Without it, the place itself uploads `declarationFile` to `DECLARATION_PATH`.
   * @default - nothing
   */
  readonly declaration?: Declaration | undefined;
}

const FOLDER = "/usr/local/lib/cdktf-hermes";
const ROOT_PROGRAM_PATH = `${FOLDER}/merge-root.py`;
const USER_PROGRAM_PATH = `${FOLDER}/merge.py`;

/** The declaration as a file. Equal declarations give equal files. */
export function declarationFile(declaration: Declaration): string {
  return `${JSON.stringify(declaration)}\n`;
}

/** The declaration of such a file. */
export function declarationIn(file: string): Declaration {
  return JSON.parse(file);
}

/** How many bytes of `LONGEST_FILES_BYTES` the declaration takes at most. Packed with the script it can need some more. */
export function declarationBytes(declaration: Declaration): number {
  return Math.ceil(packed(declarationFile(declaration)).length * 1.2) + 256;
}

/**
 * As gzip, equal on every machine: another version of zlib would make another text of it, and each plan from there a
 * change. That is why it is not Node's own.
 */
export function packed(text: string): Uint8Array {
  return gzipSync(strToU8(text), { level: 9, mtime: 0 });
}

/** The text that was packed; undefined for other bytes. */
export function unpacked(bytes: Uint8Array): string | undefined {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? strFromU8(gunzipSync(bytes)) : undefined;
}

export interface MergeFile {
  readonly path: string;
  readonly content: string;
  readonly executable?: true;
}

/** What the boot writes, so that the merge runs. */
export function mergeFiles({ dropped = [], declaration }: MergeOptions): readonly MergeFile[] {
  return [
    { path: ROOT_PROGRAM_PATH, content: ROOT_PROGRAM },
    { path: USER_PROGRAM_PATH, content: USER_PROGRAM },
    ...(declaration ? [{ path: DECLARATION_PATH, content: declarationFile(declaration) }] : []),
    { path: MERGE_SCRIPT_PATH, content: mergeScript(dropped), executable: true },
  ];
}

const ENVIRONMENT = "/run/s6/container_environment";

/**
 * Python is the image's own for root, because early releases let the runtime user write in Hermes' own. It ignores all
 * variables and the working directory. No value is in an argument or a variable.
 */
function mergeScript(dropped: readonly string[]): string {
  return `#!/bin/sh
# Merges what the program declares into the data. Never takes longer than its time, and never fails.
PATH=/command:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
if [ -f ${DECLARATION_PATH} ]; then
  timeout -k 2 ${MERGE_SECONDS} sh -c '
    first() { for each; do [ -x "$each" ] && echo "$each" && return; done; }
    root=$(first /usr/bin/python3 /usr/local/bin/python3 /opt/hermes/.venv/bin/python)
    own=$(first /opt/hermes/.venv/bin/python "$(cat ${ENVIRONMENT}/HERMES_PYTHON 2>/dev/null)" "$root")
    "$root" -I -S ${ROOT_PROGRAM_PATH} ${DECLARATION_PATH} ${VALUES_PATH} ${ENVIRONMENT} ${SKILLS_PATH} \\
      "$(id -u hermes)" "$(id -g hermes)" |
      s6-setuidgid hermes env -i "PATH=$PATH" HOME=${DATA_PATH} LANG=C.UTF-8 \\
        "$own" -I -B ${USER_PROGRAM_PATH} ${DECLARATION_PATH} ${DATA_PATH}
  ' </dev/null || echo "[cdktf-hermes] merge: stopped with code $?; the next boot finishes it"
fi
${dropped.length > 0 ? `cd ${ENVIRONMENT} 2>/dev/null && rm -f -- ${dropped.join(" ")}\n` : ""}exit 0
`;
}
