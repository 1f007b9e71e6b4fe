/** The program of agents with servers beside them, in a folder of its own. */
import { randomBytes } from "node:crypto";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Asked } from "./beside-program/asked";
import { Engine } from "./engine";
import { HubMirror } from "./hub-mirror";
import { buildServer } from "./images";
import { CLI, installPackage } from "./installed-package";
import { providerEnvironment } from "./provider";
import { type Finished, run } from "./run";
import { Project } from "./terraform";

export class BesideProject extends Project {
  constructor(
    engine: Engine,
    /** Image of the stand-in for servers. */
    readonly server: string,
  ) {
    const names = ["work", "home"].map((name) => [`TF_VAR_secret_${name}`, randomBytes(16).toString("hex")]);
    super({
      app: "npx tsx main.ts",
      env: {
        ...engine.environment,
        ...providerEnvironment(),
        TF_VAR_api_server_key: randomBytes(16).toString("hex"),
        ...Object.fromEntries(names),
      },
    });
    cpSync(join(__dirname, "beside-program"), this.folder, { recursive: true });
    installPackage(this.folder);
  }

  ask(asked: Partial<Asked>): void {
    const all: Asked = {
      release: "v2026.7.20",
      agents: ["work"],
      server: this.server,
      model: "qwen3:8b",
      ...asked,
    };
    writeFileSync(join(this.folder, "asked.json"), JSON.stringify(all));
  }

  async deployed(asked: Partial<Asked>): Promise<void> {
    this.ask(asked);
    const { code, stdout, stderr } = await this.deploy();
    if (code !== 0) throw new Error(`cdktf deploy exited with ${code}\n${stdout}${stderr}`);
  }

  /** @returns what the deploy that failed said */
  async refused(asked: Partial<Asked>): Promise<string> {
    this.ask(asked);
    const { code, stdout, stderr } = await this.deploy();
    expect(code).not.toBe(0);
    return stdout + stderr;
  }

  async hasNoChanges(...stacks: string[]): Promise<void> {
    for (const stack of stacks) expect([stack, await this.changes(stack)]).toEqual([stack, undefined]);
  }

  verify(...options: string[]): Promise<Finished> {
    return run(process.execPath, [CLI, "verify", ...options], { cwd: this.folder, env: this.options.env });
  }

  /** Nothing fails, and the model was asked. */
  async isVerified(): Promise<void> {
    const { code, stdout } = await this.verify();
    expect({ code, failed: stdout.match(/^ {2}✗.*$/gm) }).toEqual({ code: 0, failed: null });
    expect(stdout).toContain("the gateway answers");
  }
}

/** For all tests of a file: an engine with the stand-in for servers, and for each test a project of its own. */
export function besideTests() {
  const engine = new Engine();
  let hub: HubMirror;
  let server: string;
  let project: BesideProject;
  beforeAll(async () => {
    hub = await HubMirror.start(engine);
    server = await buildServer(engine);
  });
  afterAll(() => hub.stop());
  beforeEach(() => {
    project = new BesideProject(engine, server);
  });
  afterEach(async () => {
    await engine.reset();
    project.remove();
  });
  return {
    engine,
    /** Of the test that runs. */
    get project() {
      return project;
    },
    inspect: (container: string, format: string) => engine.docker("inspect", "--format", format, container),
    exec: (container: string, ...command: string[]) => engine.tryDocker(["exec", container, ...command]),
  };
}
