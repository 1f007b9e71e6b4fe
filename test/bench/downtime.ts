/**
 * How long an agent does not answer while an apply replaces its container, with the new image already present,
 * compared with `docker stop` and `docker run` of the same container. It uses the tests' engine and their stand-in
 * images.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Asked, SECRETS } from "../engine/agent-program/asked";
import { AgentProject, makeSecrets } from "../engine/agent-project";
import { Engine } from "../engine/engine";
import { buildStandIns, standIn } from "../engine/images";
import { freePort } from "../engine/ports";
import { missing } from "../engine/preflight";
import { chooseProvider } from "../engine/provider";
import { type Comparison, compare } from "./measure";

const ROUNDS = 5;
const RELEASES = ["v2026.7.20", "v2026.7.30"] as const;
const DATA = "by-hand-data";

/** Why it can't be measured here, or undefined when it can. */
export function downtimeMissing(): Promise<string | undefined> {
  return missing(new Engine().paths);
}

export async function downtime(): Promise<Comparison> {
  const engine = new Engine();
  const folder = mkdtempSync(join(tmpdir(), "downtime-"));
  await chooseProvider();
  await engine.start();
  try {
    await buildStandIns(engine, (line) => process.stderr.write(`${line}\n`));
    const secretsFile = join(folder, "hermes.env");
    const secrets = await makeSecrets();
    writeFileSync(secretsFile, `${SECRETS.api_server_key}='${secrets.api_server_key}'\n`, { mode: 0o644 });
    return await measure(engine, secretsFile);
  } finally {
    await engine.stop();
    rmSync(folder, { recursive: true });
  }
}

async function measure(engine: Engine, secretsFile: string): Promise<Comparison> {
  const project = new AgentProject(engine, {});
  try {
    const [port, portByHand] = [await freePort(), await freePort()];
    const upgrade = (round: number) => {
      const asked: Asked = {
        provider: "4.x",
        image: { release: release(round) },
        secretsFile,
        apiPort: port,
      };
      return project.deployed(asked);
    };
    await upgrade(0);
    const byHand = await runArguments(engine, portByHand);
    await engine.docker(...byHand, "--name", "by-hand-0", standIn(release(0)), "gateway", "run");

    const [ours, baseline]: [number[], number[]] = [[], []];
    for (let round = 1; round <= ROUNDS; round++) {
      ours.push(await silence(port, () => upgrade(round)));
      baseline.push(
        await silence(portByHand, async () => {
          await engine.docker("stop", `by-hand-${round - 1}`);
          const image = standIn(release(round));
          await engine.docker(...byHand, "--name", `by-hand-${round}`, image, "gateway", "run");
        }),
      );
    }
    return compare(ours, baseline);
  } finally {
    project.remove();
  }
}

const release = (round: number) => RELEASES[round % 2 === 0 ? 0 : 1];

/** A `docker run` that creates the same container as Terraform, on another port and with other data. */
async function runArguments(engine: Engine, port: number): Promise<string[]> {
  const inspected = await engine.docker("inspect", "--format", "{{json .}}", "hermes");
  const { Config, HostConfig, Mounts }: Inspected = JSON.parse(inspected);
  return [
    ...["run", "--detach", "--restart", "unless-stopped", "--publish", `127.0.0.1:${port}:8642`],
    ...["--stop-timeout", String(Config.StopTimeout), "--shm-size", String(HostConfig.ShmSize)],
    ...Config.Env.flatMap((variable) => ["--env", variable]),
    ...Mounts.flatMap(({ Type, Source, Destination, RW }) => [
      "--volume",
      `${Type === "volume" ? DATA : Source}:${Destination}${RW ? "" : ":ro"}`,
    ]),
    ...["--health-interval", "5s", "--health-cmd", "curl -q -fsS http://127.0.0.1:8642/health"],
  ];
}

interface Inspected {
  readonly Config: { readonly Env: readonly string[]; readonly StopTimeout: number };
  readonly HostConfig: { readonly ShmSize: number };
  readonly Mounts: readonly {
    readonly Type: string;
    readonly Source: string;
    readonly Destination: string;
    readonly RW: boolean;
  }[];
}

/** The longest time without an answer of `/health` in milliseconds, from before the work until after it. */
async function silence(port: number, work: () => Promise<unknown>): Promise<number> {
  while (!(await healthy(port))) await sleep(POLL_MS);
  let last = performance.now();
  let longest = 0;
  let answeredAfter = false;
  let done = false;
  const working = work().finally(() => {
    done = true;
  });
  while (!done || !answeredAfter) {
    const workWasDone = done;
    if (await healthy(port)) {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      answeredAfter = workWasDone;
    }
    await sleep(POLL_MS);
  }
  await working;
  return longest;
}

const POLL_MS = 20;

function healthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, path: "/health", agent: false, timeout: 2000 });
    asked.on("response", (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.end();
  });
}
