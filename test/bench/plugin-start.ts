/** How long a provider's process takes from its start to the handshake, compared with Node that does nothing. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localhostCertificate } from "../../lib/terraform-plugin/certificate";
import { MAGIC_COOKIE } from "../../lib/terraform-plugin/start-refusal";
import { bundleExample } from "../terraform-plugin/terraform";
import { type Comparison, compare } from "./measure";

const ROUNDS = 25;

/** Medians of one run. The two are started alternately, so that a busy machine slows both. */
export function pluginStart(): Promise<Comparison> {
  return startOf(async (directory) => bundleExample(join(directory, "provider.cjs")));
}

/** @param bundle writes `provider.cjs` into the directory */
export async function startOf(write: (directory: string) => Promise<void>): Promise<Comparison> {
  const directory = mkdtempSync(join(tmpdir(), "plugin-start-"));
  try {
    await write(directory);
    const bundle = join(directory, "provider.cjs");
    const ours: number[] = [];
    const baseline: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      baseline.push(await startToEnd(["-e", "0"]));
      ours.push(await startToHandshake(bundle));
    }
    return compare(ours, baseline);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function startToEnd(args: readonly string[]): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => resolve(performance.now() - started));
  });
}

function startToHandshake(bundle: string): Promise<number> {
  const { certPem } = localhostCertificate();
  const started = performance.now();
  const child = spawn(process.execPath, [bundle], {
    stdio: ["ignore", "pipe", "ignore"],
    env: {
      PATH: process.env["PATH"],
      TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE,
      PLUGIN_PROTOCOL_VERSIONS: "5,6",
      PLUGIN_CLIENT_CERT: certPem,
    },
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error("the provider ended before its handshake")));
    child.stdout.once("data", () => {
      const took = performance.now() - started;
      child.removeAllListeners("exit");
      child.once("exit", () => resolve(took));
      child.kill("SIGKILL");
    });
  });
}
