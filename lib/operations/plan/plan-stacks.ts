/** Plans stacks with Terraform. Nothing that runs is changed. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sideBySide } from "../../support/side-by-side";
import { beforeEnding } from "../ending";
import type { SynthesizedStack } from "../stacks";
import { MOST_TERRAFORMS } from "../terraform-program";
import { chosenProblem, demandedProblem } from "./docker-provider";
import { type Movers, moversIn, withMoves } from "./moves";
import { type PlannedStack, plannedStack } from "./planned-stack";
import { initStack, planStack } from "./terraform";
import { NoPlan, shownTrouble, type Trouble } from "./trouble";

/**
 * The stacks are initialized one after the other, because Terraform's plugin cache is not safe for several at once, and
 * planned side by side. One that can't be planned does not keep the others from it.
 * @param tell gets a line for each step
 * @throws NoPlan if there is no place for the plans
 */
export async function planStacks(
  stacks: readonly SynthesizedStack[],
  tell: (line: string) => void,
): Promise<readonly PlannedStack[]> {
  const folder = planFolder();
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const release = beforeEnding(remove);
  try {
    const troubles = new Map<SynthesizedStack, Trouble>();
    const attempt = async (stack: SynthesizedStack, step: () => Promise<unknown>) => {
      try {
        await step();
      } catch (error) {
        if (!(error instanceof NoPlan)) throw error;
        troubles.set(stack, shownTrouble(error.trouble, stack));
      }
    };
    for (const [i, stack] of stacks.entries()) {
      tell(`init ${stack.name} (${i + 1} of ${stacks.length})`);
      await attempt(stack, () => prepare(stack));
    }
    const plans = new Map<SynthesizedStack, PlannedStack>();
    const movers = new Map<string, Movers>();
    const ready = stacks.filter((stack) => !troubles.has(stack));
    await sideBySide(ready, MOST_TERRAFORMS, async (stack, i) => {
      await attempt(stack, async () => {
        const plan = await planStack(stack, join(folder, `${i}.plan`));
        plans.set(stack, plannedStack(stack, plan));
        movers.set(stack.name, moversIn(plan));
      });
      tell(`planned ${stack.name} (${plans.size + troubles.size} of ${stacks.length})`);
    });
    const all = stacks.map((stack): PlannedStack => {
      const { name, dependsOn } = stack;
      const trouble = troubles.get(stack) ?? { why: "it was not planned" };
      return plans.get(stack) ?? { stack: name, dependsOn, result: "no-plan", ...trouble };
    });
    return withMoves(all, movers);
  } finally {
    remove();
    release();
  }
}

/** Only its owner can read what is in it: a plan file has all secrets in clear text. */
function planFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), "cdktf-hermes-plan-"));
  } catch {
    throw new NoPlan({
      why: `no folder can be made in ${tmpdir()}, where the plans would lie meanwhile`,
      fix: "name a folder that you can write to in TMPDIR",
    });
  }
}

async function prepare(stack: SynthesizedStack): Promise<void> {
  refuse(demandedProblem(stack));
  await initStack(stack);
  refuse(chosenProblem(stack));
}

function refuse(trouble: Trouble | undefined): void {
  if (trouble !== undefined) throw new NoPlan(trouble);
}
