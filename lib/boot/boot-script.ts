/**
 * The script that runs in the container before s6-overlay reads its services, POSIX sh. It gives a stop the time that
 * the gateways need, and can write files. Nothing in it can make the boot fail or wait.
 */
import { LONGEST_VARIABLE_BYTES, MANAGED_ENV_FILE, RUNTIME_ID } from "../hermes/container-contract";
import { CONTAINER_VARIABLES } from "../hermes/container-variables";
import { STOP_SECONDS } from "../hermes/stop";
import { shellWord } from "../support/shell";
import { SECRETS_FILE_PATH } from "./declaration";
import { type MergeOptions, mergeFiles, packed, unpacked } from "./merge";
import { STOP_GATEWAYS, STOP_GATEWAYS_PATH } from "./stop-gateways";

/** The script's path in an image, or in a container to which it is uploaded. */
export const BOOT_SCRIPT_PATH = "/usr/local/lib/cdktf-hermes/boot";

const HOOK_VARIABLE = CONTAINER_VARIABLES.hook.variable;
const BOOT_VARIABLE = CONTAINER_VARIABLES.boot.variable;

/** The gateways have already had their time. */
const KILL_WAIT = {
  [CONTAINER_VARIABLES.killWait.variable]: String(STOP_SECONDS.everythingElse * 1000),
};

/** The environment that makes the boot run the script's file. A missing file causes only a warning in the log. */
export function bootFromFile(): Readonly<Record<string, string>> {
  return { [HOOK_VARIABLE]: `sh ${BOOT_SCRIPT_PATH}`, ...KILL_WAIT };
}

/**
 * The environment that contains the script and makes the boot run it. Packed, because a variable is short, and in base64,
 * because Swarm would read `{{` as a template. In a shell of its own, because an error in the boot's own shell ends the boot.
 *
 * @throws RangeError if the script is too long for a variable
 */
export function bootFromVariable(script: string): Readonly<Record<string, string>> {
  const encoded = Buffer.from(packed(script)).toString("base64");
  if (BOOT_VARIABLE.length + 1 + encoded.length > LONGEST_VARIABLE_BYTES) {
    throw new RangeError(`a boot script of ${Buffer.byteLength(script)} bytes fits into no variable`);
  }
  return {
    [HOOK_VARIABLE]: `eval base64 -d /run/s6/container_environment/${BOOT_VARIABLE}|gzip -dc|sh`,
    [BOOT_VARIABLE]: encoded,
    ...KILL_WAIT,
  };
}

/** The script that `bootFromVariable` put into an environment; the variable of an earlier version is not packed. */
export function bootInVariable(environment: Readonly<Record<string, unknown>>): string {
  const bytes = Buffer.from(String(environment[BOOT_VARIABLE] ?? ""), "base64");
  return unpacked(bytes) ?? bytes.toString();
}

/** What the script itself takes, with the programs of the merge, when it is packed. */
const OWN_BYTES = 22 * 1024;

/** How many bytes of files and of the packed declaration fit into the variable, together with the rest of the script. */
export const LONGEST_FILES_BYTES =
  Math.floor((LONGEST_VARIABLE_BYTES - BOOT_VARIABLE.length - 1) / 4) * 3 - OWN_BYTES;

export interface BootFile {
  readonly path: string;
  /** It ends with a newline. The runtime user can read it. */
  readonly content: string;
}

/** A file whose content is a variable of the container, in base64. No service sees the variable. */
export interface VariableFile {
  readonly path: string;
  readonly variable: string;
}

export interface BootScriptOptions {
  /** Files to write before any process of Hermes starts. @default - none */
  readonly files?: readonly BootFile[];
  /** @default - none */
  readonly variableFiles?: readonly VariableFile[];
  /**
   * Directories that become the runtime user's while they are empty and root's, as the engine makes a volume.
   * @default - none
   */
  readonly own?: readonly string[];
  /**
   * A test in shell. When it succeeds, the container's log says that the gateway runs.
   * @default - says nothing
   */
  readonly announceWhen?: string | undefined;
  /**
   * A variable's name: the host's secrets file is mounted apart, and becomes the managed `.env` without that line.
   * @default - the managed `.env` is left as it is
   */
  readonly managedWithout?: string | undefined;
  /** What is declared of the data. @default - nothing is merged into the data, and nothing is taken back */
  readonly merge?: MergeOptions | undefined;
}

/** The line in the log. It is printed once for each start of the container. */
export const GATEWAY_RUNS = "[cdktf-hermes] The gateway runs.";

