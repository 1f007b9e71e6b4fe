import { type BootFile, bootFromVariable, bootScript, LONGEST_FILES_BYTES } from "../../boot/boot-script";
import type { ContainerSpec } from "../../container-spec";
import { MANAGED_CONFIG_FILE, MANAGED_ENV_FILE } from "../../hermes/container-contract";
import { gatewayRunsTest } from "../../hermes/health-check";
import { hasFeature } from "../../hermes/releases";
import { fitsEnvLine } from "../../hermes/secret-checks";
import type { AgentSubject } from "../../rules/subject";
import { holdsToken, isUnresolved } from "../../support/tokens";
import { literalConfigFile, literalEnvFile } from "../managed-files";

/**
 * The parts of Hermes' managed files that are not secret and are known at synthesis. CapRover puts no file into a
 * container, so the boot writes them, in every image.
 */
export function managedFiles({ managedScope, pinned, config, files }: ContainerSpec): readonly BootFile[] {
  if (!managedScope) return [];
  return [
    { path: MANAGED_ENV_FILE, content: literalEnvFile(pinned) },
    { path: MANAGED_CONFIG_FILE, content: config && !holdsToken(config) ? literalConfigFile(config) : "" },
    ...files,
  ].filter(({ content }) => content !== "");
}

/** Bytes of the managed files. */
export function managedBytes(spec: ContainerSpec): number {
  return managedFiles(spec).reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
}

/** CapRover reads at most 2 MB, in which files take a third more than their length. */
const LONGEST_BUILT_BYTES = 2 ** 20;

/** How many bytes of managed files the agent can have on CapRover. */
export function longestManagedBytes({ image }: ContainerSpec): number {
  return image.delivery?.deploy === "terraform" ? LONGEST_BUILT_BYTES : LONGEST_FILES_BYTES;
}

/**
 * Whether CapRover builds the managed files into the agent's own image, because they are too long for the variable of
 * the boot. It is no way for all agents: since 1.15, CapRover's builder pulls no private image. BuildKit ignores the
 * accounts that CapRover hands it (run: engine 20.10.24, called as CapRover does; moby/buildkit#2058).
 */
export function buildsFiles(spec: ContainerSpec): boolean {
  return managedBytes(spec) > LONGEST_FILES_BYTES && longestManagedBytes(spec) > LONGEST_FILES_BYTES;
}

/** Variables that props decide over the head of the volume, and of which the boot can't bring the value. */
export function unpinned({ pins }: AgentSubject, { managedScope, pinned }: ContainerSpec): readonly string[] {
  if (!managedScope) return [];
  return pins.variables.filter((name) => {
    const value = pinned[name] ?? "";
    return isUnresolved(value) || !fitsEnvLine(value);
  });
}

/**
 * The variables with which the agent boots.
 *
 * @param hasAddress without an address only the log can show that the gateway runs, so the boot reports it there
 */
export function bootEnvironment(spec: ContainerSpec, hasAddress: boolean): Readonly<Record<string, string>> {
  const { release } = spec.image;
  if (!hasFeature(release, "supervision")) return {};
  return bootFromVariable(
    bootScript({
      files: buildsFiles(spec) ? [] : managedFiles(spec),
      terminalKey: spec.terminalKey,
      announceWhen: hasAddress ? undefined : gatewayRunsTest(release),
    }),
  );
}
