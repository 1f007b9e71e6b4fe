/** What is true of the place where an agent's commands run. */
import { type Finding, look, row } from "./condition";
import { TERMINAL_FAILURES, type TerminalFailureId, terminalFailureIn } from "./terminal-failures";
import type { TerminalBackendName } from "./terminal-settings";

/** Why nothing asks the backend. `local` is the container itself, of which there is nothing to ask. */
const NOT_ASKED = {
  modal: "Modal has no call that shows its login and makes nothing",
  daytona: "Daytona has no call that shows its key and makes nothing, which this library knows",
  singularity: "only a sandbox shows whether the container may make one",
} as const satisfies Partial<Record<TerminalBackendName, string>>;

export const TERMINAL_CONDITIONS = {
  terminal: row<TerminalFailureId>({
    title: "terminal",
    shows:
      "The machine where commands run takes the agent's key, and its engine answers, asked from inside the container as the agent's user. No command of the agent runs there.",
    bad: TERMINAL_FAILURES,
    find({ terminal }, { terminal: backend }): readonly Finding<TerminalFailureId>[] {
      if (backend === undefined || backend === "local") return [];
      if (backend !== "ssh" && backend !== "docker") return [{ of: backend, unseen: NOT_ASKED[backend] }];
      return look<NonNullable<typeof terminal>, TerminalFailureId>(terminal, (seen) => {
        if ("unseen" in seen) return seen;
        if (!seen.reached) return { bad: terminalFailureIn(seen.said ?? ""), seen: seen.said ?? "no text" };
        return { good: backend === "ssh" ? "the machine takes the agent's key" : "the engine answers" };
      }).map((finding) => ({ of: backend, ...finding }));
    },
  }),
} as const;
