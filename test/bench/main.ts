import { downtime, downtimeMissing } from "./downtime";
import { load } from "./load";
import type { Comparison } from "./measure";
import { pluginStart } from "./plugin-start";
import { growth, synth } from "./synth";

/** Ratios inside one run; what the project aims at stands beside them and fails nothing. */
const BENCHMARKS: readonly {
  readonly key: string;
  readonly what: string;
  readonly aim: number;
  readonly run: () => Comparison | Promise<Comparison>;
  /** Why it can't run on this machine. @default it can everywhere */
  readonly missing?: () => Promise<string | undefined>;
}[] = [
  { key: "load", what: "loading the package / loading what it needs anyway", aim: 1.15, run: load },
  { key: "synth", what: "1,000 agents / the same resources by hand in raw CDKTF", aim: 1.3, run: synth },
  { key: "growth", what: "10,000 agents / 1,000 agents in one stack", aim: 11, run: growth },
  { key: "plugin_start", what: "provider process to handshake / node -e 0", aim: 1.5, run: pluginStart },
  {
    key: "downtime",
    what: "an upgrade by apply / docker stop and docker run",
    aim: 1.2,
    run: downtime,
    missing: downtimeMissing,
  },
];

async function main(json: boolean): Promise<void> {
  const results: Record<string, Comparison & { readonly aim: number }> = {};
  for (const { key, what, aim, run, missing } of BENCHMARKS) {
    const reason = await missing?.();
    if (reason !== undefined) {
      process.stderr.write(`${key.padEnd(14)}not measured: ${reason}\n`);
      continue;
    }
    if (!json) process.stdout.write(`${key.padEnd(14)}${what} … `);
    const result = await run();
    results[key] = { ...result, aim };
    if (!json) console.log(`${result.ratio} (${result.ours_ms} ms / ${result.baseline_ms} ms, aim ${aim})`);
  }
  if (json) console.log(JSON.stringify(results, null, 2));
}

main(process.argv.includes("--json"));
