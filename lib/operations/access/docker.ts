import { join } from "node:path";
import { z } from "zod";
import { hermesCommand } from "../../hermes/commands";
import type { ContainerState } from "../../hermes/observation";
import { type Manifest, type Place, releaseOf } from "../manifest";
import { type AgentAccess, Unreachable } from "./access";
import { NotFinished, runProgram } from "./program";

/** Another engine than the one that the manifest names, as the docker command line names it. */
export interface EngineOverride {
  readonly host?: string | undefined;
  readonly context?: string | undefined;
}

const PYTHON = "/opt/hermes/.venv/bin/python";

const INSPECTED = z
  .tuple([
    z.object({
      Image: z.string(),
      RestartCount: z.number(),
      State: z.object({
        Running: z.boolean(),
        Restarting: z.boolean(),
        OOMKilled: z.boolean(),
        ExitCode: z.number(),
        StartedAt: z.string(),
        Health: z.object({ Status: z.string() }).optional(),
      }),
    }),
  ])
  .rest(z.unknown());

/**
 * An agent in a container of a Docker engine, by the docker command line, which is always told the engine as the
 * provider resolves it.
 *
 * @throws Unreachable if the program names the engine in a way for which docker has no option
 */
export function dockerAccess(manifest: Manifest, override: EngineOverride = {}): AgentAccess {
  const { place } = manifest;
  if (place.kind !== "docker") throw new TypeError(`${manifest.agent} does not run on Docker`);
  const engine = engineOptions(place, override);
  const { container } = place;
  const release = releaseOf(manifest);
  const shown = ["docker", ...engine.map(quoted)].join(" ");

  const docker = async (arguments_: readonly string[], seconds: number, input = "") => {
    try {
      return await runProgram("docker", [...engine, ...arguments_], { seconds, input });
    } catch (error) {
      if (!(error instanceof NotFinished)) throw error;
      throw new Unreachable(
        error.reason === "missing"
          ? "the program `docker` is not installed here"
          : `\`${shown} ${arguments_[0]}\` gave no answer within ${seconds} s`,
      );
    }
  };
  const mustDocker = async (arguments_: readonly string[], seconds: number, input = "") => {
    const { code, stdout, stderr } = await docker(arguments_, seconds, input);
    if (code === 0) return { stdout, stderr };
    const gone = /no such (?:container|object)/i.test(stderr);
    const reason = gone ? `there is no container ${container}` : lastLine(stderr);
    throw new Unreachable(`\`${shown} ${arguments_[0]}\`: ${reason}`, gone);
  };

  return {
    shell: {
      restart: `${shown} restart ${container}`,
      hermes: hermesCommand({ release, container, docker: shown }),
      sh: (command) => `${shown} exec -it ${container} sh -c ${quoted(command)}`,
    },
    async container(): Promise<ContainerState> {
      const { stdout } = await mustDocker(["container", "inspect", container], 20);
      const inspected = INSPECTED.safeParse(jsonOf(stdout));
      if (!inspected.success)
        throw new Unreachable(`\`${shown} container inspect\` answered something unknown`);
      const [{ Image, RestartCount, State }] = inspected.data;
      return {
        running: State.Running,
        restarting: State.Restarting,
        health: State.Health?.Status,
        exitCode: State.ExitCode,
        outOfMemory: State.OOMKilled,
        upSeconds: Math.max(0, (Date.now() - Date.parse(State.StartedAt)) / 1000),
        restarts: RestartCount,
        declaredImage: await isDeclared(Image),
      };
    },
    async run(program, argument, { seconds }) {
      const { stdout } = await mustDocker(
        ["exec", "--interactive", "--user", "root", container, PYTHON, "-", argument],
        seconds,
        program,
      );
      return stdout;
    },
    async log() {
      // Hermes writes to both.
      const { stdout, stderr } = await mustDocker(["logs", "--tail", "5000", container], 30);
      return stdout + stderr;
    },
  };

  async function isDeclared(running: string): Promise<boolean | undefined> {
    if (manifest.image === null) return undefined;
    const { code, stdout } = await docker(["image", "inspect", "--format", "{{.Id}}", manifest.image], 20);
    return code === 0 ? stdout.trim() === running : undefined;
  }
}

/**
 * The engine for the docker command line, as the provider finds it (kreuzwerker/docker 4.5.0): a context before a host,
 * and the socket of this machine rather than docker's current context.
 */
function engineOptions(
  { host, context, certPath, inexpressible = [] }: Place & { readonly kind: "docker" },
  override: EngineOverride,
): readonly string[] {
  if (override.context !== undefined) return ["--context", override.context];
  if (override.host !== undefined) return ["--host", override.host];
  if ([host, context, certPath].includes(null))
    throw new Unreachable(
      "the engine's address comes from a sensitive variable; name it with --docker-host or --context",
    );
  if (inexpressible.length > 0)
    throw new Unreachable(
      `the provider reaches the engine with ${inexpressible.join(", ")}, for which docker has no option; make a context with \`docker context create NAME --docker host=${host ?? "…"}\`, and name it with --context`,
    );
  const inUse = context ?? process.env["DOCKER_CONTEXT"];
  if (inUse) return ["--context", inUse];
  const address = host ?? process.env["DOCKER_HOST"];
  if (!address) return process.platform === "win32" ? [] : ["--host", LOCAL_ENGINE];
  const certificates = certPath ?? process.env["DOCKER_CERT_PATH"];
  return ["--host", address, ...(certificates ? tlsOptions(certificates) : [])];
}

const LOCAL_ENGINE = "unix:///var/run/docker.sock";

function tlsOptions(folder: string): readonly string[] {
  const file = (name: string) => join(folder, `${name}.pem`);
  return ["--tlsverify", "--tlscacert", file("ca"), "--tlscert", file("cert"), "--tlskey", file("key")];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

/** For a command line that a person pastes. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
