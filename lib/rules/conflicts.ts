import { rulesFor, type Violation } from "./rule";

/** Something that only one agent of an engine can have, and that another agent already has. */
export interface Conflict {
  readonly what: "data" | "data-mount" | "name" | "port" | "bot-token" | "network";
  readonly prop: string;
  /** The value as it may be shown. */
  readonly value: string | undefined;
  /** Construct path of the agent that has it. */
  readonly holder: string;
  /** What is wrong, as a clause. @default - that the holder has it already */
  readonly problem?: string;
}

/** Conflicts between two agents of the program, whatever their targets. */
export const CONFLICT_RULES = rulesFor<readonly Conflict[]>()({
  "duplicate-data": {
    severity: "error",
    refuses:
      "two agents on one volume or host path of an engine, or on two host paths of which one contains the other",
    because:
      "two gateways on one data directory both report healthy and corrupt it, and nothing else prevents that",
    seen: "run 0.19.0: two supervised gateways on one volume, both healthy",
    references: ["#34457", "#34480", "#49196"],
    check: conflict(
      "data",
      "give each agent a volume of its own; declare each stack's DockerProvider before its agents if the engines differ",
    ),
  },
  "duplicate-data-mount": {
    severity: "error",
    refuses:
      "a mount of another agent's data, of a directory above it or inside it, also read-only; and a second mount of the agent's own data",
    because:
      "an agent that sees the data of another one can read its logins and keys, and nothing guards what is written through a second path",
    seen: "0.19.0: `.env` and auth.json lie on the volume, readable by the runtime user",
    check: conflict(
      "data-mount",
      "mount only what both agents need, from a directory or a volume that no agent has as its data",
    ),
  },
  "duplicate-name": {
    severity: "error",
    refuses: "two containers or apps with the same name on an engine",
    because: "the apply of the second one fails with a name conflict",
    seen: "run: the engine answers 409",
    final: true,
    check: conflict("name", "give each its own name"),
  },
  "duplicate-port": {
    severity: "error",
    refuses: "the same port of a host for two agents, or for both services of one agent",
    because: "the container is created but cannot start",
    seen: "run: the engine answers `port is already allocated`",
    final: true,
    check: conflict("port", "give one of them another port in `publish`"),
  },
  "duplicate-bot-token": {
    severity: "error",
    refuses: "the same bot token or account of a bot in two agents or profiles, whichever prop has it",
    because:
      "Telegram lets only one of them connect (409); on the other platforms both do, and share the messages or answer twice",
    seen: "run 0.19.0: Telegram's 409; Slack's and Discord's documentation; read 0.19.0: the locks of Slack's app token, Signal's account, and the app ids of QQ, Yuanbao and Feishu",
    references: ["#47111"],
    check: conflict("bot-token", "create a bot for each of them"),
  },
  "duplicate-network": {
    severity: "error",
    refuses: "two agents of an engine that both `create` the same network",
    because:
      "the engine rejects the second network, or creates two with one name, and then no container can join by that name",
    seen: "run: the engine, and docker_network of 3.6.2 and 4.5.0",
    final: true,
    check: conflict(
      "network",
      "create it once, with the Docker provider's Network in an earlier stack, and name it here without `create`",
    ),
  },
});

function conflict(what: Conflict["what"], fix: string) {
  return (conflicts: readonly Conflict[]): readonly Violation[] =>
    conflicts
      .filter((found) => found.what === what)
      .map(({ prop, value, holder, problem = `${holder} has it already` }) => ({
        prop,
        value,
        problem,
        fix,
      }));
}
