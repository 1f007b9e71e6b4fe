/** Every rule about an agent holds for its profiles, as the table of cases shows: also a rule that is added later. */
import { HermesConfigError } from "../../lib";
import { isProfileProp } from "../../lib/agent/settings/profile-props";
import { AGENT_RULES } from "../../lib/rules";
import { APP_RULES, RULES, type RuleId } from "../../lib/targets";
import { type AgentProps, agent, newStack, warningsOf } from "../agents";
import { CASES, type Props } from "./cases";

const root = (prop: string) => prop.replace(/[.[].*$/s, "");

const NOT_OF_PROFILES = [
  // The dashboard is the container's, and runs in the default profile.
  "dashboard-",
  // Without the managed scope there are no profiles.
  "managed-scope-",
  "secret-in-environment",
  // profile-port-taken refuses it, with another fix.
  "api-server-on-dashboard-port",
  // Their cases give the target an app of the agent's own. messaging.test.ts has them in a profile.
  "messaging-url-elsewhere",
  "messaging-url-unnamed",
];

/** Rules of which the case breaks a prop that a profile has too. */
const IDS = Object.keys(AGENT_RULES)
  .filter((id): id is RuleId => id in RULES)
  .filter((id) => CASES[id].props !== undefined && isProfileProp(root(CASES[id].prop)))
  .filter((id) => !NOT_OF_PROFILES.some((start) => id.startsWith(start)));

/** The program of a case, with what a profile can have in a profile. */
function inProfile(props: Props): (stack: ReturnType<typeof newStack>) => AgentProps {
  return (stack) => {
    const given = Object.entries(typeof props === "function" ? props(stack) : props);
    const own = given.filter(([name]) => isProfileProp(name));
    const agents = given.filter(([name]) => !isProfileProp(name));
    return {
      ...Object.fromEntries(agents),
      profiles: { work: Object.fromEntries(own) },
      multiplexProfiles: false,
    };
  };
}

function problems(props: Props, id: RuleId): readonly string[] {
  const stack = newStack();
  const others = Object.fromEntries(
    Object.keys(APP_RULES)
      .filter((other) => other !== id)
      .map((other) => [other, "this case is about another rule"]),
  );
  const build = () => agent(stack, { ...inProfile(props)(stack), acknowledge: others });
  if (RULES[id].severity === "warning")
    return warningsOf(build())
      .filter((warning) => warning.includes(`[rule ${id}`))
      .map((warning) => warning.replace(/[:= ].*$/s, ""));
  const refused = refusalOrNothing(build);
  return (refused?.problems ?? []).filter(({ rule }) => rule === id).map(({ prop }) => prop);
}

function refusalOrNothing(build: () => unknown): HermesConfigError | undefined {
  try {
    build();
    return undefined;
  } catch (error) {
    if (error instanceof HermesConfigError) return error;
    throw error;
  }
}

test("the table has cases of props that a profile has", () => {
  expect(IDS.length).toBeGreaterThan(20);
});

test.each(IDS)("rule %s refuses its case in a profile, and names the profile", (id) => {
  const { props, prop } = CASES[id];
  expect(problems(props?.refused ?? {}, id)).toContain(`profiles.work.${prop}`);
});

// Its case asks the target for the agent's own API server.
const ACCEPTED = IDS.filter((id) => id !== "api-server-unreachable");

test.each(ACCEPTED)("rule %s accepts the corrected case in a profile", (id) => {
  expect(problems(CASES[id].props?.accepted ?? {}, id)).toEqual([]);
});
