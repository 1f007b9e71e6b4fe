import { posix } from "node:path";
import type { AgentSettings } from "../agent/settings/agent-settings";
import type { MountProps } from "../agent/settings/mount-props";
import { engineMounts, givenMounts, isWritable, writableDirectories } from "../agent/settings/mounts";
import { type DerivedMount, terminalMounts } from "../agent/settings/terminal-values";
import { BOOT_SCRIPT_PATH } from "../boot/boot-script";
import { DATA_PATH, INSTALL_PATH, MANAGED_PATH } from "../hermes/container-contract";
import { firstReleaseWith, hasFeature } from "../hermes/releases";
import { realPath, systemPathAt } from "../hermes/system-paths";
import {
  isInWriteRoots,
  rootsIn,
  WRITE_ROOTS_SEPARATOR,
  WRITE_ROOTS_VARIABLE,
  writeRoots,
} from "../hermes/write-guard";
import { showValue } from "../support/errors";
import { isAbove } from "../support/host-path";
import { isNormalAbsolute, isShortForm } from "../support/paths";
import { isUnresolved } from "../support/tokens";
import { DEVICE_SEEN, HOST_CONTROL, mountOfDevice, mountOfHostControl } from "./host-control";
import { engineAddresses, engineOfTerminal } from "./own-engine";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject } from "./subject";

