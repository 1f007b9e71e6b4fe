import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { HermesImage } from "cdktf-hermes";
import { Agent, API_ENVIRONMENT, API_PORT } from "./agent";
import { Engine } from "./engine";
import { STAND_INS, type StandInTag, standIn } from "./images";
import { must } from "./run";

const engine = new Engine();
const ENVIRONMENT = { ...API_ENVIRONMENT, HOME: "/opt/data/home", HERMES_GATEWAY_MAX_STARTS: "1000" };
const VOLUME = ["--volume", "agent-data:/opt/data"];

/** PID 1 of each generation, and the exit code after a stop of an idle agent. */
const GENERATIONS = {
  entrypoint: { first: "hermes", stopped: 1 },
  tini: { first: "tini", stopped: 1 },
  s6: { first: "s6-svscan", stopped: 0 },
  dispatch: { first: "s6-svscan", stopped: 0 },
} as const;

const RELEASES: readonly StandInTag[] = ["v2026.4.23", "v2026.5.16", "v2026.6.5", "v2026.7.30", "v2026.8.3"];

/** The wrapper's context as the library renders it, built on the engine's stand-in. */
async function buildWrapper(tag: StandInTag): Promise<string> {
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

async function start(image: string, ...run: string[]): Promise<Agent> {
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
const [asRoot, asRuntimeUser] = [execAs("root"), execAs("hermes")];

afterEach(() => engine.reset());

/** Files that root creates, each with the modes that it may have after the next start. */
const ROOTS_FILES = {
  "auth.json": "600",
  ".env": "600",
  "config.yaml": "640",
  "home/.codex/auth.json": "600",
};

const modeOf = (stat: string) => Number.parseInt(stat, 8);

describe.each(RELEASES)("a wrapper on %s", (tag) => {
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

describe.each(["v2026.5.16", "v2026.7.30"] as const)("a wrapper on %s, when root was there", (tag) => {
  let image: string;
  beforeAll(async () => {
    image = await buildWrapper(tag);
  });

  test("a wrapper does not change symbolic links and their targets, and handles odd names", async () => {
    const agent = await start(image);
    const script = `
      set -e
      echo host > /root/own; chmod 644 /root/own
      mkdir -p /opt/data/home/.codex
      ln -s /root/own /opt/data/home/link
      ln -s /root/own /opt/data/linked.json
      ln -s /root /opt/data/home/folder
      ln -s /nowhere /opt/data/home/dangling
      cd /opt/data/home
      for name in 'with space' '-rf' 'new
line' '*' '$(touch pwned)' "qu'ote"; do echo odd > "./$name"; chmod 644 "./$name"; done
      mkdir './dir with -x'; echo in > './dir with -x/file'
    `;
    expect(await agent.exec("sh", "-c", script)).toMatchObject({ code: 0 });
    await engine.docker("restart", "--time", "30", "agent");
    await agent.answers(API_PORT, "/health");
    const stat = async (path: string) => (await agent.exec("stat", "-c", "%U %a %F", path)).stdout.trim();
    expect(await stat("/root/own")).toBe("root 644 regular file");
    expect(await stat("/root")).toMatch(/^root 700/);
    for (const link of ["home/link", "linked.json", "home/folder", "home/dangling"]) {
      expect([link, await stat(`/opt/data/${link}`)]).toEqual([link, "root 777 symbolic link"]);
    }
    const names = ["with space", "-rf", "new\nline", "*", "$(touch pwned)", "qu'ote", "dir with -x/file"];
    for (const name of names) {
      const path = `/opt/data/home/${name}`;
      expect([name, await stat(path)]).toEqual([name, expect.stringMatching(/^hermes 6[04]0 regular file$/)]);
      expect(await asRuntimeUser("cat", path)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/odd|in/),
      });
    }
    expect((await agent.exec("ls", "/opt/data/home/pwned")).code).not.toBe(0);
  });

  test("a wrapper starts with 100,000 files on the volume, and does not touch correct ones", async () => {
    const fill = `
import os
for top in ("/opt/data/workspace", "/opt/data/home"):
    for folder in range(50):
        path = f"{top}/many/{folder}"
        os.makedirs(path)
        for file in range(1000):
            open(f"{path}/{file}", "w").close()
open("/opt/data/filled", "w").close()
`;
    const agent = await start(image);
    const empty = await restartSeconds(agent);
    expect(await asRuntimeUser("python3", "-c", fill)).toMatchObject({ code: 0 });
    const full = await restartSeconds(agent);
    process.stderr.write(
      `Start of the wrapper on ${tag} until /health: ${empty.toFixed(1)} s with an empty volume, ` +
        `${full.toFixed(1)} s with 100,000 files\n`,
    );
    const count = await agent.exec("sh", "-c", "find /opt/data/*/many -type f -user hermes | wc -l");
    expect(count.stdout.trim()).toBe("100000");
    // Setting owner or mode, even to the same values, changes the inode.
    const touched = () => agent.exec("sh", "-c", "find /opt/data/*/many -newercm /opt/data/filled");
    expect(await touched()).toMatchObject({ code: 0, stdout: "", stderr: "" });
    await asRoot("chown", "hermes", "home/many/7/77");
    expect(await touched()).toMatchObject({ code: 0, stdout: "/opt/data/home/many/7/77\n" });
  });
});

async function restartSeconds(agent: Agent): Promise<number> {
  await agent.stop(30);
  const start = performance.now();
  await engine.docker("start", agent.name);
  await agent.answers(API_PORT, "/health");
  return (performance.now() - start) / 1000;
}

test("the wrapper's base is the stand-in of its release", async () => {
  const layers = (name: string) =>
    engine.docker("image", "inspect", "--format", '{{join .RootFS.Layers " "}}', name);
  const wrapper = await layers(await buildWrapper("v2026.7.30"));
  expect(wrapper.startsWith(await layers(standIn("v2026.7.30")))).toBe(true);
});
