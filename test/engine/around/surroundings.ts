/**
 * Examples of what stands around an agent, deployed as they are. Changed is only what a reader has to put in: an image's
 * digest, a name or an address of one's own, and where the engine of the tests has no GPU, that line.
 *
 * Simulated: the servers beside agents (`images/server`). The model of an agent whose example names none is chosen as a
 * person does it: in its config.yaml.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { VerifiedAgent } from "../../../lib/operations/verified";
import { eventually } from "../../eventually";
import { Engine } from "../engine";
import { exampleProject } from "../example";
import { FakeModel } from "../fake-model";
import { HubMirror } from "../hub-mirror";
import { buildServer } from "../images";
import { CLI } from "../installed-package";
import { turnForFixedPorts } from "../ports";
import { type Finished, run } from "../run";
import type { Project } from "../terraform";
import { type UserData, userData } from "../user-data";

/** The release of the examples, and the one of the upgrade. */
export const [RELEASE, NEXT] = ["v2026.7.30", "v2026.8.3"] as const;
const NO_DIGEST = `@sha256:${"0".repeat(64)}`;

type Edit = readonly [before: string | RegExp, after: string];

/** What the examples run on: an engine with a stand-in for servers, and a model that repeats what it is asked to. */
export class Surroundings {
  readonly #projects: Project[] = [];

  private constructor(
    readonly engine: Engine,
    readonly model: FakeModel,
    private readonly hub: HubMirror,
    private readonly server: string,
    private readonly endTurn: () => Promise<void>,
  ) {}

  static async start(): Promise<Surroundings> {
    const endTurn = await turnForFixedPorts();
    const engine = new Engine();
    const hub = await HubMirror.start(engine);
    const model = await FakeModel.start("hello", engine.gateway);
    model.reply = "repeat";
    return new Surroundings(engine, model, hub, await buildServer(engine), endTurn);
  }

  async clean(): Promise<void> {
    await this.engine.reset();
    for (const project of this.#projects.splice(0)) project.remove();
  }

  async stop(): Promise<void> {
    await this.model.stop();
    await this.hub.stop();
    await this.endTurn();
  }

  /** For an image of the example, the stand-in for servers. */
  image(name: string): Edit {
    return [new RegExp(`"${name}${NO_DIGEST}"`), JSON.stringify(this.server)];
  }

  /** @param edits what a reader puts into the program, each in place of what stands there */
  async deployed(
    name: string,
    edits: readonly Edit[],
    secrets: Readonly<Record<string, string>> = {},
  ): Promise<DeployedExample> {
    const project = exampleProject(name, { engine: this.engine, provider: "4.x", secrets });
    this.#projects.push(project);
    const example = new DeployedExample(this.engine, project);
    for (const [before, after] of edits) example.edit(before, after);
    await example.deploy();
    return example;
  }

  exec(container: string, ...command: string[]): Promise<Finished> {
    return this.engine.tryDocker(["exec", container, ...command]);
  }

  /** As a person does it with `hermes model`. */
  async chooseModel(container: string): Promise<void> {
    const script = `cat > /opt/data/config.yaml <<'YAML'\n${this.model.configYaml}YAML
chown hermes: /opt/data/config.yaml`;
    await this.engine.docker("exec", container, "sh", "-euc", script);
  }
}

export class DeployedExample {
  constructor(
    private readonly engine: Engine,
    private readonly project: Project,
  ) {}

  edit(before: string | RegExp, after: string): void {
    const file = join(this.project.folder, "main.ts");
    const text = readFileSync(file, "utf8");
    const edited = text.replaceAll(typeof before === "string" ? before : new RegExp(before, "g"), after);
    if (edited === text) throw new Error(`${file} has no ${before}`);
    writeFileSync(file, edited);
  }

  async deploy(): Promise<void> {
    const { code, stdout, stderr } = await this.project.deploy();
    if (code !== 0) throw new Error(`cdktf deploy exited with ${code}\n${stdout}${stderr}`);
  }

  /** What `verify` says of all agents. */
  async conditions() {
    const { stdout, stderr } = await run(process.execPath, [CLI, "verify", "--json"], {
      cwd: this.project.folder,
      env: this.engine.environment,
      timeoutSeconds: 300,
    });
    if (!stdout.startsWith("[")) throw new Error(stderr);
    const agents: readonly VerifiedAgent[] = JSON.parse(stdout);
    expect(agents.map(({ state }) => state)).toEqual(agents.map(() => "deployed"));
    return agents.flatMap(({ conditions }) => conditions);
  }

  /** Waits until nothing fails. A stand-in has the package of one release for several, which the row `release` says. */
  async verified() {
    let failing = "";
    return eventually(
      "verify finds nothing wrong",
      60,
      async () => {
        const rows = await this.conditions();
        const bad = rows.filter(({ condition, result }) => condition !== "release" && result === "fails");
        failing = JSON.stringify(bad, null, 1);
        return bad.length === 0 ? rows : undefined;
      },
      () => failing,
    );
  }

  async hasNoChanges(...stacks: readonly string[]): Promise<void> {
    for (const stack of stacks)
      expect([stack, await this.project.changes(stack)]).toEqual([stack, undefined]);
  }

  /**
   * An empty plan, a good `verify`, and an upgrade that keeps the data byte for byte and leaves what is beside the agents
   * alone.
   */
  async holds({ stacks, agents, beside = [] }: Held): Promise<void> {
    await this.hasNoChanges(...stacks);
    await this.verified();
    for (const agent of agents) await this.engine.docker("exec", agent, "sh", "-euc", MINE);
    const before = { beside: await this.#identity(beside), agents: await this.#identity(agents) };
    const data = await this.#data(agents);
    this.edit(RELEASE, NEXT);
    await this.deploy();
    for (const [i, { files, integrity }] of (await this.#data(agents)).entries()) {
      expect(files).toMatchObject(data[i]?.files ?? {});
      expect(new Set(Object.values(integrity))).toEqual(new Set(["ok"]));
    }
    expect(await this.#identity(beside)).toEqual(before.beside);
    expect(await this.#identity(agents)).not.toEqual(before.agents);
    await this.hasNoChanges(...stacks);
    await this.verified();
  }

  /** What is on the agents' volumes, which the examples name after them. */
  #data(agents: readonly string[]): Promise<readonly UserData[]> {
    return Promise.all(
      agents.map(async (agent) => {
        const owner = await this.engine.docker("exec", agent, "stat", "-c", "%u", "/opt/data");
        return userData(this.engine, `${agent}-data`, Number(owner));
      }),
    );
  }

  #identity(containers: readonly string[]): Promise<readonly string[]> {
    const format = "{{.Id}} {{.State.StartedAt}}";
    return Promise.all(containers.map((name) => this.engine.docker("inspect", "--format", format, name)));
  }
}

/** What people keep on the data volume. */
const MINE = `umask 077
mkdir -p /opt/data/workspace/mine
head -c 100000 /dev/urandom > "/opt/data/workspace/mine/a file"
chown -R hermes: /opt/data/workspace/mine`;

/** What is asked of an example. */
interface Held {
  readonly stacks: readonly string[];
  readonly agents: readonly string[];
  /** Containers that an upgrade leaves alone. */
  readonly beside?: readonly string[];
}
