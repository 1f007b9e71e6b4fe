import type * as z from "zod";
import { DATA_PATH } from "../../hermes/container-contract";
import { TERMINAL_BACKENDS } from "../../hermes/terminal";
import { enginePathIn } from "../../support/engine-access";
import { isAbove, normalHostPath } from "../../support/host-path";
import { ABSOLUTE_PATH } from "../../support/paths";
import { isUnresolved } from "../../support/tokens";
import { anyText, flag, literalText, optional, propsSchema, text } from "../../support/validation";
import { volumeName } from "../../support/volume-name";
import type { AgentSettings, HostPathWorkspace, VolumeWorkspace, WorkspaceProps } from "./agent-settings";
import type { HostPathMount, MountProps, VolumeMount } from "./mount-props";
import { terminalBackendOf } from "./terminal";
import { directoriesOfTerminal } from "./terminal-values";

/** Where a mount comes from: a directory of the host, or a volume. */
function mountSourceShapes() {
  return {
    hostPath: optional(anyText("a path on the engine's host")),
    volume: optional(volumeName()),
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

/** The shape of a place of work. Its target becomes a setting of Hermes, which has to be known at synthesis. */
export function workspaceShape(): z.ZodType {
  return propsSchema<Record<keyof HostPathWorkspace | keyof VolumeWorkspace, unknown>>({
    ...mountSourceShapes(),
    target: optional(literalText(ABSOLUTE_PATH, "an absolute path in the container")),
  }).refine(hasOneSource, "one of hostPath and volume");
}

function hasOneSource({ hostPath, volume }: { hostPath?: unknown; volume?: unknown }): boolean {
  return (hostPath === undefined) !== (volume === undefined);
}

/** A mount with the prop that asks for it. */
export interface GivenMount {
  readonly prop: string;
  readonly mount: MountProps;
}

/** Everything that the agent mounts beside its data: `mounts`, and its places of work. */
export function givenMounts(settings: AgentSettings): readonly GivenMount[] {
  const mounts = (settings.mounts ?? []).map((mount, i) => ({ prop: `mounts[${i}]`, mount }));
  return [...mounts, ...workspacesOf(settings)];
}

/** The places of work as mounts. */
export function workspacesOf({ workspace }: AgentSettings): readonly GivenMount[] {
  if (workspace === undefined) return [];
  const one = "volume" in workspace || "hostPath" in workspace;
  const all: readonly WorkspaceProps[] = one ? [workspace] : workspace;
  return all.map(({ target = WORKSPACE_PATH, ...source }, i) => ({
    prop: one ? "workspace" : `workspace[${i}]`,
    mount: { ...source, target },
  }));
}

const WORKSPACE_PATH = "/workspace";

/**
 * The directory in which commands start; undefined where the program does not say it, or they run elsewhere. `cwd` of
 * `terminal` is said there.
 */
export function workingDirectoryOf(settings: AgentSettings): string | undefined {
  const backend = terminalBackendOf(settings)?.name ?? "local";
  if (settings.terminal?.cwd !== undefined) return undefined;
  return backend === "local" ? workspacesOf(settings)[0]?.mount.target : undefined;
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
export function engineMounts(settings: AgentSettings): readonly EngineMount[] {
  return givenMounts(settings).flatMap(({ prop, mount: { hostPath } }) => {
    if (hostPath === undefined || isUnresolved(hostPath)) return [];
    const enginePath = enginePathIn(normalHostPath(hostPath));
    return enginePath === undefined ? [] : [{ prop: `${prop}.hostPath`, hostPath, enginePath }];
  });
}

/** Directories outside the data that the agent is meant to write to, here or where its commands run. */
export function writableDirectories(settings: AgentSettings): readonly string[] {
  const backend = terminalBackendOf(settings)?.name ?? "local";
  const named = settings.terminal === undefined ? [] : directoriesOfTerminal(settings.terminal);
  const mounted = givenMounts(settings)
    .map(({ mount }) => mount)
    .filter(isWritable)
    .map(({ target }) => (isUnresolved(target) ? target : normalHostPath(target)))
    .filter((target) => target !== DATA_PATH && !isAbove(DATA_PATH, target));
  return [...mounted, ...(TERMINAL_BACKENDS[backend]?.directories ?? []), ...named];
}
