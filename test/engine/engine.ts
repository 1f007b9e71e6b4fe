import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../eventually";
import { createNetwork, type Network, removeNetwork } from "./network";
import { DIRECTORY_VARIABLE, type EnginePaths, enginePaths } from "./paths";
import { freePort } from "./ports";
import { type Finished, must, type RunOptions, run } from "./run";

/** What a later process needs to use the engine, or to clean up after a run that crashed. */
interface RunRecord {
  /** The process that started the engine. */
  readonly owner: string;
  /** The `unshare` process. When it ends, everything in the engine's namespaces ends. */
  readonly namespace: number;
  readonly network: Network;
  readonly hubMirrorPort: number;
}

/**
 * A Docker engine for the tests beside any other engine, with its own socket, data root, containerd and bridge.
 *
 * containerd and dockerd run in a process and a mount namespace of their own. Killing the namespace's first process
 * makes the kernel remove every container, shim and mount, however the previous run ended.
 */
export class Engine {
  constructor(readonly paths: EnginePaths = enginePaths()) {}

  get host(): string {
    return `unix://${this.paths.socket}`;
  }

  /** The environment with which docker, Terraform and the provider find this engine and no other. */
  get environment(): NodeJS.ProcessEnv {
    const others = { DOCKER_CONTEXT: undefined, DOCKER_TLS_VERIFY: undefined, DOCKER_CERT_PATH: undefined };
    return { ...process.env, ...others, DOCKER_HOST: this.host };
  }

  /** Address at which containers reach this machine. */
  get gateway(): string {
    return this.#record().network.gateway;
  }

  /** The mirror that the engine asks before Docker Hub. Most of the time nothing listens there. */
  get hubMirrorPort(): number {
    return this.#record().hubMirrorPort;
  }

  /** Starts the engine, empty of containers, volumes and networks, with the images of earlier runs. */
  async start(): Promise<void> {
    await this.#clean();
    const { root, data, containerd, run: runDirectory, record } = this.paths;
    for (const directory of [root, data, containerd, runDirectory]) mkdirSync(directory, { recursive: true });
    // It stores networks with their addresses, which the new bridge would have to use.
    rmSync(join(data, "network"), { recursive: true, force: true });
    const network = await createNetwork(root);
    const hubMirrorPort = await freePort();
    const namespace = this.#startNamespace();
    const content: RunRecord = { owner: identity(process.pid) ?? "", namespace, network, hubMirrorPort };
    writeFileSync(record, JSON.stringify(content));
    this.#configureDaemon();
    // Until unshare has created the namespaces and a process in them, nsenter would enter this machine's own.
    await eventually("containerd listens", 60, async () =>
      existsSync(join(runDirectory, "containerd.sock")) ? true : undefined,
    );
    await this.startDaemon();
    await this.reset();
  }

  /** Stops everything and keeps only the images. */
  async stop(): Promise<void> {
    if ((await this.tryDocker(["version"])).code === 0) {
      await this.reset();
      await this.#signalDaemon("TERM");
    }
    await this.#clean();
  }

  /** Removes all containers, volumes and networks. Refused when another run started the engine. */
  async reset(): Promise<void> {
    this.#refuseAnothers();
    const containers = await this.#list("ps", "-aq", "--no-trunc");
    if (containers.length > 0) await this.docker("rm", "--force", "--volumes", ...containers);
    const volumes = await this.#list("volume", "ls", "-q");
    if (volumes.length > 0) await this.docker("volume", "rm", "--force", ...volumes);
    await this.docker("network", "prune", "--force");
  }

  /**
   * Starts dockerd, after {@link killDaemon} for example, and waits until it answers.
   *
   * @param programs a folder with programs that it finds before all others
   */
  async startDaemon(programs?: string): Promise<void> {
    const configuration = join(this.paths.run, "daemon.json");
    const path = programs === undefined ? [] : ["env", `PATH=${programs}:${process.env["PATH"]}`];
    const child = this.#background(
      "nsenter",
      [...this.#enter(), ...path, "dockerd", "--config-file", configuration],
      this.paths.daemonLog,
    );
    await eventually(
      "the Docker engine answers",
      60,
      async () => {
        if (child.exitCode !== null) throw new Error(`dockerd ended at once:\n${this.#daemonLogTail()}`);
        return (await this.tryDocker(["version"])).code === 0 ? true : undefined;
      },
      () => this.#daemonLogTail(),
    );
  }

  /** Kills dockerd like a crash. Containers keep running until it is started again. */
  async killDaemon(): Promise<void> {
    await this.#signalDaemon("KILL");
  }

  /** Stops dockerd cleanly, with its containers, and starts it again. @param programs as of {@link startDaemon} */
  async restartDaemon(programs?: string): Promise<void> {
    await this.#signalDaemon("TERM");
    await this.startDaemon(programs);
  }

