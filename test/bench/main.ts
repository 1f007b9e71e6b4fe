import { caproverStart, listRequests, plan300, providerMemory } from "./caprover";
import { downtime, downtimeMissing } from "./downtime";
import { load } from "./load";
import type { Comparison, Count } from "./measure";
import { describeSeconds, planSeconds } from "./plan";
import { pluginStart } from "./plugin-start";
import { stopSeconds } from "./stop";
import { caproverSynth, growth, synth } from "./synth";
import { verifySeconds } from "./verify";

/** Ratios and counts of one run. The project's aims are printed beside them, and a missed aim is no failure. */
const BENCHMARKS: readonly {
  readonly key: string;
  readonly what: string;
  readonly aim: number;
  readonly run: () => Comparison | Promise<Comparison | Count>;
  /** Why it can't run on this machine. @default it can everywhere */
  readonly missing?: () => Promise<string | undefined>;
}[] = [
  { key: "load", what: "loading the package / loading what it needs anyway", aim: 1.1, run: load },
  { key: "synth", what: "1,000 agents / the same resources by hand in raw CDKTF", aim: 1.3, run: synth },
  { key: "growth", what: "10,000 agents / 1,000 agents in one stack", aim: 11, run: growth },
  {
    key: "caprover_synth",
    what: "50 agents on CapRover / on Docker, a stack each",
    aim: 1.5,
    run: caproverSynth,
  },
  { key: "plugin_start", what: "provider process to handshake / node -e 0", aim: 1.5, run: pluginStart },
  {
    key: "downtime",
    what: "an upgrade by apply / docker stop and docker run",
    aim: 1.2,
    run: downtime,
    missing: downtimeMissing,
  },
  ...(
    [
      ["idle", "of an idle agent", 3.5],
      ["half-sent", "beside a request that is never finished", 8.5],
      ["busy", "whose model is silent", 33],
      ["profiles", "with three gateways", 4.5],
    ] as const
  ).map(([situation, what, aim]) => ({
    key: `stop_${situation.replace("-", "_")}`,
    what: `seconds of a stop ${what}`,
    aim,
    run: () => stopSeconds(situation),
    missing: downtimeMissing,
  })),
  {
    key: "plan_command",
    what: "seconds of `plan` for 20 agents beyond Terraform's own",
    aim: 25,
    run: planSeconds,
  },
  {
    key: "describe",
    what: "seconds of `describe` for them beyond loading the package",
    aim: 1,
    run: describeSeconds,
  },
  ...(
    [
      ["verify", 1, 20],
      ["verify_20", 20, 40],
    ] as const
  ).map(([key, agents, aim]) => ({
    key,
    what: `seconds of verify for ${agents === 1 ? "an agent" : `${agents} agents side by side`}`,
    aim,
    run: () => verifySeconds(agents),
    missing: downtimeMissing,
  })),
  { key: "caprover_start", what: "CapRover provider to handshake / node -e 0", aim: 1.5, run: caproverStart },
  { key: "plan_300", what: "terraform plan of 300 unchanged apps / of one", aim: 4, run: plan300 },
  { key: "list_requests", what: "lists of apps that this plan asks for", aim: 1, run: listRequests },
  {
    key: "provider_mib",
    what: "peak memory of the provider in this plan, MiB",
    aim: 120,
    run: providerMemory,
  },
];

/** @param keys those to run, or a part of their names such as `stop`; all if there are none */
async function main(keys: readonly string[], json: boolean): Promise<void> {
  const unknown = keys.filter((part) => !BENCHMARKS.some(({ key }) => key.includes(part)));
  if (unknown.length > 0) {
    const all = BENCHMARKS.map(({ key }) => key).join(", ");
    process.stderr.write(`no benchmark is called ${unknown.join(", ")}. There are: ${all}\n`);
    process.exitCode = 2;
    return;
  }
  const chosen =
    keys.length === 0 ? BENCHMARKS : BENCHMARKS.filter(({ key }) => keys.some((part) => key.includes(part)));
  const results: Record<string, (Comparison | Count) & { readonly aim: number }> = {};
  for (const { key, what, aim, run, missing } of chosen) {
    const reason = await missing?.();
    if (reason !== undefined) {
      process.stderr.write(`${key.padEnd(14)}not measured: ${reason}\n`);
      continue;
    }
    if (!json) process.stdout.write(`${key.padEnd(14)}${what} … `);
    const result = await run();
    results[key] = { ...result, aim };
    if (!json) console.log(`${describe(result)}, aim ${aim})`);
  }
  if (json) console.log(JSON.stringify(results, null, 2));
}

function describe(result: Comparison | Count): string {
  if ("count" in result) return `${result.count} (count`;
  return `${result.ratio} (${result.ours_ms} ms / ${result.baseline_ms} ms`;
}

const given = process.argv.slice(2);
main(
  given.filter((word) => word !== "--json"),
  given.includes("--json"),
);