export const MOUNT_RULES = rulesFor<AgentSubject>()({
  "mount-over-data": {
    severity: "error",
    refuses: "a second mount at /opt/data, or one over a directory above it",
    because: "the agent would write to the wrong place and start empty",
    seen: "Linux: the later mount hides the earlier one",
    final: true,
    check: eachMount((target) => target === DATA_PATH || isAbove(target, DATA_PATH), {
      fix: "mount it elsewhere; the data volume is `data`",
    }),
  },
  "mount-inside-data": {
    severity: "error",
    refuses: "a mount below /opt/data",
    because:
      "part of the agent's state would be outside its volume, and a backup of the volume would miss it",
    seen: "Docker: a volume holds no other mount's files",
    check: eachMount((target) => isAbove(DATA_PATH, target), {
      fix: "mount it outside /opt/data, such as at /workspace, where the file tools can write too",
    }),
  },
  "mount-over-install-tree": {
    severity: "error",
    refuses: "a mount at, below or above /opt/hermes",
    because: "a volume there hides the code of the next release, and the container no longer starts",
    seen: "upstream's issue; the image has its code in /opt/hermes",
    references: ["#78193"],
    final: true,
    check: eachMount(
      (target) =>
        target === INSTALL_PATH ||
        isAbove(INSTALL_PATH, target) ||
        (isAbove(target, INSTALL_PATH) && !isAbove(target, DATA_PATH)),
      { fix: "mount it elsewhere; add what the image lacks with HermesImage.wrapper" },
    ),
  },
  "mount-over-managed-scope": {
    severity: "error",
    refuses: "a mount at, below or above /etc/hermes",
    because: "it hides this library's settings and, from v0.21.6 on, files of the image",
    seen: "upstream's Dockerfile of v0.21.6, read: files in /etc/hermes",
    check: eachMount(
      (target) =>
        target === MANAGED_PATH ||
        isAbove(MANAGED_PATH, target) ||
        (isAbove(target, MANAGED_PATH) && !isAbove(target, DATA_PATH)),
      { fix: "use `config` and `secrets`, or the Docker target's `secretsFile`" },
    ),
  },
  "mount-over-system": {
    severity: "error",
    refuses:
      "a mount at a path of the container's system, such as /usr, /init, /run, /proc or /dev/shm; files below most of them are allowed",
    because: "the container does not start, or starts without what the image has there",
    seen: "lib/hermes/system-paths.ts says it for each path",
    check: (agent) =>
      mountsOf(agent).flatMap(({ prop, target }) => {
        const system = systemPathAt(target) ?? bootScriptAt(target);
        if (system === undefined) return [];
        const { effect, fix = "mount it elsewhere, such as at /workspace" } = system;
        return [{ prop, value: showValue(target), problem: effect, fix }];
      }),
  },
  "mount-duplicate-target": {
    severity: "error",
    refuses: "two mounts at one path",
    because: "the engine rejects it at apply, when the running agent has already been stopped",
    seen: "run: the engine answers `Duplicate mount point`",
    final: true,
    check: (agent) => {
      const seen = new Set<string>();
      return mountsOf(agent).flatMap(({ prop, target }) => {
        const real = realPath(target);
        const twice = seen.has(real);
        seen.add(real);
        return twice ? [{ prop, value: showValue(target), fix: "keep one of them" }] : [];
      });
    },
  },
  "mount-path-relative": {
    severity: "error",
    refuses: "a mount whose path on the host or in the container is not absolute, or has `.` or `..` in it",
    because: "the engine rejects it at apply, when the running agent has already been stopped",
    seen: "run: the engine answers `invalid mount config`",
    final: true,
    check: ({ settings }) =>
      givenMounts(settings).flatMap(({ prop, mount: { hostPath, target } }) => [
        ...when(hostPath !== undefined && !isUnresolved(hostPath) && !isNormalAbsolute(hostPath), () => ({
          prop: `${prop}.hostPath`,
          value: showValue(hostPath),
          allowed: "an absolute path of the engine's host, such as /srv/projects",
          fix: "write the whole path",
        })),
        ...when(!isUnresolved(target) && !isNormalAbsolute(target), () => ({
          prop: `${prop}.target`,
          value: showValue(target),
          allowed: "an absolute path in the container, such as /workspace",
          fix: "write the path that it leads to",
        })),
      ]),
  },
  "mount-short-form": {
    severity: "error",
    refuses: "Docker's short form in one path of a mount, such as `/srv/x:/x` or `/x:ro`",
    because: "each path is taken as it is, with its colons",
    seen: "Docker's `mounts` have no short form",
    final: true,
    check: ({ settings }) =>
      givenMounts(settings).flatMap(({ prop, mount }) =>
        (["hostPath", "target"] as const).flatMap((part) =>
          when(isShortForm(mount[part] ?? ""), () => ({
            prop: `${prop}.${part}`,
            value: showValue(mount[part]),
            fix: "give `hostPath` or `volume`, `target` and `readOnly`, each by itself",
          })),
        ),
      ),
  },
  "mount-docker-socket": {
    severity: "error",
    refuses:
      "the engine of the agent's own host, also read-only or behind a proxy: by a mount of its socket or of a directory above it, by an address in DOCKER_HOST, or as `engine` of `terminal`",
    because: "the image joins the socket's group, and an agent with a shell is then root on the host",
    seen: "the image's docker/stage2-hook.sh of v2026.8.18, read",
    check: ({ settings }) => [
      ...engineMounts(settings).map(({ prop, hostPath, enginePath }) => ({
        prop,
        value: showValue(hostPath),
        problem: `${enginePath} can be reached through it`,
        fix: "mount only the directory that is needed, or acknowledge the rule: the agent is then root on the host",
      })),
      ...engineOfTerminal(settings),
      ...engineAddresses(settings),
    ],
  },
  "mount-host-control": {
    severity: "error",
    refuses: `in \`mounts\`, ${HOST_CONTROL}`,
    because: "whoever is root in the container is then root on the host, or reads what root alone may read",
    seen: "Linux: without user namespaces, root of a container is the host's root to the file system",
    check: ({ settings: { mounts = [] } }) =>
      mounts.flatMap(({ hostPath, readOnly }, i) =>
        mountOfHostControl(`mounts[${i}].hostPath`, hostPath, readOnly),
      ),
  },
  "mount-device": {
    severity: "error",
    refuses: "a device of the host as a mount, such as /dev/snd or /dev/ttyUSB0",
    because: "the engine lets a container open only what it is given as a device",
    seen: DEVICE_SEEN,
    check: ({ settings }) => [
      ...givenMounts(settings).flatMap(({ prop, mount: { hostPath } }) =>
        mountOfDevice(`${prop}.hostPath`, hostPath, DEVICE_FIX),
      ),
      ...(settings.terminal?.backend === "docker" ? (settings.terminal.volumes ?? []) : []).flatMap(
        ({ hostPath }, i) =>
          mountOfDevice(
            `terminal.volumes[${i}].hostPath`,
            hostPath,
            `write extraArgs: [${showValue(`--device=${hostPath}`)}] in its place`,
          ),
      ),
    ],
  },
  "mount-write-guarded": {
    severity: "warning",
    refuses: `a writable mount that ${WRITE_ROOTS_VARIABLE} does not name`,
    because: "Hermes' file tools refuse to write there, though its shell can",
    seen: "run 0.17.0 and 0.19.0: agent/file_safety.py was asked; the image sets /opt/data",
    references: ["#49535"],
    check: ({ settings, release }) => {
      if (!hasFeature(release, "managedScope")) return [];
      const own = settings.env?.[WRITE_ROOTS_VARIABLE];
      if (own !== undefined && isUnresolved(own)) return [];
      const derived = writeRoots(writableDirectories(settings), release) ?? [DATA_PATH];
      // Without a directory in it the guard lets every path pass.
      const roots = own === undefined ? derived : rootsIn(own, release);
      const one = !hasFeature(release, "severalWriteRoots");
      return known(ownMounts(settings))
        .filter(
          ({ mount, target }) => isWritable(mount) && roots.length > 0 && !isInWriteRoots(target, roots),
        )
        .map(({ prop, target }) => ({
          prop,
          value: showValue(target),
          ...(one && { problem: `${release.tag} takes one directory only` }),
          fix: guardFix(own, target, one),
        }));
    },
  },
});

