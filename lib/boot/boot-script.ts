/**
 * What runs in the container before s6-overlay looks at its services, POSIX sh. It sees to it that a stop takes as long
 * as the gateways need, and can bring files. Nothing in it can fail the boot or hold it up.
 */
import { CONTAINER_VARIABLES } from "../hermes/container-variables";
import { STOP_SECONDS } from "../hermes/stop";
import { STOP_GATEWAYS, STOP_GATEWAYS_PATH } from "./stop-gateways";

/** Where the script lies in an image or is uploaded to. */
export const BOOT_SCRIPT_PATH = "/usr/local/lib/cdktf-hermes/boot";

const HOOK_VARIABLE = CONTAINER_VARIABLES.hook.variable;
const BOOT_VARIABLE = CONTAINER_VARIABLES.boot.variable;

/** The gateways have had their time before it. */
const KILL_WAIT = {
  [CONTAINER_VARIABLES.killWait.variable]: String(STOP_SECONDS.everythingElse * 1000),
};

/** Linux allows this many bytes for one variable with its name. */
const LONGEST_VARIABLE_BYTES = 131_071;

/** The environment that makes the boot run the script's file. One that is missing costs a warning in the log. */
export function bootFromFile(): Readonly<Record<string, string>> {
  return { [HOOK_VARIABLE]: `sh ${BOOT_SCRIPT_PATH}`, ...KILL_WAIT };
}

/**
 * The environment that carries the script and makes the boot run it. In base64, since Swarm would take `{{` for a
 * template; in a shell of its own, since what goes wrong in the boot's own shell ends the boot.
 *
 * @throws RangeError when the script is too long for a variable
 */
export function bootFromVariable(script: string): Readonly<Record<string, string>> {
  const encoded = Buffer.from(script).toString("base64");
  if (BOOT_VARIABLE.length + 1 + encoded.length > LONGEST_VARIABLE_BYTES) {
    throw new RangeError(`a boot script of ${Buffer.byteLength(script)} bytes fits into no variable`);
  }
  return {
    [HOOK_VARIABLE]: `eval base64 -d /run/s6/container_environment/${BOOT_VARIABLE}|sh`,
    [BOOT_VARIABLE]: encoded,
    ...KILL_WAIT,
  };
}

/** What fits into the variable together with the rest of the script, in bytes. */
export const LONGEST_FILES_BYTES =
  Math.floor((LONGEST_VARIABLE_BYTES - BOOT_VARIABLE.length - 1) / 4) * 3 - 4096;

export interface BootFile {
  readonly path: string;
  /** Ends with a new line; the runtime user reads it. */
  readonly content: string;
}

export interface BootScriptOptions {
  /** Files that are to be there before any process of Hermes. @default - none */
  readonly files?: readonly BootFile[];
  /**
   * Says in the container's log when the gateway runs, by this test in shell.
   * @default - says nothing
   */
  readonly announceWhen?: string | undefined;
}

/** The line in the log, once for each start of the container. */
export const GATEWAY_RUNS = "[cdktf-hermes] The gateway runs.";

export function bootScript({ files = [], announceWhen }: BootScriptOptions = {}): string {
  return [
    "#!/bin/sh\n# Runs as root before all services, by S6_STAGE2_HOOK.\n",
    LIMIT_DASHBOARD,
    writeFile({ path: STOP_GATEWAYS_PATH, content: STOP_GATEWAYS }, "755"),
    ...files.map((file) => writeFile(file, "644")),
    announceWhen === undefined ? "" : announcement(announceWhen),
    // No service needs it, and each would have it in its environment.
    `rm -f /run/s6/container_environment/${BOOT_VARIABLE}\nexit 0\n`,
  ].join("");
}

/** A limit beside anything but a service, such as in an image that has no dashboard, would end the boot. */
const LIMIT_DASHBOARD = `service=/etc/s6-overlay/s6-rc.d/dashboard
case "$(cat $service/type 2>/dev/null)" in
  longrun) echo ${STOP_SECONDS.dashboard * 1000} > $service/timeout-kill ;;
esac
`;

const END = "END-OF-CDKTF-HERMES-FILE";

function writeFile({ path, content }: BootFile, mode: string): string {
  return `mkdir -p ${path.slice(0, path.lastIndexOf("/"))}
cat > ${path} <<'${END}'
${content}${END}
chmod ${mode} ${path}
`;
}

function announcement(test: string): string {
  return `(until { ${test}; } 2> /dev/null; do sleep 1; done; echo "${GATEWAY_RUNS}") < /dev/null &
`;
}
