/** An agent in an app of the sandbox, with its API server behind an app of its own, as the CapRover target makes them. */
import { CapRoverSandbox, type HermesState, hermesImage, type SimulatedImage } from "cdktf-hermes/testing";
import type { AgentAccess } from "../../../lib/operations/access/access";
import { capRoverAccess } from "../../../lib/operations/access/caprover";
import type { Manifest } from "../../../lib/operations/manifest";
import type { HttpSecrets } from "../../../lib/operations/over-http/secrets";
import type { VerifiedAgent, VerifiedCondition } from "../../../lib/operations/verified";
import { verifyAgent } from "../../../lib/operations/verify";
import { verifyWithin } from "../../../lib/operations/wait";
import { CaptainClient } from "../../caprover-contract/captain-client";

export const SECRETS = {
  apiKey: "key-of-the-api-server-0123",
  dashboardPassword: "correct horse battery",
} as const;

export const VARIABLES = {
  HERMES_DASHBOARD: "1",
  HERMES_DASHBOARD_HOST: "0.0.0.0",
  HERMES_DASHBOARD_BASIC_AUTH_USERNAME: "ada",
  HERMES_DASHBOARD_BASIC_AUTH_PASSWORD: SECRETS.dashboardPassword,
  HERMES_DASHBOARD_BASIC_AUTH_SECRET: "session-secret-0123456789",
  API_SERVER_ENABLED: "true",
  API_SERVER_HOST: "0.0.0.0",
  API_SERVER_KEY: SECRETS.apiKey,
  SLACK_BOT_TOKEN: "token-of-the-bot",
  SLACK_APP_TOKEN: "token-of-the-app",
} as const;

export const MODEL = { provider: "zai", name: "glm-5" } as const;

export type MutableState = { -readonly [Part in keyof HermesState]: HermesState[Part] };

export interface Looks {
  readonly secrets?: HttpSecrets;
  readonly manifest?: Partial<Manifest>;
  readonly password?: string | undefined;
  readonly url?: string;
  readonly ask?: boolean;
}

export class Scene {
  /** What the agent's answers follow from now on. */
  readonly state: MutableState;
  private readonly paths: string[] = [];

  private constructor(
    readonly captain: CapRoverSandbox,
    private readonly user: CaptainClient,
    readonly release: string,
    state: MutableState,
  ) {
    this.state = state;
  }

  static async start(
    release: string,
    state: HermesState = { model: MODEL },
    variables: Readonly<Record<string, string>> = VARIABLES,
    further: Partial<SimulatedImage> = {},
  ): Promise<Scene> {
    const mutable: MutableState = { ...state };
    const image = `example.com/hermes:${release}`;
    const captain = await CapRoverSandbox.start({
      images: { [image]: { ...hermesImage(release, mutable), ...further } },
    });
    Object.assign(process.env, captain.environment);
    const user = new CaptainClient(captain.url, captain.password);
    await user.logIn();
    const scene = new Scene(captain, user, release, mutable);
    await scene.deploy("hermes", image, 9119, variables, { Args: ["gateway", "run"] });
    await scene.deploy("hermes-api", "caprover/nginx-reverse-proxy:1-ef5ffcb", 80, {
      UPSTREAM_HTTP_ADDRESS: "http://srv-captain--hermes:8642",
    });
    await captain.clock.advance(30);
    return scene;
  }

  /** Settings of the agent's app. */
  async change(settings: object): Promise<void> {
    await this.user.call("PATCH", "/user/apps/appDefinitions/update", { appName: "hermes", ...settings });
    await this.captain.clock.advance(60);
  }

  become(state: HermesState): void {
    for (const part of Object.keys(this.state)) Reflect.deleteProperty(this.state, part);
    Object.assign(this.state, { model: MODEL, ...state });
  }

