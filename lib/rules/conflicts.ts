import { rulesFor, type Violation } from "./rule";

/** Something that only one agent of an engine can have, and that another one has. */
export interface Conflict {
  readonly what: "data" | "name" | "port" | "bot-token" | "network";
  readonly prop: string;
  /** As it may be shown. */
  readonly value: string | undefined;
  /** Construct path of the agent that has it. */
  readonly holder: string;
}

/** What shows only in the whole program, whatever the targets: what two agents both want to have. */
export const CONFLICT_RULES = rulesFor<readonly Conflict[]>()({
  "duplicate-data": {
    severity: "error",
    refuses: "two agents on one volume or host path of an engine, or one inside the other's",
    because:
      "two gateways on one data directory both report healthy and corrupt it; nothing else stands between them",
    references: ["#34457", "#34480", "#49196"],
    check: conflict(
      "data",
      "give each agent a volume of its own; declare each stack's DockerProvider before its agents if the engines differ",
    ),
  },
  "duplicate-name": {
    severity: "error",
    refuses: "two containers or apps of one name on an engine",
    because: "the second one's apply ends in a name conflict",
    final: true,
    check: conflict("name", "give each its own name"),
  },
  "duplicate-port": {
    severity: "error",
    refuses: "one port of a host for two agents, or for both services of one",
    because: "the container is created and cannot start",
    final: true,
    check: conflict("port", "give one of them another port in `publish`"),
  },
  "duplicate-bot-token": {
    severity: "error",
    refuses: "one bot token in two agents of a stack",
    because: "the platform lets one connection in: Telegram answers 409, Discord `already in use`",
    references: ["#47111"],
    check: conflict("bot-token", "make a bot for each agent"),
  },
  "duplicate-network": {
    severity: "error",
    refuses: "one network that two agents of an engine `create`",
    because:
      "the engine refuses the second, or makes two of one name, and no container can join either by it",
    final: true,
    check: conflict(
      "network",
      "make it once, by the Docker provider's Network in an earlier stack, and name it here without `create`",
    ),
  },
});

function conflict(what: Conflict["what"], fix: string) {
  return (conflicts: readonly Conflict[]): readonly Violation[] =>
    conflicts
      .filter((found) => found.what === what)
      .map(({ prop, value, holder }) => ({ prop, value, problem: `${holder} has it already`, fix }));
}
