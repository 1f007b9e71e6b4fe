/** Where a CI delivers to: a registry with accounts and a CapRover server, with a repository beside them. */
import { createServer, type Server } from "node:http";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { hermesImage } from "../../caprover/hermes-image";
import { CaptainClient, send } from "../../caprover-contract/captain-client";
import { DASHBOARD_ENVIRONMENT } from "../agent";
import type { Engine } from "../engine";
import { layerOf } from "../images";
import { portOf } from "../ports";
import { Registry } from "../registry";
import { CiRepository, type Run, type Settings } from "./ci-repository";
import type { Asked } from "./program/asked";

export const RELEASE = "v2026.7.30";
export const TOKEN = "d3ploy-Token-of-the-tests";
const API_KEY = "api-server-key-of-the-tests";
const STATE_PASSWORD = "state-password-of-the-tests";

/** Passwords at the registry, each with its bcrypt hash. */
const ACCOUNTS = {
  pusher: ["push-password-of-the-tests", "$2b$04$ThiyeYRd2QWM3mWLxfFuN.qrLXIxYH.YTQ/Yh6TXripYR3JF.nKHm"],
  caprover: ["pull-password-of-the-tests", "$2b$04$isuLLxaTAeulx8CEQbckYOMPmYsI83T0dV2GjyjtVVRRfc7MluVbm"],
  stranger: [
    "stranger-password-of-the-tests",
    "$2b$04$x.SwtbabPWTA3HR7ZNHVjeOqGLy8QMcoW.KpsB2ohHL3urS4cSgr2",
  ],
} as const;

export const passwordOf = (user: keyof typeof ACCOUNTS): string => ACCOUNTS[user][0];

/** An agent whose model was chosen in the container. */
const configured = () =>
  hermesImage(RELEASE, RELEASE, { model: { provider: "openrouter", name: "openrouter/auto" } });

export class Place {
  private constructor(
    readonly registry: Registry,
    readonly captain: CapRoverSandbox,
    readonly user: CaptainClient,
    readonly repository: CiRepository,
    private readonly door: Server,
  ) {}

  static async start(engine: Engine): Promise<Place> {
    const hashes = Object.entries(ACCOUNTS).map(([user, [, hash]]) => [user, hash]);
    const registry = await Registry.start(Object.fromEntries(hashes));
    registry.denied.add("stranger");
    registry.open.set("base", `pusher:${passwordOf("pusher")}`);
    const captain = await CapRoverSandbox.start({ rootSsl: true });
    const user = new CaptainClient(captain.url, captain.password);
    await user.logIn();
    const repository = new CiRepository(engine, { CAPROVER_CLOCK_SPEED: String(captain.clock.speed) });
    // The app's own address, as its DNS name would lead there.
    const door = createServer((request, response) => {
      send(`${captain.url}${request.url}`, "GET", { host: "hermes.apps.localhost" }).then(
        ({ http, text }) => response.writeHead(http).end(text),
        () => response.destroy(),
      );
    });
    await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
    const place = new Place(registry, captain, user, repository, door);
    await repository.prepare();
    await place.asPusher(async () => {
      // The agents run in CapRover's sandbox, so that no Hermes has to be in the images.
      const base = `${registry.host}/base/hermes-agent:${RELEASE}`;
      await repository.docker("tag", await layerOf(engine, "debian"), base);
      await repository.docker("push", base);
    });
    return place;
  }

  async stop(): Promise<void> {
    await this.repository.remove();
    this.door.closeAllConnections();
    await new Promise((resolve) => this.door.close(resolve));
    await this.captain.stop();
    await this.registry.stop();
  }

  get dashboard(): string {
    return `http://127.0.0.1:${portOf(this.door)}`;
  }

  get image(): string {
    return `${this.registry.host}/acme/hermes-agent`;
  }

  /** An app that accepts the token, with a dashboard, as Terraform's first deploy leaves it. */
  async addApp(image: string): Promise<void> {
    const { user, captain } = this;
    captain.images.add(image, configured());
    await user.register("hermes", true);
    await this.settled();
    await user.deployImage("hermes", image);
    await this.settled();
    await user.patch("hermes", {
      containerHttpPort: 9119,
      envVars: Object.entries(DASHBOARD_ENVIRONMENT).map(([key, value]) => ({ key, value })),
      serviceUpdateOverride: JSON.stringify({
        TaskTemplate: { ContainerSpec: { Args: ["gateway", "run"] } },
      }),
      appDeployTokenConfig: { enabled: true, appDeployToken: TOKEN },
    });
    await this.settled();
  }

