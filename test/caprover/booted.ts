/**
 * A boot of an agent on CapRover, from what its running app has and on real directories: the script of its variables, and
 * then the step of the merge. Instead of s6-overlay, which the sandbox has not, a shell runs both, below a folder of the test.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bootInVariable } from "../../lib/boot/boot-script";
import { MERGE_SCRIPT_PATH } from "../../lib/boot/merge";
import { temporaryFolder } from "../agents";

/** Where the boot reads and writes. */
const PLACES = [
  "/run/s6/",
  "/etc/cont-",
  "/etc/s6-overlay",
  "/etc/hermes",
  "/usr/local/",
  "/opt/",
  "/command",
];

/** Runs the script on its input in a group of its own, and ends what is left of the group. */
const ENDED_WITH_ALL = 'sh; code=$?; trap "" TERM; kill -TERM 0; exit $code';

export class BootedContainer {
  readonly #root = temporaryFolder();

  constructor() {
    // Nobody else is here to whom the merge could be handed: the runtime user is that of the test.
    this.#write("/command/s6-setuidgid", '#!/bin/sh\nshift\nexec "$@"\n', 0o755);
    this.#write("/command/id", '#!/bin/sh\nexec /usr/bin/id "$1"\n', 0o755);
    const { stdout } = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], {
      encoding: "utf8",
    });
    this.#write("/opt/hermes/.venv/bin/python", `#!/bin/sh\nexec ${stdout.trim()} "$@"\n`, 0o755);
    mkdirSync(join(this.#root, "opt/data"), { recursive: true });
  }

  /** @returns the log */
  boot(environment: Readonly<Record<string, string>>): string {
    for (const [name, value] of Object.entries(environment))
      this.#write(`/run/s6/container_environment/${name}`, value);
    // What this script writes is already for the places of the test.
    const hook = this.#run(
      PLACES.reduce(
        (text, place) => text.replaceAll(place, `${this.#root}${place}`),
        bootInVariable(environment),
      ),
    );
    return hook + this.#run(this.read(MERGE_SCRIPT_PATH));
  }

  read(path: string): string {
    return readFileSync(join(this.#root, path), "utf8");
  }

  has(path: string): boolean {
    return existsSync(join(this.#root, path));
  }

  /** What services have in their environment, when the boot is over. */
  environment(): Readonly<Record<string, string>> {
    const folder = "/run/s6/container_environment";
    return Object.fromEntries(
      readdirSync(join(this.#root, folder)).map((name) => [name, this.read(join(folder, name))]),
    );
  }

  /** What the script leaves running waits for a gateway, which is not here: it is ended. */
  #run(script: string): string {
    const { stdout, stderr, status } = spawnSync("setsid", ["--wait", "sh", "-c", ENDED_WITH_ALL], {
      input: script,
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return stdout;
  }

  #write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(join(this.#root, path)), { recursive: true });
    writeFileSync(join(this.#root, path), text, { mode });
  }
}
