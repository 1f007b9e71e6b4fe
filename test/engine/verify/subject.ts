import { dockerAccess } from "../../../lib/operations/access/docker";
import type { Manifest } from "../../../lib/operations/manifest";
import type { VerifiedAgent, VerifiedCondition } from "../../../lib/operations/verified";
import { verifyAgent } from "../../../lib/operations/verify";
import { eventually } from "../../eventually";
import { Agent, API_ENVIRONMENT, API_PORT, DASHBOARD_ENVIRONMENT, DASHBOARD_PORT } from "../agent";
import type { Engine } from "../engine";
import { type StandInTag, standIn } from "../images";
import { must } from "../run";

export interface SubjectOptions {
  readonly name: string;
  readonly tag?: StandInTag;
  /** Another image than that of the release. */
  readonly image?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** Further arguments of `docker run`. */
  readonly run?: readonly string[];
  /** What is declared beside an API server and a dashboard. */
  readonly declared?: Partial<Manifest>;
}

const SLOT = "/run/service/gateway-default";

export interface FailsOptions {
  /** What can fail beside it. */
  readonly may?: readonly string[];
  /** How long it takes until it shows. @default 40 */
  readonly seconds?: number | undefined;
  /** Asks the model, which may take so long. */
  readonly askSeconds?: number | undefined;
}

/** An agent that `verify` looks at, as the command does. */
export class Subject {
  constructor(
    readonly agent: Agent,
    readonly manifest: Manifest,
  ) {}

  /** With `docker run`, and a manifest that says so. */
  static async start(engine: Engine, options: SubjectOptions): Promise<Subject> {
    const { name, tag = "v2026.7.20", image = standIn(tag), command = ["gateway", "run"] } = options;
    const variables = {
      ...API_ENVIRONMENT,
      ...DASHBOARD_ENVIRONMENT,
      // Tests start one gateway more often than a healthy one starts.
      HERMES_GATEWAY_MAX_STARTS: "1000",
      ...options.env,
    };
    const env = Object.entries(variables).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
    const run = ["run", "--detach", "--name", name, ...env, ...(options.run ?? []), image, ...command];
    await engine.docker(...run);
    const manifest: Manifest = {
      version: 1,
      agent: `agents/${name}`,
      name,
      place: { kind: "docker", container: name, host: engine.host },
      release: tag,
      image,
      data: `${name}-data`,
      services: { dashboard: { port: DASHBOARD_PORT }, apiServer: { port: API_PORT } },
      login: "basic",
      platforms: {},
      secrets: [],
      variables: { given: Object.keys(variables), volumeWins: [] },
      healthCheck: false,
      stopGraceSeconds: 45,
      hash: "of-the-tests",
      ...options.declared,
    };
    return new Subject(Agent.named(engine, name), manifest);
  }

  /** The same agent, declared in another way. */
  declared(more: Partial<Manifest>): Subject {
    return new Subject(this.agent, { ...this.manifest, ...more });
  }

  verify(askSeconds?: number): Promise<VerifiedAgent> {
    return verifyAgent(
      this.manifest,
      { state: "deployed", manifest: this.manifest, asDeclared: true },
      {
        ask: askSeconds !== undefined,
        askSeconds: askSeconds ?? 1,
        access: (manifest) => dockerAccess(manifest),
      },
    );
  }

  /** Verifies until exactly that fails, and returns the rows that do. `may` can fail beside it. */
  async eventuallyFails(
    fails: Readonly<Record<string, string>>,
    { may = [], seconds = 40, askSeconds }: FailsOptions = {},
  ): Promise<readonly VerifiedCondition[]> {
    let last = "";
    return eventually(
      `verify finds ${JSON.stringify(fails)}`,
      seconds,
      async () => {
        const { conditions, ...rest } = await this.verify(askSeconds);
        const failed = conditions.filter(({ result }) => result === "fails");
        const found = new Map(failed.map((row) => [rowName(row), row.failure]));
        last = JSON.stringify({ ...rest, found: Object.fromEntries(found), failed }, null, 1);
        const there = Object.entries(fails).every(([name, failure]) => found.get(name) === failure);
        const nothingElse = [...found.keys()].every((name) => name in fails || may.includes(name));
        return there && nothingElse && rest.state === "deployed" ? failed : undefined;
      },
      () => last,
    );
  }

  /** Runs a script in the container as root, and returns what it prints. */
  root(script: string, input = ""): Promise<string> {
    const { engine, name } = this.agent;
    const env = engine.environment;
    return must("docker", ["exec", "--interactive", "--user", "root", name, "sh", "-euc", script], {
      env,
      input,
    });
  }

  /** Writes a file of the agent's as its own user does. */
  write(path: string, text: string, mode = "600"): Promise<string> {
    return this.root(`cat > ${path}; chown hermes: ${path}; chmod ${mode} ${path}`, text);
  }

  /** Starts the gateway again, as its supervisor does, and waits until its API server answers. */
  async restartGateway(): Promise<void> {
    // As if the tests' own restarts were long ago.
    await this.root(
      `: > /opt/data/gateway-starts.log; s6-svdt-clear ${SLOT}; /command/s6-svc -r ${SLOT}; sleep 1`,
    );
    await this.agent.answers(API_PORT, "/health");
  }

  /** Waits until gateway and dashboard answer. */
  async ready(): Promise<void> {
    await this.agent.answers(API_PORT, "/health");
    await eventually("the dashboard answers", 60, async () => {
      const response = await this.agent.fetch(DASHBOARD_PORT, "/api/status").catch(() => undefined);
      return response?.ok || undefined;
    });
  }
}

/** The condition, and which of several. */
export function rowName({ condition, of }: VerifiedCondition): string {
  return of === undefined ? condition : `${condition} ${of}`;
}
