import * as z from "zod";
import { LOOP_SECONDS } from "../../hermes/container-conditions";
import type { ContainerState } from "../../hermes/observation";
import { jsonIn } from "../../support/json-document";
import { shellWord } from "../../support/shell";
import type { Manifest } from "../manifest";
import { lastLine } from "../text";
import { type AgentAccess, MOST_LOG_LINES, Unreachable } from "./access";
import { dockerInWords, type EngineOverride, engineOptions, shellOf } from "./engine";
import { NotFinished, runProgram } from "./program";

const PYTHON = "/opt/hermes/.venv/bin/python";

const INSPECTED = z
  .tuple([
    z.object({
      Image: z.string(),
      Created: z.string().refine(isTime),
      RestartCount: z.number(),
      State: z.object({
        Running: z.boolean(),
        Restarting: z.boolean(),
        Paused: z.boolean(),
        OOMKilled: z.boolean(),
        ExitCode: z.number(),
        StartedAt: z.string().refine(isTime),
        Health: z.object({ Status: z.string() }).optional(),
      }),
    }),
  ])
  .rest(z.unknown());

function isTime(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

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
  const shown = dockerInWords(engine);

  const docker = async (arguments_: readonly string[], seconds: number, input = "") => {
    try {
      return await runProgram("docker", [...engine, ...arguments_], { seconds, input });
    } catch (error) {
      if (!(error instanceof NotFinished)) throw error;
      throw new Unreachable(error.inWords("docker", `${shown} ${arguments_[0]}`, seconds));
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
    shell: shellOf(manifest, shown, shellWord(container)),
    async container(): Promise<ContainerState> {
      const { stdout } = await mustDocker(["container", "inspect", container], 20);
      const inspected = INSPECTED.safeParse(jsonIn(stdout));
      if (!inspected.success)
        throw new Unreachable(`\`${shown} container inspect\` answered something unknown`);
      const [{ Image, Created, State, RestartCount }] = inspected.data;
      const { image, declaredImage } = await imageOf(Image);
      return {
        running: State.Running,
        restarting: State.Restarting,
        paused: State.Paused,
        restarts: RestartCount,
        health: State.Health?.Status,
        exitCode: State.ExitCode,
        outOfMemory: State.OOMKilled,
        upSeconds: Math.max(0, (Date.now() - Date.parse(State.StartedAt)) / 1000),
        startedMs: Date.parse(State.StartedAt),
        image,
        createdMs: Date.parse(Created),
        declaredImage,
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
      const format = ["--format", "{{.RestartCount}} {{.State.StartedAt}}"];
      const { stdout: state } = await mustDocker(["container", "inspect", ...format, container], 20);
      const [restarts, startedAt = ""] = state.trim().split(" ");
      if (!isTime(startedAt))
        throw new Unreachable(`\`${shown} container inspect\` answered something unknown`);
      const started = Date.parse(startedAt);
      // Of a container in a restart loop the last start says nothing yet.
      const since = new Date(restarts === "0" ? started : started - LOOP_SECONDS * 1000).toISOString();
      const which = ["--since", since, "--timestamps", "--tail", String(MOST_LOG_LINES)];
      // Hermes writes to both.
      const { stdout, stderr } = await mustDocker(["logs", ...which, container], 30);
      return stdout + stderr;
    },
  };

  /** @param running its id */
  async function imageOf(running: string): Promise<Pick<ContainerState, "image" | "declaredImage">> {
    const inspect = async (image: string, format: string) => {
      const { code, stdout } = await docker(["image", "inspect", "--format", format, image], 20);
      return code === 0 ? stdout.trim() : undefined;
    };
    const [declared, names = ""] = await Promise.all([
      manifest.image === null ? undefined : inspect(manifest.image, "{{.Id}}"),
      inspect(running, '{{join .RepoTags " "}} {{join .RepoDigests " "}}'),
    ]);
    const [name = running.replace(/^sha256:/, "").slice(0, 12)] = names
      .split(" ")
      .filter((one) => one !== "");
    if (declared === undefined) return { image: name, declaredImage: undefined };
    return {
      image: declared === running && manifest.image ? manifest.image : name,
      declaredImage: declared === running,
    };
  }
}
