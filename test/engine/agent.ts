import { connect, type Socket } from "node:net";
import { eventually } from "../eventually";
import type { Engine } from "./engine";
import { type StandInTag, standIn } from "./images";
import type { Finished } from "./run";

export const API_KEY = "an-api-key-of-the-tests";
export const API_PORT = 8642;
export const DASHBOARD_PORT = 9119;

/** Variables with which the gateway's API server answers other machines. */
export const API_ENVIRONMENT = { API_SERVER_KEY: API_KEY, API_SERVER_HOST: "0.0.0.0" } as const;

/** Variables with which the dashboard answers other machines, with a login. */
export const DASHBOARD_ENVIRONMENT = {
  HERMES_DASHBOARD: "1",
  HERMES_DASHBOARD_HOST: "0.0.0.0",
  HERMES_DASHBOARD_BASIC_AUTH_USERNAME: "ada",
  HERMES_DASHBOARD_BASIC_AUTH_PASSWORD: "correct horse battery",
  HERMES_DASHBOARD_BASIC_AUTH_SECRET: "a-session-secret-of-32-characters",
} as const;

export interface AgentOptions {
  readonly name: string;
  readonly env?: { readonly [name: string]: string };
  /** @default ["gateway", "run"] */
  readonly command?: readonly string[];
  /** Further arguments of `docker run`. */
  readonly run?: readonly string[];
}

/** A container in which Hermes runs. */
export class Agent {
  private constructor(
    readonly engine: Engine,
    readonly name: string,
  ) {}

  /** Starts a stand-in image with `docker run`. */
  static async start(engine: Engine, tag: StandInTag, options: AgentOptions): Promise<Agent> {
    const env = Object.entries(options.env ?? {}).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
    const command = options.command ?? ["gateway", "run"];
    await engine.docker(
      "run",
      "--detach",
      "--name",
      options.name,
      ...env,
      ...(options.run ?? []),
      standIn(tag),
      ...command,
    );
    return new Agent(engine, options.name);
  }

  /** A container that was started by something else. */
  static named(engine: Engine, name: string): Agent {
    return new Agent(engine, name);
  }

  /** Address of the container on the engine's bridge. */
  address(): Promise<string> {
    return this.inspect("{{.NetworkSettings.IPAddress}}");
  }

  inspect(format: string): Promise<string> {
    return this.engine.docker("inspect", "--format", format, this.name);
  }

  async logs(): Promise<string> {
    const { stdout, stderr } = await this.engine.tryDocker(["logs", this.name]);
    return stdout + stderr;
  }

  /** Runs a command in the container, as `docker exec` does by default: as the image's user. */
  exec(...command: string[]): Promise<Finished> {
    return this.engine.tryDocker(["exec", this.name, ...command]);
  }

  async fetch(port: number, path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`http://${await this.address()}:${port}${path}`, init);
  }

  /** Waits until the API server or the dashboard answers the path with success, or the container ends. */
  async answers(port: number, path: string): Promise<void> {
    const what = `${this.name} answers ${path} on port ${port}`;
    await eventually(what, 60, async () => {
      const response = await this.fetch(port, path).catch(() => undefined);
      if (response?.ok) return true;
      if (await this.running()) return undefined;
      throw new Error(`${what}: the container has ended\n${await this.logs()}`);
    });
  }

  /** Sends the dashboard a login request, and never sends the end of it. */
  async sendHalf(): Promise<Socket> {
    const socket = connect(DASHBOARD_PORT, await this.address());
    const head = "POST /auth/password-login HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\n";
    await new Promise<void>((resolve) => {
      socket.write(`${head}Content-Length: 100\r\n\r\n{"pro`, () => resolve());
    });
    socket.on("error", () => undefined);
    // The server must have read it.
    await this.exec("sleep", "1");
    return socket;
  }

  async running(): Promise<boolean> {
    return (await this.inspect("{{.State.Running}}")) === "true";
  }

  async stop(graceSeconds: number): Promise<number> {
    await this.engine.docker("stop", "--time", String(graceSeconds), this.name);
    return Number(await this.inspect("{{.State.ExitCode}}"));
  }
}