  async settled(): Promise<void> {
    await this.captain.clock.until(() => !this.captain.app("hermes").isBuilding, 600);
    await this.captain.clock.sleep(60);
  }

  /** Commits a program, and lets CapRover pull what will be pushed of it. Returns the tag of the commit. */
  async commit(asked: Pick<Asked, "deploy" | "tool"> & Partial<Asked>): Promise<string> {
    const { registry, repository, captain } = this;
    const base = `${registry.host}/base/hermes-agent`;
    const commit = await repository.commit({ repository: this.image, base, ...asked });
    for (const name of [repository.image(), `${this.image}:sha-${commit}`])
      captain.images.add(name, configured());
    return `sha-${commit}`;
  }

  /** Settings of the CI with which everything works, but for those that a test changes. */
  settings(secrets: Settings["secrets"] = {}, variables: Settings["variables"] = {}): Settings {
    return {
      variables: {
        CAPROVER_HERMES_URL: this.captain.url,
        CAPROVER_HERMES_DASHBOARD_URL: this.dashboard,
        CAPROVER_HERMES_REGISTRY_USER: "caprover",
        HERMES_REGISTRY_USER: "pusher",
        ...variables,
      },
      secrets: {
        CAPROVER_HERMES_APP_TOKEN: TOKEN,
        CAPROVER_HERMES_REGISTRY_TOKEN: passwordOf("caprover"),
        HERMES_REGISTRY_TOKEN: passwordOf("pusher"),
        ...secrets,
      },
    };
  }

  /** The same for the workflow that runs Terraform. */
  terraformSettings(secrets: Settings["secrets"] = {}): Settings {
    return this.settings({
      CAPROVER_HERMES_PASSWORD: this.captain.password,
      HERMES_API_SERVER_KEY: API_KEY,
      TF_HTTP_USERNAME: "ada",
      TF_HTTP_PASSWORD: STATE_PASSWORD,
      ...secrets,
    });
  }

  /** Which of the secrets are in what people can see of a run: its log, its summaries, arguments and the repository. */
  shownSecrets(run: Run, ...further: readonly string[]): readonly string[] {
    const seen = [run.output, run.summary, run.asked, ...this.repository.committed()].join("\n");
    const passwords = [this.captain.password, ...Object.values(ACCOUNTS).map(([password]) => password)];
    return [TOKEN, API_KEY, STATE_PASSWORD, ...passwords, ...further].filter((secret) =>
      seen.includes(secret),
    );
  }

  running(): readonly string[] {
    return this.captain.app("hermes").running.map(({ spec }) => spec.image);
  }

  /** Uses the registry with the account of the CI, which is forgotten afterwards. */
  async asPusher<Answer>(use: () => Promise<Answer>): Promise<Answer> {
    const { registry, repository } = this;
    await repository.docker(
      "login",
      "--username",
      "pusher",
      "--password",
      passwordOf("pusher"),
      registry.host,
    );
    try {
      return await use();
    } finally {
      await repository.docker("logout", registry.host);
    }
  }

  /** What the registry has under a name of the image: its digest, or nothing. */
  digest(tag: string): Promise<string> {
    return this.#inspect(tag, "--format", "{{json .Manifest.Digest}}");
  }

  /** The index that the registry has under a name of the image: what it refers to. */
  async manifests(tag: string): Promise<readonly unknown[]> {
    return JSON.parse(await this.#inspect(tag, "--raw")).manifests;
  }

  /** What the registry says of the image's build. */
  async provenance(tag: string): Promise<unknown> {
    return JSON.parse(await this.#inspect(tag, "--format", "{{json .Provenance}}"));
  }

  async #inspect(tag: string, ...options: readonly string[]): Promise<string> {
    const inspect = ["buildx", "imagetools", "inspect", `${this.image}:${tag}`, ...options];
    const { stdout } = await this.asPusher(() => this.repository.docker(...inspect));
    return stdout.trim();
  }
}
