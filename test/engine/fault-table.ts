import { eventually } from "../eventually";
import type { Container, Drill } from "./drill";
import type { DrillSettings } from "./drill-program";
import { upgradingPage } from "./repair";
import { expectNothingLost, userData } from "./user-data";

/** The state of the previous agent after a fault. */
export type Effect =
  /** The container keeps running as if nothing had happened. */
  | "untouched"
  /** It is healthy again, after a restart or in another container. */
  | "up"
  /** It is down until somebody deploys again, and docs/upgrading.md says so in these words. */
  | { readonly agent: "stopped" | "failing" | "gone"; readonly page: string };

/** Breaks something and checks what is reported about it. Returns the settings for the next apply. */
export type Fault = () => Promise<Partial<DrillSettings>>;

/** Deploys and applies, each with a stop and a start of the agent, on a busy machine. */
const TIMEOUT_MS = 300_000;

interface Row {
  readonly name: string;
  readonly effect: Effect;
  passed: boolean;
}

/** The cases of the fault drill, and their final results. */
export class FaultTable {
  readonly #rows: Row[] = [];

  /** Declares tests: each fault has that effect, the next apply converges, and the data is unchanged. */
  cases(where: string, drill: () => Drill): (name: string, effect: Effect, fault: Fault) => void {
    return (name, effect, fault) => {
      const row: Row = { name: `${where}: ${name}`, effect, passed: false };
      this.#rows.push(row);
      test(
        `${name}: the agent is ${nameOf(effect)}, an apply converges, and no byte is lost`,
        async () => {
          await survives(drill(), effect, fault);
          row.passed = true;
        },
        TIMEOUT_MS,
      );
    };
  }

  print(): void {
    const lines = this.#rows.map(
      ({ name, effect, passed }) => `  ${passed ? "passed" : "FAILED"}  ${name} (agent ${nameOf(effect)})`,
    );
    const passed = this.#rows.filter((row) => row.passed).length;
    process.stderr.write(
      `\nFault drill:\n${lines.join("\n")}\n  cases: ${this.#rows.length}, passed: ${passed}\n`,
    );
  }
}

async function survives(drill: Drill, effect: Effect, fault: Fault): Promise<void> {
  const { engine, settings } = drill;
  const container = await drill.container();
  const data = await userData(engine, settings.name);

  const repaired = await fault();

  expect(await stateOf(drill, container)).toBe(nameOf(effect));
  if (typeof effect === "object") {
    expect(upgradingPage()).toContain(effect.page);
    await drill.mustDeploy(repaired);
  } else {
    await drill.apply(repaired);
  }
  await drill.becomesHealthy();
  await expect(drill.project.changes("agent")).resolves.toBeUndefined();
  expectNothingLost(data, await userData(engine, settings.name));
}

type State = Extract<Effect, string> | Extract<Effect, object>["agent"];

const nameOf = (effect: Effect): State => (typeof effect === "string" ? effect : effect.agent);

/** The agent's current state, after its first health checks. */
async function stateOf(drill: Drill, before: Container | undefined): Promise<State> {
  const { now } = await eventually("the health of the container is known", 60, async () => {
    const now = await drill.container();
    return now?.State.Health?.Status === "starting" ? undefined : { now };
  });
  if (now === undefined) return "gone";
  const { Status, Health, StartedAt } = now.State;
  const same = now.Id === before?.Id;
  if (Status === "running" && Health?.Status === "healthy" && (await drill.healthy())) {
    return same && StartedAt === before.State.StartedAt ? "untouched" : "up";
  }
  return same && Status === "exited" ? "stopped" : "failing";
}
