import { posix } from "node:path";
import { DATA_PATH } from "../../hermes/container-contract";
import { TERMINAL_BACKENDS } from "../../hermes/terminal";
import { isUnresolved } from "../../support/tokens";
import type { AgentSettings, MountProps } from "./agent-settings";
import { terminalBackendOf } from "./terminal";

/** Without `.`, `..`, doubled slashes and a slash at the end. */
export function normalTarget(target: string): string {
  return posix.normalize(target).replace(/(.)\/$/, "$1");
}

/** Whether the agent is meant to write there. */
export function isWritable({ readOnly, hostPath }: MountProps): boolean {
  return readOnly !== true && !isEngineSocket(hostPath);
}

export function isEngineSocket(hostPath: string | undefined): hostPath is string {
  return hostPath !== undefined && /(?:^|\/)(?:docker|containerd|podman)\.sock$/.test(hostPath);
}

/** Directories outside the data that the agent is meant to write to, here or where its commands run. */
export function writableDirectories(settings: AgentSettings): readonly string[] {
  const backend = terminalBackendOf(settings)?.name ?? "local";
  const mounted = (settings.mounts ?? [])
    .filter(isWritable)
    .map(({ target }) => (isUnresolved(target) ? target : normalTarget(target)))
    .filter((target) => target !== DATA_PATH && !target.startsWith(`${DATA_PATH}/`));
  return [...mounted, ...(TERMINAL_BACKENDS[backend]?.directories ?? [])];
}
