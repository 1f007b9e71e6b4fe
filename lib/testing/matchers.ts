import {
  type Check,
  destroysNothing,
  hasNoLiteralSecret,
  keepsHermesData,
  mountsHermesData,
  replacesNothing,
  runsGatewayMode,
  setsHermesHome,
} from "./checks";
import "./jest-types";
import { documentOf } from "./synthesized";

/**
 * The matchers, for `expect.extend(hermesMatchers)` in a set-up file or at the top of a test. They take a
 * `TerraformStack`, its synthesized JSON or the parsed object. The three about plans take the JSON of a plan.
 */
export const hermesMatchers = {
  toMountHermesData: matcher(mountsHermesData, "every Hermes agent mounts /opt/data from a named source"),
  toSetHermesHome: matcher(setsHermesHome, "every Hermes agent has HOME=/opt/data/home"),
  toRunGatewayMode: matcher(
    runsGatewayMode,
    "every Hermes agent runs `gateway run` under the image's entrypoint",
  ),
  toHaveNoLiteralSecret: matcher(hasNoLiteralSecret, "no secret is in clear text"),
  toDestroyNothing: matcher(destroysNothing, "the plan destroys nothing"),
  toReplaceNothing: matcher(replacesNothing, "the plan replaces nothing"),
  toKeepHermesData: matcher(keepsHermesData, "the plan leaves every Hermes agent its data"),
};

/** What a matcher answers to jest. */
export interface MatcherResult {
  /** Whether the statement holds. */
  readonly pass: boolean;
  /** What jest prints when the assertion fails. */
  readonly message: () => string;
}

function matcher(check: Check, statement: string): (received: unknown) => MatcherResult {
  return (received) => {
    const problems = check(documentOf(received));
    if (problems.length === 0) return { pass: true, message: () => `expected not: ${statement}` };
    return { pass: false, message: () => [`expected: ${statement}`, ...problems].join("\n  ") };
  };
}
