/** A wrapper as the library renders it, built and run on the engine. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { HermesImage } from "cdktf-hermes";
import { Agent, API_ENVIRONMENT, API_PORT } from "./agent";
import { Engine } from "./engine";
import { STAND_INS, type StandInTag } from "./images";
import { must } from "./run";

export const engine = new Engine();
const ENVIRONMENT = { ...API_ENVIRONMENT, HOME: "/opt/data/home", HERMES_GATEWAY_MAX_STARTS: "1000" };
const VOLUME = ["--volume", "agent-data:/opt/data"];

/** PID 1 of each generation, and the exit code after a stop of an idle agent. */
const GENERATIONS = {
  entrypoint: { first: "hermes", stopped: 1 },
  tini: { first: "tini", stopped: 1 },
  s6: { first: "s6-svscan", stopped: 0 },
  dispatch: { first: "s6-svscan", stopped: 0 },
} as const;

/** The wrapper's context as the library renders it, built on the engine's stand-in. */
export async function buildWrapper(tag: StandInTag): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "wrapper-"));
  try {
    const stack = new TerraformStack(new App({ outdir: join(folder, "out") }), "images");
    const image = HermesImage.wrapper(stack, "image", { release: tag, baseRevision: "1" });
    const context = join(folder, "context");
    image.writeContext(context);
    const env = { ...engine.environment, DOCKER_BUILDKIT: "0" };
    await must("docker", ["build", "--tag", image.reference, context], { env });
    return image.reference;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function start(image: string, ...run: string[]): Promise<Agent> {
  const env = Object.entries(ENVIRONMENT).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  await engine.docker("run", "--detach", "--name", "agent", ...VOLUME, ...env, ...run, image);
  const agent = Agent.named(engine, "agent");
  await agent.answers(API_PORT, "/health");
  return agent;
}

const execAs =
  (user: string) =>
  (...command: string[]) =>
    engine.tryDocker(["exec", "--user", user, "--workdir", "/opt/data", "agent", ...command]);
export const [asRoot, asRuntimeUser] = [execAs("root"), execAs("hermes")];

afterEach(() => engine.reset());

/** Files that root creates, each with the modes that it may have after the next start. */
const ROOTS_FILES = {
  "auth.json": "600",
  ".env": "600",
  "config.yaml": "640",
  "home/.codex/auth.json": "600",
};

const modeOf = (stat: string) => Number.parseInt(stat, 8);

export function testWrapper(...releases: readonly StandInTag[]): void {
  describe.each(releases)("a wrapper on %s", (tag) => {
    const { first, stopped } = GENERATIONS[STAND_INS[tag].generation];
    let image: string;
    beforeAll(async () => {
      image = await buildWrapper(tag);
    });

    test("a wrapper runs the gateway by default, under its generation's PID 1, as the runtime user", async () => {
      const agent = await start(image);
      expect((await agent.exec("cat", "/proc/1/comm")).stdout).toBe(`${first}\n`);
      const processes = (await agent.exec("ps", "-eo", "user:20=,args=")).stdout;
      expect(processes).toMatch(/^hermes +.*hermes gateway run/m);
      expect(processes).not.toMatch(/^root +.*python.*hermes/m);
      expect(await agent.stop(30)).toBe(stopped);
    });

    test("in a wrapper docker exec and login shells find a hermes that drops root", async () => {
      const agent = await start(image);
      for (const shell of [[], ["bash", "-lc"]]) {
        const line = ["hermes", "auth", "add", "openrouter", "--api-key", "sk-test", "--label", "x"];
        const added = await agent.exec(...(shell.length > 0 ? [...shell, line.join(" ")] : line));
        expect(added).toMatchObject({ code: 0 });
        expect((await agent.exec("stat", "-c", "%U %a", "/opt/data/auth.json")).stdout).toBe("hermes 600\n");
      }
      expect((await agent.exec("find", "/opt/data", "-user", "root")).stdout).toBe("");
    });

    test("a wrapper gives files that root made on the volume back, and denies others access", async () => {
      const agent = await start(image);
      for (const umask of ["022", "077"]) {
        const make = `cd /opt/data; umask ${umask}; mkdir -p home/.codex; rm -f "$@"
        for file; do echo '{}' > "$file"; chown 0:0 "$file"; done`;
        expect(await asRoot("sh", "-ec", make, "sh", ...Object.keys(ROOTS_FILES))).toMatchObject({ code: 0 });
        await engine.docker("restart", "--time", "30", "agent");
        await agent.answers(API_PORT, "/health");
        for (const [file, most] of Object.entries(ROOTS_FILES)) {
          const read = await asRuntimeUser("sh", "-ec", 'cat "$0" > /dev/null; stat -c "%U %a" "$0"', file);
          expect([umask, file, read]).toEqual([umask, file, expect.objectContaining({ code: 0 })]);
          const [user, mode = ""] = read.stdout.trim().split(" ");
          expect([umask, file, user, modeOf(mode) & ~modeOf(most)]).toEqual([umask, file, "hermes", 0]);
        }
      }
    });
  });
}
