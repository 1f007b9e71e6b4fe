import type { AgentSettings } from "../agent/settings/agent-settings";
import { DATA_PATH, INSTALL_PATH, MANAGED_PATH } from "../hermes/container-contract";
import { enginePathIn, isEngineAddress } from "../support/engine-access";
import { showValue } from "../support/errors";
import { isAbove, normalHostPath } from "../support/host-path";
import { isUnresolved } from "../support/tokens";
import { isNormalAbsolute } from "../support/validation";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject } from "./subject";

export const MOUNT_RULES = rulesFor<AgentSubject>()({
  "mount-over-data": {
    severity: "error",
    refuses: "a second mount at /opt/data, or one over a directory above it",
    because: "the agent would write to the wrong place and start empty",
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
    check: eachMount((target) => isAbove(DATA_PATH, target), {
      fix: "mount it outside /opt/data, such as at /workspace, and name it in HERMES_WRITE_SAFE_ROOT",
    }),
  },
  "mount-over-install-tree": {
    severity: "error",
    refuses: "a mount at, below or above /opt/hermes",
    because: "a volume there hides the code of the next release, and the container no longer starts",
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
    check: eachMount(
      (target) =>
        target === MANAGED_PATH ||
        isAbove(MANAGED_PATH, target) ||
        (isAbove(target, MANAGED_PATH) && !isAbove(target, DATA_PATH)),
      { fix: "use `config` and `secrets`, or the Docker target's `secretsFile`" },
    ),
  },
  "mount-duplicate-target": {
    severity: "error",
    refuses: "two mounts at one path",
    because: "the engine rejects it at apply, when the running agent has already been stopped",
    final: true,
    check: ({ settings }) => {
      const seen = new Set<string>();
      return mountsOf(settings).flatMap(({ prop, target }) => {
        const twice = seen.has(target);
        seen.add(target);
        return twice ? [{ prop, value: showValue(target), fix: "keep one of them" }] : [];
      });
    },
  },
  "mount-path-relative": {
    severity: "error",
    refuses: "a mount whose host path is not absolute, or has `.` or `..` in it",
    because: "the engine rejects it at apply, when the running agent has already been stopped",
    final: true,
    check: ({ settings }) =>
      (settings.mounts ?? []).flatMap(({ hostPath }, i) =>
        when(hostPath !== undefined && !isUnresolved(hostPath) && !isNormalAbsolute(hostPath), () => ({
          prop: `mounts[${i}].hostPath`,
          value: showValue(hostPath),
          allowed: "an absolute path of the engine's host, such as /srv/projects",
          fix: "write the whole path",
        })),
      ),
  },
  "mount-docker-socket": {
    severity: "error",
    refuses:
      "an engine's socket in the container, also read-only: by a mount of it or of a directory above it, or by an address in DOCKER_HOST",
    because: "the image joins the socket's group, and an agent with a shell is then root on the host",
    check: ({ settings: { mounts = [], env = {}, extraHosts = {} } }) => [
      ...mounts.flatMap(({ hostPath }, i) => {
        const found =
          hostPath === undefined || isUnresolved(hostPath)
            ? undefined
            : enginePathIn(normalHostPath(hostPath));
        return when(found !== undefined, () => ({
          prop: `mounts[${i}].hostPath`,
          value: showValue(hostPath),
          problem: `${found} can be reached through it`,
          fix: "mount only the directory that is needed, or acknowledge the rule: the agent is then root on the host",
        }));
      }),
      ...ENGINE_VARIABLES.flatMap((name) => {
        const value = env[name];
        return when(
          value !== undefined && !isUnresolved(value) && isEngineAddress(value, extraHosts),
          () => ({
            prop: `env.${name}`,
            value: showValue(value),
            problem: "the agent can use that engine without a login of its own",
            allowed: "ssh:// to another machine",
            fix: "remove it, or acknowledge the rule: the agent is then root on that engine's host",
          }),
        );
      }),
    ],
  },
});

/** What the command lines of Docker, Podman and containerd read. */
const ENGINE_VARIABLES = ["DOCKER_HOST", "CONTAINER_HOST", "CONTAINERD_ADDRESS"] as const;

function eachMount(hits: (target: string) => boolean, violation: Pick<Violation, "fix">) {
  return ({ settings }: AgentSubject): readonly Violation[] =>
    mountsOf(settings)
      .filter(({ target }) => hits(target))
      .map(({ prop, target }) => ({ prop, value: showValue(target), ...violation }));
}

/** Mounts with their normalized targets. Targets that only Terraform knows are left out. */
function mountsOf({ mounts }: AgentSettings): { prop: string; target: string }[] {
  return (mounts ?? []).flatMap(({ target }, i) =>
    isUnresolved(target) ? [] : [{ prop: `mounts[${i}].target`, target: normalHostPath(target) }],
  );
}
