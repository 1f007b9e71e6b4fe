/** What to do next, for a terminal: words wrap, and commands and addresses stay in one piece. */
import { TYPED } from "../hermes/commands";
import type { NextOfAgent, NextStep, Where } from "./next";
import { hanging, oneLine } from "./text";

const HEADINGS: Readonly<Record<Where, string>> = {
  browser: "Open in a browser:",
  here: `Type ${TYPED.here}:`,
  node: `Type ${TYPED.node}:`,
};

const ORDER = ["browser", "node", "here"] as const satisfies readonly Where[];

export function nextAsText(agents: readonly NextOfAgent[]): string {
  return agents.map(agentAsText).join("\n\n");
}

function agentAsText({ agent, steps, missing }: NextOfAgent): string {
  const sections = ORDER.flatMap((where) => {
    const here = steps.filter((step) => step.where === where);
    return here.length === 0 ? [] : ["", HEADINGS[where], ...here.flatMap(stepAsText)];
  });
  return [
    `Agent ${oneLine(agent)}`,
    ...sections,
    ...(missing.length === 0 ? [] : ["", "Not known:", ...missing.map((text) => hanging("  - ", text))]),
  ].join("\n");
}

function stepAsText({ what, command, address }: NextStep): readonly string[] {
  const paste = command ?? address;
  return [hanging("  - ", what), ...(paste === undefined ? [] : [`      ${oneLine(paste)}`])];
}
