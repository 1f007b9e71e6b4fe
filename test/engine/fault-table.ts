import type { Drill } from "./drill";
import type { DrillSettings } from "./drill-program";
import { expectNothingLost, userData } from "./user-data";

/** What a fault may do to the agent that ran before: nothing at all, or whatever the next apply mends. */
export type Effect = "untouched" | "changed";

/** Breaks something and looks at what is said about it; answers what the next apply shall set right. */
export type Fault = () => Promise<Partial<DrillSettings>>;

/** Deploys and applies, each with a stop and a start of the agent, on a busy machine. */
const TIMEOUT_MS = 300_000;

interface Row {
  readonly name: string;
  readonly effect: Effect;
  passed: boolean;
}

/** The cases of the fault drill, and their outcome in the end. */
export class FaultTable {
  readonly #rows: Row[] = [];

  /** Declares tests: after each fault an apply converges, the agent is healthy, and its data as before. */
  cases(where: string, drill: () => Drill): (name: string, effect: Effect, fault: Fault) => void {
    return (name, effect, fault) => {
      const row: Row = { name: `${where}: ${name}`, effect, passed: false };
      this.#rows.push(row);
      test(
        `${name}: an apply converges, and no byte is lost`,
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
      ({ name, effect, passed }) => `  ${passed ? "passed" : "FAILED"}  ${name} (${effect})`,
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

  if (effect === "untouched") expect(await drill.container()).toBe(container);
  await drill.apply(repaired);
  await drill.becomesHealthy();
  await expect(drill.project.changes("agent")).resolves.toBeUndefined();
  expectNothingLost(data, await userData(engine, settings.name));
}
