import { allowListsOf, platformsInUse } from "../agent/settings/messaging";
import { showValue } from "../support/errors";
import { rulesFor } from "./rule";
import type { AgentSubject } from "./subject";

export const MESSAGING_RULES = rulesFor<AgentSubject>()({
  "messaging-open-to-everyone": {
    severity: "error",
    refuses: "a chat platform on which everyone may talk to the agent",
    because: "everyone who finds the bot can use an agent with a shell",
    check: ({ settings }) =>
      platformsInUse(settings.messaging)
        .flatMap(allowListsOf)
        .filter(({ users }) => users === "everyone")
        .map(({ prop, users }) => ({
          prop,
          value: showValue(users),
          allowed: "a list of user ids",
          fix: "list the users, or acknowledge the rule with your reason",
        })),
  },
  "messaging-nobody-allowed": {
    severity: "error",
    refuses: "a chat platform with an empty list of users",
    because: "the agent denies every message",
    check: ({ settings }) =>
      platformsInUse(settings.messaging)
        .map(allowListsOf)
        .filter((lists) => lists.every(({ users }) => users.length === 0))
        .flatMap(([list]) =>
          list === undefined ? [] : [{ prop: list.prop, value: "[]", fix: "list at least one user" }],
        ),
  },
});
