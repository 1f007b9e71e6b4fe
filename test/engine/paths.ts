import { homedir } from "node:os";
import { join } from "node:path";

/** Names the directory of the engine, so that two runs on one machine can each have their own. */
export const DIRECTORY_VARIABLE = "CDKTF_HERMES_ENGINE_DIR";

export interface EnginePaths {
  /** Kept between runs, because building its image layers takes minutes. */
  readonly root: string;
  readonly data: string;
  readonly containerd: string;
  /** Everything that must be removed at the end of a run. */
  readonly run: string;
  readonly socket: string;
  readonly pidfile: string;
  readonly record: string;
  readonly daemonLog: string;
}

/** Each worker of the tests has an engine of its own, so that it can empty and kill it. */
export function enginePaths(
  env: NodeJS.ProcessEnv = process.env,
  worker: number = Number(env["JEST_WORKER_ID"] ?? 1),
): EnginePaths {
  const cache = env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const first = env[DIRECTORY_VARIABLE] || join(cache, "cdktf-hermes-engine");
  const root = worker === 1 ? first : `${first}-${worker}`;
  const run = join(root, "run");
  return {
    root,
    data: join(root, "data"),
    containerd: join(root, "containerd"),
    run,
    socket: join(run, "docker.sock"),
    pidfile: join(run, "docker.pid"),
    record: join(run, "engine.json"),
    daemonLog: join(run, "dockerd.log"),
  };
}
