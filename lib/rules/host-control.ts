/** What the rules of agents and of servers say alike about a mount of what decides over the host. */
import { enginePathIn } from "../support/engine-access";
import { showValue } from "../support/errors";
import { hostControlAt, isDevice } from "../support/host-control";
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

/** @param fix where a device is given instead */
export function mountOfDevice(prop: string, hostPath: string | undefined, fix: string): readonly Violation[] {
  if (hostPath === undefined || isUnresolved(hostPath)) return [];
  return when(isDevice(normalHostPath(hostPath)), () => ({ prop, value: showValue(hostPath), fix }));
}

/** How the two rules were seen. */
export const DEVICE_SEEN =
  "run on an engine of 20.10: `Operation not permitted` for a mounted /dev/fuse, which opens as a device";
