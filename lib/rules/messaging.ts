import { PLATFORMS } from "../hermes/messaging";
import { showValue } from "../support/errors";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

export const MESSAGING_RULES = rulesFor<AgentSubject>()({
  "messaging-open-to-everyone": {
    severity: "error",
    refuses: "a chat platform on which everyone may talk to the agent",
    because: "whoever finds the bot has an agent with a shell",
    check: ({ settings: { messaging } }) =>
      PLATFORMS.flatMap((platform) =>
        when(messaging?.[platform]?.allowedUsers === "everyone", () => ({
          prop: `messaging.${platform}.allowedUsers`,
          value: showValue("everyone"),
          allowed: "a list of user ids",
          fix: "list the users, or acknowledge the rule with your reason",
        })),
      ),
  },
  "messaging-nobody-allowed": {
    severity: "error",
    refuses: "a chat platform with an empty list of users",
    because: "the agent denies every message",
    check: ({ settings: { messaging } }) =>
      PLATFORMS.flatMap((platform) =>
        when(messaging?.[platform]?.allowedUsers.length === 0, () => ({
          prop: `messaging.${platform}.allowedUsers`,
          value: "[]",
          fix: "list at least one user",
        })),
      ),
  },
});
