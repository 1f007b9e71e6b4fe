import { type AllowList, allowListsOf, platformsInUse } from "../agent/settings/messaging";
import { hasWildcard } from "../hermes/protections";
import { showValue } from "../support/errors";
import { isUnresolved } from "../support/tokens";
import { rulesFor, type Violation } from "./rule";
import type { AgentSubject } from "./subject";

export const MESSAGING_RULES = rulesFor<AgentSubject>()({
  "messaging-open-to-everyone": {
    severity: "error",
    refuses: 'a chat platform on which everyone may talk to the agent: `"everyone"`, or `*` in a list',
    because: "everyone who finds the bot can use an agent with a shell",
    seen: "run 0.17.0 to 0.19.0: the gateway was asked whom it lets in",
    check: ({ settings }) =>
      platformsInUse(settings.messaging)
        .flatMap(allowListsOf)
        .filter((list) => list.users === "everyone" || idsOf(list).some(hasWildcard))
        .map(({ prop, users, setting }) => ({
          prop,
          value: showValue(users),
          allowed: `a list, each item ${setting.item}`,
          fix: "list the users, or acknowledge the rule with your reason",
        })),
  },
  "messaging-id-malformed": {
    severity: "error",
    refuses:
      "an item in a list of users, roles or groups that is no such id, such as a handle on Slack or Telegram",
    because: "Hermes compares ids as they are written, so the item lets nobody in",
    seen: "run 0.18.2 and 0.19.0: the gateway was asked whom it lets in",
    check: ({ settings }) =>
      platformsInUse(settings.messaging)
        .flatMap(allowListsOf)
        .flatMap((list) =>
          idsOf(list)
            .filter((id) => !hasWildcard(id) && !list.setting.id.test(id.trim()))
            .map((id) => malformed(list, id)),
        ),
  },
  "messaging-nobody-allowed": {
    severity: "error",
    refuses: "a chat platform with nobody on any list",
    because: "the agent ignores every message, except from users who are paired already",
    seen: "run 0.19.0; gateway/authz_mixin.py: with a list, strangers are offered no code",
    check: ({ settings }) =>
      platformsInUse(settings.messaging)
        .map(allowListsOf)
        .filter((lists) => lists.every(({ users }) => users.length === 0))
        .flatMap(([list]) =>
          list === undefined ? [] : [{ prop: list.prop, value: "[]", fix: "list at least one user" }],
        ),
  },
});

/** The ids that are known here. */
function idsOf({ users }: AllowList): readonly string[] {
  return users === "everyone" || isUnresolved(users) ? [] : users.filter((id) => !isUnresolved(id));
}

function malformed({ prop, setting }: AllowList, id: string): Violation {
  const everyone = id.trim().toLowerCase() === "everyone" && setting.everyone !== undefined;
  return {
    prop,
    value: showValue(id),
    allowed: setting.item,
    fix: everyone
      ? 'name the users; "everyone" replaces a list, and is no item of one'
      : `write ${setting.item}, one in each item`,
  };
}