  /** Runs a command where the engine runs: it sees the engine's mounts, and mounts for the engine alone. */
  inside(command: string, ...args: string[]): Promise<string> {
    return must("nsenter", [...this.#enter(), command, ...args]);
  }

  /** Kills a container's first process as the kernel would, and not like `docker kill`: the restart policy applies. */
  async crash(container: string): Promise<void> {
    const pid = await this.docker("inspect", "--format", "{{.State.Pid}}", container);
    // A signal to process 0 would kill the tests themselves.
    if (pid === "0") throw new Error(`${container} does not run.`);
    await this.inside("sh", "-c", `kill -KILL ${pid}`);
  }

  /** Runs a docker command that must succeed, and returns its stdout. */
  docker(...args: string[]): Promise<string> {
    return must("docker", args, { env: this.environment });
  }

  /** Runs a docker command that may fail. */
  tryDocker(args: readonly string[], options: Omit<RunOptions, "env"> = {}): Promise<Finished> {
    return run("docker", args, { ...options, env: this.environment });
  }

  async #list(...args: string[]): Promise<string[]> {
    return (await this.docker(...args)).split("\n").filter((line) => line !== "");
  }

  #startNamespace(): number {
    const { containerd, run: runDirectory } = this.paths;
    const socket = join(runDirectory, "containerd.sock");
    const configuration = join(runDirectory, "containerd.toml");
    writeFileSync(
      configuration,
      [
        "version = 2",
        `root = ${JSON.stringify(containerd)}`,
        `state = ${JSON.stringify(join(runDirectory, "containerd"))}`,
        'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
        "[grpc]",
        `address = ${JSON.stringify(socket)}`,
        "",
      ].join("\n"),
    );
    const child = this.#background(
      "unshare",
      [
        ...["--mount", "--propagation", "slave", "--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL"],
        // An init that reaps: shims and their processes are orphaned by design.
        ...["docker-init", "--", "containerd", "--config", configuration],
      ],
      join(runDirectory, "containerd.log"),
    );
    if (child.pid === undefined) throw new Error("unshare (of util-linux) could not be started.");
    return child.pid;
  }

  #configureDaemon(): void {
    const { network } = this.#record();
    const configuration = {
      hosts: [this.host],
      "data-root": this.paths.data,
      "exec-root": join(this.paths.run, "exec"),
      pidfile: this.paths.pidfile,
      containerd: join(this.paths.run, "containerd.sock"),
      bridge: network.bridge,
      mtu: network.mtu,
      "default-address-pools": [{ base: network.pool, size: 24 }],
      iptables: false,
      ip6tables: false,
      "storage-driver": "overlay2",
      // The defaults that a plan reads back must not depend on the machine.
      "log-driver": "json-file",
      "registry-mirrors": [`http://127.0.0.1:${this.hubMirrorPort}`],
    };
    writeFileSync(join(this.paths.run, "daemon.json"), JSON.stringify(configuration));
  }

  #enter(): string[] {
    const { namespace } = this.#record();
    // The unshare process itself is in the new mount namespace, but only its children are in the new process
    // namespace.
    return [
      `--mount=/proc/${namespace}/ns/mnt`,
      `--pid=/proc/${namespace}/ns/pid_for_children`,
      `--wd=${this.paths.run}`,
      "--",
    ];
  }

  async #signalDaemon(signal: "TERM" | "KILL"): Promise<void> {
    const pid = readFileSync(this.paths.pidfile, "utf8").trim();
    const inside = (script: string) => run("nsenter", [...this.#enter(), "sh", "-c", script]);
    await inside(`kill -${signal} ${pid}`);
    await eventually(
      `dockerd ends after SIG${signal}`,
      90,
      async () => ((await inside(`kill -0 ${pid}`)).code === 0 ? undefined : true),
      () => this.#daemonLogTail(),
    );
    // A killed dockerd leaves this file. The next dockerd would take any process with that number for itself.
    rmSync(this.paths.pidfile, { force: true });
  }

  /** Kills and removes what an earlier run left. It refuses to touch a run that is still active. */
  async #clean(): Promise<void> {
    if (existsSync(this.paths.record)) {
      this.#refuseAnothers();
      const { namespace, network } = this.#record();
      await killNamespace(namespace, this.paths.run);
      await removeNetwork(network);
    }
    await unmountBelow(this.paths.run);
    rmSync(this.paths.run, { recursive: true, force: true });
  }

  #refuseAnothers(): void {
    const { owner } = this.#record();
    const ownerPid = Number(owner.split(" ")[0]);
    // Jest's main process starts the engine, and its workers use it.
    if (ownerPid === process.pid || ownerPid === process.ppid || identity(ownerPid) !== owner) return;
    throw new Error(
      `The engine in ${this.paths.root} is used by process ${ownerPid}. ` +
        `Wait for it, or set ${DIRECTORY_VARIABLE} to another directory.`,
    );
  }

  #record(): RunRecord {
    const content: RunRecord = JSON.parse(readFileSync(this.paths.record, "utf8"));
    return content;
  }

  #background(command: string, args: string[], log: string): ChildProcess {
    const output = openSync(log, "a");
    // Detached: Ctrl-C in the terminal must reach the tests, which then stop the engine in order.
    const child = spawn(command, args, { detached: true, stdio: ["ignore", output, output] });
    closeSync(output);
    child.on("error", (error) => {
      writeFileSync(log, `${command}: ${error.message}\n`, { flag: "a" });
    });
    child.unref();
    return child;
  }

  #daemonLogTail(): string {
    return existsSync(this.paths.daemonLog)
      ? readFileSync(this.paths.daemonLog, "utf8").trim().split("\n").slice(-15).join("\n")
      : "dockerd wrote no log.";
  }
}

/** Process number and start time. Together they identify one process, even if the number is used again. */
function identity(pid: number): string | undefined {
  if (!existsSync(`/proc/${pid}/stat`)) return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const startTime = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return `${pid} ${startTime}`;
}

async function killNamespace(namespace: number, runDirectory: string): Promise<void> {
  const alive = () => existsSync(`/proc/${namespace}/cmdline`);
  const ours = () => readFileSync(`/proc/${namespace}/cmdline`, "utf8").includes(runDirectory);
  if (!alive() || !ours()) return;
  process.kill(namespace, "SIGKILL");
  await eventually("the engine's namespace ends", 30, async () => (alive() ? undefined : true));
}

/** A build that was killed halfway can leave file systems mounted in its folder. */
async function unmountBelow(folder: string): Promise<void> {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of mounts.reverse()) await must("umount", ["--lazy", path]);
}