  get manifest(): Manifest {
    return {
      version: 1,
      agent: "agent/hermes",
      name: "hermes",
      place: { kind: "caprover", app: "hermes", url: this.captain.url },
      release: this.release,
      image: `example.com/hermes:${this.release}`,
      data: "hermes-data",
      services: {
        dashboard: { port: 9119, url: "http://hermes.apps.localhost" },
        apiServer: { port: 8642, url: "http://hermes-api.apps.localhost" },
      },
      login: "basic",
      username: "ada",
      secrets: [{ variable: "API_SERVER_KEY", from: "TF_VAR_api_key" }],
      platforms: { slack: ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"] },
      variables: { given: ["API_SERVER_KEY", "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"], volumeWins: [] },
      healthCheck: false,
      stopGraceSeconds: 45,
      hash: "0123456789abcdef",
    };
  }

  /** Paths at which the agent was asked, through the sandbox's nginx. */
  askedPaths(): readonly string[] {
    return this.paths;
  }

  /** An app of which nothing was deployed. */
  async register(appName: string): Promise<void> {
    await this.user.register(appName, false);
    await this.captain.clock.until(() => !this.captain.app(appName).isBuilding, 60);
  }

  async deployImage(appName: string, image: string): Promise<void> {
    await this.deploy(appName, image, 80, {});
    await this.captain.clock.advance(30);
  }

  verify(looks: Looks = {}): Promise<VerifiedAgent> {
    const { manifest, options } = this.asked(looks);
    return verifyAgent(manifest, { state: "deployed", manifest, asDeclared: true }, options);
  }

  /** Looks twice. @param between happens between the two looks */
  verifyTwice(between: () => Promise<unknown>, looks: Looks = {}): Promise<VerifiedAgent> {
    const { manifest, options } = this.asked({ ask: false, ...looks });
    let isFirst = true;
    return verifyWithin(
      manifest,
      { state: "deployed", manifest, asDeclared: true },
      {
        ...options,
        waitSeconds: 30,
        pollSeconds: 1,
        apartSeconds: 0.1,
        access: (one) => {
          const access = options.access(one);
          if (isFirst) {
            isFirst = false;
            return access;
          }
          return { ...access, app: async () => between().then(() => access.app?.() ?? Promise.reject()) };
        },
      },
    );
  }

  private asked(looks: Looks) {
    const manifest: Manifest = { ...this.manifest, ...looks.manifest };
    const password = "password" in looks ? looks.password : this.captain.password;
    return {
      manifest,
      options: {
        ask: looks.ask ?? true,
        askSeconds: 20,
        access: (one: Manifest) => this.watched(capRoverAccess(one, { url: looks.url, password })),
        secrets: async () => looks.secrets ?? SECRETS,
      },
    };
  }

  private watched(access: AgentAccess): AgentAccess {
    const { request } = access;
    return {
      ...access,
      ...(request && {
        request: (service, asked) => {
          this.paths.push(asked.path);
          return request(service, asked);
        },
      }),
    };
  }

  private async deploy(
    appName: string,
    image: string,
    port: number,
    environment: Readonly<Record<string, string>>,
    container: object = {},
  ): Promise<void> {
    await this.register(appName);
    await this.user.call("PATCH", "/user/apps/appDefinitions/update", {
      appName,
      containerHttpPort: port,
      envVars: Object.entries(environment).map(([key, value]) => ({ key, value })),
      serviceUpdateOverride: JSON.stringify({ TaskTemplate: { ContainerSpec: container } }),
    });
    await this.user.deployImage(appName, image);
    await this.captain.clock.until(() => this.captain.app(appName).definition.deployedVersion === 1, 120);
  }
}

/** Each condition that fails, with what it is of, by its cause. */
export function failures({ conditions }: VerifiedAgent): Readonly<Record<string, string>> {
  return Object.fromEntries(
    conditions.filter(({ result }) => result === "fails").map((row) => [nameOf(row), row.cause ?? ""]),
  );
}

/** Each condition that nothing looked at, with the reason. */
export function unseen({ conditions }: VerifiedAgent): Readonly<Record<string, string>> {
  return Object.fromEntries(
    conditions.filter(({ result }) => result === "not-looked-at").map((row) => [nameOf(row), row.seen]),
  );
}

function nameOf({ condition, of }: VerifiedCondition): string {
  return of === undefined ? condition : `${condition} ${of}`;
}
