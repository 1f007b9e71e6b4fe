import { DATA_PATH } from "../../hermes/container-contract";
import { TERMINAL_BACKENDS } from "../../hermes/terminal";
import { normalHostPath } from "../../support/host-path";
import { isUnresolved } from "../../support/tokens";
import type { AgentSettings, MountProps } from "./agent-settings";
import { terminalBackendOf } from "./terminal";

/** Whether the agent is meant to write files there, which a socket is not for. */
export function isWritable({ readOnly, hostPath }: MountProps): boolean {
  return readOnly !== true && hostPath?.endsWith(".sock") !== true;
}

/** Directories outside the data that the agent is meant to write to, here or where its commands run. */
export function writableDirectories(settings: AgentSettings): readonly string[] {
  const backend = terminalBackendOf(settings)?.name ?? "local";
  const mounted = (settings.mounts ?? [])
    .filter(isWritable)
    .map(({ target }) => (isUnresolved(target) ? target : normalHostPath(target)))
    .filter((target) => target !== DATA_PATH && !target.startsWith(`${DATA_PATH}/`));
  return [...mounted, ...(TERMINAL_BACKENDS[backend]?.directories ?? [])];
}
