import {
  CapRoverSandbox,
  type CapRoverSandboxProps,
  PLACEHOLDER_IMAGE,
} from "../../lib/testing/caprover-sandbox";
import { type JsonObject, objectAt, stringsAt } from "../../lib/testing/caprover-sandbox/engine/json";
import { CaptainClient } from "./captain-client";

const foreignUrl = process.env["CAPROVER_URL"];
const foreignPassword = process.env["CAPROVER_PASSWORD"];

/** The suite runs against a real CapRover server instead of the sandbox. */
export const isForeign = foreignUrl !== undefined && foreignPassword !== undefined;

// a real server is slow: two seconds a write, and pulls over the network
jest.setTimeout(180_000);

/** A row that needs simulated time or images made for it; with a real server it is skipped. */
export function sandboxOnly(row: string, test: () => Promise<void>): void {
  if (isForeign) it.skip(`${row} (needs the sandbox)`, test);
  else it(row, test);
}

/** Images that every CapRover server can pull. */
export const IMAGES = {
  first: "nginx:1.27-alpine",
  second: "nginx:1.26-alpine",
  missing: "nginx:no-such-tag",
};

const SANDBOX_SPEED = 40;
const STEP_SECONDS = 0.25;
const APP_PREFIX = "contract-";

/** The CapRover server under test. The apps of the suite are deleted at its end. */
export class CaptainUnderTest {
  client = new CaptainClient("", "");
  private sandboxed: CapRoverSandbox | undefined;
  private readonly appNames: string[] = [];

  constructor(private readonly props: CapRoverSandboxProps = {}) {}

  async start(): Promise<void> {
    if (!isForeign) {
      this.sandboxed = await CapRoverSandbox.start({
        speed: SANDBOX_SPEED,
        ...this.props,
        images: {
          [PLACEHOLDER_IMAGE]: { pullSeconds: 2 },
          [IMAGES.first]: {},
          [IMAGES.second]: {},
          ...this.props.images,
        },
      });
    }
    const url = this.sandboxed?.url ?? foreignUrl ?? "";
    this.client = new CaptainClient(url, this.sandboxed?.password ?? foreignPassword ?? "");
    await this.client.logIn();
  }

  async stop(): Promise<void> {
    for (const appName of this.appNames) {
      await this.client.call("POST", "/user/apps/appDefinitions/delete", { appName });
    }
    await this.sandboxed?.stop();
    expect(this.sandboxed?.unmodelled ?? []).toEqual([]);
  }

  get sandbox(): CapRoverSandbox {
    if (this.sandboxed === undefined) throw new Error("this row needs the sandbox");
    return this.sandboxed;
  }

  /** A name that no other suite uses; the app is deleted at the end. */
  newName(): string {
    const name = `${APP_PREFIX}${Math.random().toString(36).slice(2, 10)}`;
    this.appNames.push(name);
    return name;
  }

  /** A new app whose placeholder runs. */
  async newApp(hasPersistentData: boolean): Promise<string> {
    const name = this.newName();
    await this.client.register(name, hasPersistentData);
    await this.settle(name);
    return name;
  }

  async settle(appName: string): Promise<void> {
    for (;;) {
      const { data } = await this.client.status(appName);
      if (data["isAppBuilding"] === false) break;
      await this.wait(0.3);
    }
    await this.wait(3);
  }

  /** The lines of the latest build, without the padding. */
  async buildLog(appName: string): Promise<string[]> {
    const { data } = await this.client.status(appName);
    return stringsAt(objectAt(data, "logs"), "lines").filter((line) => line !== "");
  }

  async app(appName: string): Promise<JsonObject> {
    const app = await this.client.app(appName);
    if (app === undefined) throw new Error(`${appName} is not in the list of apps`);
    return app;
  }

  async wait(seconds: number): Promise<void> {
    const clock = this.sandboxed?.clock;
    if (clock === undefined) {
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      return;
    }
    // On a busy machine each wait of the sandbox comes late, and one thing waits for another: so do these steps.
    for (let left = seconds; left > 0; left -= STEP_SECONDS) await clock.sleep(Math.min(left, STEP_SECONDS));
  }
}
