import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "./engine";
import { must } from "./run";

const PAGE = join(__dirname, "../../docs/upgrading.md");
/** The name of the container in the page. */
const DOCUMENTED = "hermes";

export interface Repair {
  /** The error with which the page identifies the case. */
  symptom(container: string): string;
  /** Runs the page's commands up to the deploy. */
  run(engine: Engine, container: string): Promise<void>;
}

/** The text of docs/upgrading.md in one line. */
export function upgradingPage(): string {
  return readFileSync(PAGE, "utf8").replace(/\s+/g, " ");
}

/** What docs/upgrading.md says about a Terraform that was killed while it waited for the agent. */
export function documentedRepair(): Repair {
  const page = readFileSync(PAGE, "utf8");
  const section = page.slice(page.indexOf("**Terraform was killed while it waited**"));
  const blocks = [...section.matchAll(/```\w*\n(.*?)```/gs)].map(([, block]) => block ?? "");
  const error = blocks[0]?.split("…")[0]?.trim() ?? "";
  const [repair, deploy] = blocks[1]?.trim().split("\n") ?? [];
  if (repair === undefined || deploy !== "npx cdktf deploy '*'") {
    throw new Error(`${PAGE} has no repair that ends in a deploy.`);
  }
  return {
    symptom: (container) => error.replace(DOCUMENTED, container),
    run: async (engine, container) => {
      const commands = repair.replaceAll(new RegExp(`\\b${DOCUMENTED}\\b`, "g"), container);
      await must("sh", ["-c", commands], { env: engine.environment });
    },
  };
}
