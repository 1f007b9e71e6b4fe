/** What the rules of agents and of servers say alike about a mount of what decides over the host. */
import { enginePathIn } from "../support/engine-access";
import { showValue } from "../support/errors";
import { hostControlAt } from "../support/host-control";
import { normalHostPath } from "../support/host-path";
import { isUnresolved } from "../support/tokens";
import { type Violation, when } from "./rule";

/** For the sentence of each rule. */
export const HOST_CONTROL =
  "what decides over the host or has its keys: /etc, /proc, /sys, /boot, /dev, /root, /home as a whole, programs of /usr and the like; of most of them a part is allowed with `readOnly`";

/** What is wrong with it; nothing if it leads to an engine, which a rule of its own says. */
export function mountOfHostControl(
  prop: string,
  hostPath: string | undefined,
  readOnly = false,
): readonly Violation[] {
  if (hostPath === undefined || isUnresolved(hostPath)) return [];
  const path = normalHostPath(hostPath);
  if (enginePathIn(path) !== undefined) return [];
  const found = hostControlAt(path, readOnly);
  const mayBeRead = !readOnly && hostControlAt(path, true) === undefined;
  return when(found !== undefined, () => ({
    prop,
    value: showValue(hostPath),
    ...(found !== path && { problem: `${found} is reached through it` }),
    fix: `${mayBeRead ? "write `readOnly: true`; or " : ""}mount only a directory of the agent's own, or acknowledge the rule with your reason`,
  }));
}