export function bootScript({
  files = [],
  variableFiles = [],
  own = [],
  announceWhen,
  managedWithout,
  merge,
}: BootScriptOptions = {}): string {
  return [
    "#!/bin/sh\n# Runs as root before all services, by S6_STAGE2_HOOK.\n",
    LIMIT_DASHBOARD,
    writeFile({ path: STOP_GATEWAYS_PATH, content: STOP_GATEWAYS }, "755"),
    ...files.map((file) => writeFile(file, "644")),
    ...variableFiles.map(moveVariable),
    managedWithout === undefined ? "" : copySecretsFile(managedWithout),
    own.length === 0 ? "" : ownDirectories(own),
    ...(merge ? mergeFiles(merge) : []).map((file) => writeFile(file, file.executable ? "755" : "644")),
    announceWhen === undefined ? "" : announcement(announceWhen),
    // No service needs it, and every service would have it in its environment.
    `rm -f /run/s6/container_environment/${BOOT_VARIABLE}\nexit 0\n`,
  ].join("");
}

/** A limit in a folder that is not a service would end the boot, such as in an image without a dashboard. */
const LIMIT_DASHBOARD = `service=/etc/s6-overlay/s6-rc.d/dashboard
case "$(cat $service/type 2>/dev/null)" in
  longrun) echo ${STOP_SECONDS.dashboard * 1000} > $service/timeout-kill ;;
esac
`;

/**
 * What has files in it may be somebody's project, and keeps its owner. The runtime user gets its numbers later in the
 * boot, so they are taken from the environment.
 */
function ownDirectories(paths: readonly string[]): string {
  const [uid, gid] = [CONTAINER_VARIABLES.uid, CONTAINER_VARIABLES.gid].map(
    ({ variable }) => `$(cat /run/s6/container_environment/${variable} 2>/dev/null || echo ${RUNTIME_ID})`,
  );
  return `for work in ${paths.map(shellWord).join(" ")}; do
  [ "$(stat -c %u "$work" 2>/dev/null)" = 0 ] || continue
  if [ -z "$(ls -A "$work")" ]; then chown "${uid}:${gid}" "$work"; fi ||
    echo "[cdktf-hermes] $work belongs to root, and that can't be changed."
  if [ -n "$(ls -A "$work")" ]; then
    echo "[cdktf-hermes] $work belongs to root and has files in it: the agent can't write there."
  fi
done
`;
}

/** Hermes reads every line of the managed `.env` into the environment of its processes. */
function copySecretsFile(without: string): string {
  return `mkdir -p ${MANAGED_ENV_FILE.slice(0, MANAGED_ENV_FILE.lastIndexOf("/"))}
sed '/^[[:space:]]*\\(export[[:space:]]\\{1,\\}\\)\\{0,1\\}${without}[[:space:]]*=/d' ${SECRETS_FILE_PATH} > ${MANAGED_ENV_FILE}
chmod 644 ${MANAGED_ENV_FILE}
`;
}

function moveVariable({ path, variable }: VariableFile): string {
  const from = `/run/s6/container_environment/${variable}`;
  return `mkdir -p ${path.slice(0, path.lastIndexOf("/"))}
base64 -d < ${from} > ${path}
chmod 644 ${path}
rm -f ${from}
`;
}

const END = "END-OF-CDKTF-HERMES-FILE";

function writeFile({ path, content }: BootFile, mode: string): string {
  return `mkdir -p ${path.slice(0, path.lastIndexOf("/"))}
cat > ${path} <<'${END}'
${content}${END}
chmod ${mode} ${path}
`;
}

/** A boot script as a reader sees it. */
export interface BootScriptParts {
  /** The script and the files that this package brings itself. */
  readonly own: string;
  /** What the agent was given: `BootScriptOptions.files`, and the declaration. */
  readonly files: readonly BootFile[];
}

export function partsOfBootScript(script: string): BootScriptParts {
  const files: BootFile[] = [];
  const own = script.replaceAll(WRITTEN_FILE, (block: string, path: string, content: string) => {
    if (OWN_FILES.has(path)) return block;
    files.push({ path, content });
    return "";
  });
  return { own, files };
}

const WRITTEN_FILE = new RegExp(
  `^mkdir -p \\S+\\ncat > (\\S+) <<'${END}'\\n([^]*?)^${END}\\nchmod \\d+ \\S+\\n`,
  "gm",
);

const OWN_FILES = new Set([STOP_GATEWAYS_PATH, ...mergeFiles({}).map(({ path }) => path)]);

function announcement(test: string): string {
  return `(until { ${test}; } 2> /dev/null; do sleep 1; done; echo "${GATEWAY_RUNS}") < /dev/null &
`;
}
