/** A sandbox, a workspace for it, and a user of the dashboard beside Terraform. */
import type { CapRoverSandbox, CapRoverSandboxProps } from "cdktf-hermes/testing";
import { CaptainClient } from "../caprover-contract/captain-client";
import { describeWithTerraform, finished } from "../terraform";
import { sandbox } from "./agent";
import { forgetBundle, Workspace } from "./workspace";

/** The tests run against somebody's CapRover. */
export const isForeign = process.env["CAPROVER_URL"] !== undefined;

/** Tests that inject faults, speed time up or look below CapRover's API; a foreign server skips them by name. */
export function describeInSandbox(name: string, body: () => void): void {
  if (isForeign) describe.skip(`${name} (needs the sandbox)`, body);
  else describeWithTerraform(name, body);
}

export class Scene {
  readonly #others: Workspace[] = [];

  private constructor(
    readonly captain: CapRoverSandbox,
    readonly workspace: Workspace,
    /** Somebody with the dashboard. */
    readonly user: CaptainClient,
  ) {}

  /** @param provider attributes of the provider */
  static async set(props: CapRoverSandboxProps = {}, provider = ""): Promise<Scene> {
    const captain = await sandbox(props);
    const user = new CaptainClient(captain.url, captain.password);
    await user.logIn();
    return new Scene(captain, await Workspace.make(captain.environment, provider), user);
  }

  /** Somebody else's state for the same server. */
  async anotherState(provider = ""): Promise<Workspace> {
    const workspace = await Workspace.make(this.captain.environment, provider);
    this.#others.push(workspace);
    return workspace;
  }

  /** The writes that CapRover got, without the first `since`. */
  writes(since = 0): string[] {
    return this.captain.requests
      .filter(({ method, path }) => method !== "GET" && path !== "/login")
      .slice(since)
      .map(({ method, path }) => `${method} ${path.replace("/user/apps/", "")}`);
  }

  /** An app that somebody made in the dashboard, with its placeholder running. */
  async madeByHand(name: string, persistent = true): Promise<void> {
    await this.user.register(name, persistent);
    await this.settle(name);
  }

  /** Nothing builds, nothing stops. */
  async settle(name: string): Promise<void> {
    await this.captain.clock.until(() => !this.captain.app(name).isBuilding, 600);
    await this.captain.clock.sleep(40);
  }

  /** Applies. At the first write of settings Terraform is killed, and CapRover dies after saving it. */
  async applyCutOff(): Promise<void> {
    const child = this.workspace.start(["apply", "-auto-approve"]);
    this.captain.faults.inject({
      effect: () => {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        void this.captain.crashServer();
      },
      at: "saved",
      path: /\/update$/,
    });
    await finished(child);
  }

  async end(): Promise<void> {
    await Promise.all([this.workspace, ...this.#others].map((workspace) => workspace.close()));
    await this.captain.stop();
  }
}

/**
 * A new scene for each test of a file.
 * @param provider attributes of the provider
 */
export function scenes(props: CapRoverSandboxProps = {}, provider = ""): { readonly current: Scene } {
  let scene: Scene | undefined;
  jest.setTimeout(120_000);
  beforeEach(async () => {
    scene = await Scene.set(props, provider);
  });
  afterEach(() => scene?.end());
  afterAll(forgetBundle);
  return {
    get current() {
      if (scene === undefined) throw new Error("there is no scene outside of a test");
      return scene;
    },
  };
}
