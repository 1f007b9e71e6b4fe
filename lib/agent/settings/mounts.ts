import type { z } from "zod";
import { DATA_PATH } from "../../hermes/container-contract";
import { TERMINAL_BACKENDS } from "../../hermes/terminal";
import { enginePathIn } from "../../support/engine-access";
import { isAbove, normalHostPath } from "../../support/host-path";
import { ABSOLUTE_PATH } from "../../support/paths";
import { isUnresolved } from "../../support/tokens";
import { anyText, flag, optional, propsSchema, text } from "../../support/validation";
import type { AgentSettings, HostPathMount, MountProps, VolumeMount } from "./agent-settings";
import { terminalBackendOf } from "./terminal";

/** Where a mount comes from: a directory of the host, or a volume. */
export function mountSourceShapes() {
  return {
    hostPath: optional(anyText("a path on the engine's host")),
    volume: optional(text(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/, "a volume name")),
  };
}

/** The shape of a mount. */
export function mountShape(): z.ZodType {
  return propsSchema<Record<keyof HostPathMount | keyof VolumeMount, unknown>>({
    ...mountSourceShapes(),
    target: text(ABSOLUTE_PATH, "an absolute path in the container"),
    readOnly: optional(flag()),
  }).refine(hasOneSource, "one of hostPath and volume");
}

export function hasOneSource({ hostPath, volume }: { hostPath?: unknown; volume?: unknown }): boolean {
  return (hostPath === undefined) !== (volume === undefined);
}

/** Whether the agent is meant to write there. */
export function isWritable({ readOnly, hostPath }: MountProps): boolean {
  return readOnly !== true && !isEngineSocket(hostPath);
}

function isEngineSocket(hostPath: string | undefined): boolean {
  if (hostPath === undefined || isUnresolved(hostPath)) return false;
  const path = normalHostPath(hostPath);
  return enginePathIn(path) === path;
}

export interface EngineMount {
  readonly prop: string;
  readonly hostPath: string;
  /** What of an engine can be reached through the mount. */
  readonly enginePath: string;
}

/** Mounts through which an engine of the host can be reached. */
export function engineMounts({ mounts }: AgentSettings): readonly EngineMount[] {
  return (mounts ?? []).flatMap(({ hostPath }, i) => {
    if (hostPath === undefined || isUnresolved(hostPath)) return [];
    const enginePath = enginePathIn(normalHostPath(hostPath));
    return enginePath === undefined ? [] : [{ prop: `mounts[${i}].hostPath`, hostPath, enginePath }];
  });
}

/** Directories outside the data that the agent is meant to write to, here or where its commands run. */
export function writableDirectories(settings: AgentSettings): readonly string[] {
  const backend = terminalBackendOf(settings)?.name ?? "local";
  const mounted = (settings.mounts ?? [])
    .filter(isWritable)
    .map(({ target }) => (isUnresolved(target) ? target : normalHostPath(target)))
    .filter((target) => target !== DATA_PATH && !isAbove(DATA_PATH, target));
  return [...mounted, ...(TERMINAL_BACKENDS[backend]?.directories ?? [])];
}
