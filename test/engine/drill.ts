import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { eventually } from "../eventually";
import { said } from "../terraform";
import { API_KEY } from "./agent";
import type { DrillSettings } from "./drill-program";
import type { Engine } from "./engine";
import { freePort } from "./ports";
import { providerEnvironment } from "./provider";
import type { Finished } from "./run";
import { Project } from "./terraform";

const NODE_MODULES = join(__dirname, "../../node_modules");
const PROGRAM = join(__dirname, "drill-program.ts");

/** What the engine reports about a container. */
export interface Container {
  readonly Id: string;
  /** How often the engine has restarted it after a crash. */
  readonly RestartCount: number;
  readonly State: {
    readonly Status: "created" | "running" | "restarting" | "exited";
    readonly StartedAt: string;
    /** Absent before the first start. */
    readonly Health?: { readonly Status: "starting" | "healthy" | "unhealthy" };
  };
}

/** An agent that `cdktf deploy '*'` of this library's stacks starts, changes and repairs. */
export class Drill {
  private constructor(
    readonly engine: Engine,
    readonly project: Project,
    /** The settings of the last deploy, whether it succeeded or not. */
    public settings: DrillSettings,
  ) {}

  /** @param dockerHost the address of the engine, or of a door in front of it */
  static async prepare(
    engine: Engine,
    settings: Omit<DrillSettings, "port">,
    dockerHost = engine.host,
  ): Promise<Drill> {
    const project = new Project({
      app: `${process.execPath} program.cjs`,
      env: {
        NODE_PATH: NODE_MODULES,
        ...engine.environment,
        ...providerEnvironment(),
        DOCKER_HOST: dockerHost,
        TF_VAR_api_server_key: API_KEY,
      },
    });
    // Bundled once, because every deploy runs it.
    buildSync({
      entryPoints: [PROGRAM],
      outfile: join(project.folder, "program.cjs"),
      bundle: true,
      packages: "external",
      platform: "node",
      target: "node20",
      logLevel: "silent",
    });
    return new Drill(engine, project, { ...settings, port: await freePort() });
  }

  /** `cdktf deploy '*'`, with the same settings or with some changed ones. */
  deploy(change: Partial<DrillSettings> = {}): Promise<Finished> {
    this.#set(change);
    return this.project.deploy();
  }

  /** A plain apply, which must succeed. It takes half the time of a deploy. */
  async apply(change: Partial<DrillSettings> = {}): Promise<void> {
    this.#set(change);
    await this.project.apply("images", "agent");
  }

  #set(change: Partial<DrillSettings>): void {
    this.settings = { ...this.settings, ...change };
    writeFileSync(join(this.project.folder, "settings.json"), JSON.stringify(this.settings));
  }

  /** A deploy that must succeed. Returns what it printed. */
  async mustDeploy(change: Partial<DrillSettings> = {}): Promise<string> {
    const finished = await this.deploy(change);
    if (finished.code !== 0) throw new Error(`cdktf deploy exited with ${finished.code}\n${said(finished)}`);
    return said(finished);
  }

  /** The container; undefined if there is none. */
  async container(): Promise<Container | undefined> {
    const inspect = ["inspect", "--type", "container", this.settings.name];
    const { code, stdout, stderr } = await this.engine.tryDocker(inspect);
    if (stderr.includes("No such container")) return undefined;
    if (code !== 0) throw new Error(`docker ${inspect.join(" ")}\n${stderr}`);
    const [container]: readonly Container[] = JSON.parse(stdout);
    return container;
  }

  /** Name of the first process in the container. */
  pid1(): Promise<string> {
    return this.engine.docker("exec", this.settings.name, "cat", "/proc/1/comm");
  }

  get url(): string {
    return `http://127.0.0.1:${this.settings.port}`;
  }

  async healthy(): Promise<boolean> {
    const answer = await fetch(`${this.url}/health`, { signal: AbortSignal.timeout(1000) }).catch(
      () => undefined,
    );
    return answer?.ok ?? false;
  }

  async becomesHealthy(): Promise<void> {
    await eventually(`${this.url}/health answers`, 60, async () =>
      (await this.healthy()) ? true : undefined,
    );
  }

  /** Asks the agent through its API server. */
  chat(question: string): Promise<Response> {
    return fetch(`${this.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "any", messages: [{ role: "user", content: question }] }),
    });
  }

  /** The milliseconds during the task from the last answer of /health before a failure to the next answer. */
  async downtime(task: () => Promise<unknown>): Promise<number> {
    let answered = Date.now();
    let longest = 0;
    let over = false;
    const poll = async () => {
      for (;;) {
        const healthy = await this.healthy();
        const now = Date.now();
        if (healthy) {
          longest = Math.max(longest, now - answered);
          answered = now;
          if (over) return longest;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const polled = poll();
    try {
      await task();
    } finally {
      over = true;
    }
    return polled;
  }

  /** What the engine did to the container since then: `kill 15`, `die 0`, `destroy`, … */
  async events(since: Date): Promise<string[]> {
    const seconds = (date: Date) => String(date.getTime() / 1000);
    const format = "{{.Action}} {{.Actor.Attributes.signal}}{{.Actor.Attributes.exitCode}}";
    const filter = ["--filter", "type=container", "--filter", `container=${this.settings.name}`];
    const times = ["--since", seconds(since), "--until", seconds(new Date())];
    const printed = await this.engine.docker("events", ...times, ...filter, "--format", format);
    return printed.split("\n").map((line) => line.replaceAll("<no value>", "").trim());
  }

  remove(): void {
    this.project.remove();
  }
}
