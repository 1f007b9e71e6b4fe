import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import type { AuthConfig } from "dockerode";
import { TerraformError } from "../../../lib/terraform-plugin";

/** What the resources need. */
export interface Client {
  readonly docker: Docker;
  /** Logins by the registry's address. */
  readonly credentials: ReadonlyMap<string, AuthConfig>;
  /** The folder in which relative paths of the configuration start. */
  readonly directory: string;
  /** How long to wait for a volume that is in use. */
  readonly volumeRemovalSeconds: number;
  /** Ends the provider like a crash in Go. */
  readonly panic: (message: string) => never;
}

const DEFAULT_HOST = "unix:///var/run/docker.sock";

/** @param address `unix://` or `tcp://`, as in DOCKER_HOST */
export async function connect(
  address: string = DEFAULT_HOST,
  { check }: { readonly check: boolean },
): Promise<Docker> {
  const docker = await dockerAt(address);
  if (check) {
    const doing = `Error pinging Docker server, please make sure that ${address} is reachable and has a  '_ping' endpoint. Error`;
    await asked(doing, docker.ping());
  }
  return docker;
}

/** Loads the client only here, because half of the processes that Terraform starts never use an engine. */
async function dockerAt(address: string): Promise<Docker> {
  const { default: Client } = await import("dockerode");
  const { protocol, hostname, port, pathname } = new URL(address);
  if (protocol === "unix:") return new Client({ socketPath: pathname });
  if (protocol === "tcp:") return new Client({ protocol: "http", host: hostname, port });
  throw new TerraformError(`The stand-in reaches an engine by unix:// or tcp:// only, not by ${address}`);
}

/** The engine's answer, or an error with the provider's message followed by the engine's. */
export async function asked<T>(doing: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new TerraformError(`${doing}: ${reasonOf(error)}`);
  }
}

/** The answer; undefined if the engine answered with one of these HTTP status codes. */
export async function unless<T>(statuses: readonly number[], answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const status = isRecord(error) ? error["statusCode"] : undefined;
    if (typeof status === "number" && statuses.includes(status)) return undefined;
    throw error;
  }
}

/** Removes something that may still be in use for a while. Like the provider it tries once a second. */
export async function removed(
  remove: () => Promise<unknown>,
  use: {
    readonly saidAs: string;
    readonly state: string;
    readonly seconds: number;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  for (let attempt = 0; attempt < use.seconds; attempt++) {
    try {
      await unless([404], remove());
      return;
    } catch (error) {
      if (!reasonOf(error).includes(use.saidAs)) throw new TerraformError(reasonOf(error));
    }
    await sleep(1000, undefined, { signal: use.signal });
  }
  throw new TerraformError(
    `timeout while waiting for state to become 'removed' (last state: '${use.state}')`,
  );
}

export function reasonOf(error: unknown): string {
  const json = isRecord(error) ? error["json"] : undefined;
  const message = isRecord(json) ? json["message"] : undefined;
  if (typeof message === "string") return `Error response from daemon: ${message}`;
  return error instanceof Error ? error.message : String(error);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
