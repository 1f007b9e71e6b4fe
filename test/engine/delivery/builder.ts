/** BuildKit as GitHub's runners have it: the engine of the tests has an older one, which writes no provenance. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../../eventually";

export class Builder {
  private constructor(
    private readonly process: ChildProcess,
    /** For `docker buildx create --driver remote`. */
    readonly address: string,
  ) {}

  /** @param folder an empty one, in which it keeps all that it builds */
  static async start(folder: string): Promise<Builder> {
    const [socket, log] = [join(folder, "socket"), join(folder, "log")];
    const output = openSync(log, "a");
    const child = spawn(
      "setpriv",
      [
        // It ends with the tests, and what it has mounted with it.
        ...["--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "slave"],
        ...["--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL"],
        ...["buildkitd", "--root", join(folder, "root"), "--addr", `unix://${socket}`],
        ...["--containerd-worker=false", "--oci-worker-net=host"],
      ],
      { stdio: ["ignore", output, output] },
    );
    closeSync(output);
    const said = () => readFileSync(log, "utf8").slice(-2000);
    await eventually(
      "BuildKit listens",
      60,
      async () => {
        if (child.exitCode !== null)
          throw new Error(`buildkitd ended at once; PATH="$(bash .ci/tools):$PATH" has it\n${said()}`);
        return existsSync(socket) ? true : undefined;
      },
      said,
    );
    return new Builder(child, `unix://${socket}`);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGKILL");
    await ended;
  }
}