const DEVICE_FIX =
  "give it in `devices` of HermesTarget.docker, and remove the mount; CapRover gives an app no devices";

function guardFix(own: string | undefined, target: string, one: boolean): string {
  if (one) return `use ${firstReleaseWith("severalWriteRoots")} or later, or set \`readOnly\``;
  if (own !== undefined) return `add ${target} to env.${WRITE_ROOTS_VARIABLE}, or leave the variable out`;
  return `mount it at a path without "${WRITE_ROOTS_SEPARATOR}"`;
}

/** The script that boots the container, which this library puts there. */
function bootScriptAt(target: string): { readonly effect: string; readonly fix?: string } | undefined {
  const folder = posix.dirname(BOOT_SCRIPT_PATH);
  const real = realPath(target);
  return real === folder || isAbove(folder, real)
    ? { effect: "hides this library's boot script" }
    : undefined;
}

function eachMount(hits: (target: string) => boolean, violation: Pick<Violation, "fix">) {
  return (agent: AgentSubject): readonly Violation[] =>
    mountsOf(agent)
      .filter(({ target }) => hits(target))
      .map(({ prop, target }) => ({ prop, value: showValue(target), ...violation }));
}

interface KnownMount {
  readonly prop: string;
  readonly mount: MountProps;
  /** Normalized. */
  readonly target: string;
}

/** Mounts with their targets. Targets that only Terraform knows are left out. */
function mountsOf({ settings, data }: AgentSubject): readonly KnownMount[] {
  return known([...ownMounts(settings), ...terminalMounts(settings.terminal, data.source)]);
}

function known(mounts: readonly DerivedMount[]): readonly KnownMount[] {
  return mounts.flatMap(({ prop, mount }) =>
    isUnresolved(mount.target) ? [] : [{ prop, mount, target: realPath(mount.target) }],
  );
}

function ownMounts(settings: AgentSettings): readonly DerivedMount[] {
  return givenMounts(settings).map(({ prop, mount }) => ({ prop: `${prop}.target`, mount }));
}
