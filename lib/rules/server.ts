import type { MountProps } from "../agent/settings/mount-props";
import { isCredentialName } from "../support/credential-names";
import { isPublicValue } from "../support/credentials";
import { enginePathIn, isEngineAddress } from "../support/engine-access";
import { showValue } from "../support/errors";
import { normalHostPath } from "../support/host-path";
import { isNormalAbsolute, isShortForm } from "../support/paths";
import { isUnresolved } from "../support/tokens";
import { DEVICE_SEEN, HOST_CONTROL, mountOfDevice, mountOfHostControl } from "./host-control";
import { rulesFor, type Violation, when } from "./rule";

/** A server beside agents: a sidecar, or a model's server. */
export interface ServerSubject {
  /** What its props stand below, with a dot at the end; empty for a construct's own. */
  readonly prop: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly secrets?: Readonly<Record<string, string>> | undefined;
  readonly files?: Readonly<Record<string, string>> | undefined;
  readonly volumes?: readonly MountProps[] | undefined;
}

export const SERVER_RULES = rulesFor<readonly ServerSubject[]>()({
  "server-credential": {
    severity: "error",
    refuses:
      "a variable in the `env` of a sidecar or a model's server whose name says that it is a credential",
    because: "its value would be readable in `cdk.tf.json`, in the repository and in every plan",
    seen: "CDKTF writes props into cdk.tf.json",
    check: eachServer(({ prop, env = {} }) =>
      Object.entries(env)
        .filter(([name, value]) => isCredentialName(name) && !isPublicValue(value))
        .map(([name]) => ({
          prop: `${prop}env.${name}`,
          fix: "move it to the sidecar's `secrets`; for a model's server mount a file of the host",
        })),
    ),
  },
  "server-duplicate": {
    severity: "error",
    refuses:
      "one variable in `env` and `secrets` of a sidecar, and two mounts or files of a server at one path",
    because: "only one of the two counts, or the engine rejects the container",
    seen: "run: the engine answers `Duplicate mount point`",
    final: true,
    check: eachServer((server) => [
      ...Object.keys(server.env ?? {})
        .filter((name) => Object.hasOwn(server.secrets ?? {}, name))
        .map((name) => ({ prop: `${server.prop}env.${name}`, fix: "keep it in `secrets`" })),
      ...pathTwice(server),
    ]),
  },
  "server-path": {
    severity: "error",
    refuses:
      "a volume or a file of a sidecar or a model's server whose path is not absolute, has `.` or `..` in it, or is in Docker's short form",
    because: "the engine rejects it at apply",
    seen: "run: the engine answers `invalid mount config`",
    final: true,
    check: eachServer((server) =>
      [...pathsOf(server), ...hostPathsOf(server)].flatMap(({ prop, path }) =>
        when(!isNormalAbsolute(path) || isShortForm(path), () => ({
          prop,
          value: showValue(path),
          allowed: "an absolute path, such as /srv/searxng",
          fix: "write the whole path, and `hostPath` or `volume`, `target` and `readOnly` each by itself",
        })),
      ),
    ),
  },
  "server-engine-socket": {
    severity: "error",
    refuses:
      "an engine's socket in a sidecar or a model's server, also read-only and behind a proxy of it: by a mount of it or of a directory above it, or by its address",
    because:
      "whoever reaches the server can make a container that mounts the host: a proxy filters paths of the API, and not what a container mounts",
    seen: "run: the host's root was reached through a proxy of the socket",
    check: eachServer((server) => [
      ...hostPathsOf(server).flatMap(({ prop, path }) => {
        const found = enginePathIn(normalHostPath(path));
        return when(found !== undefined, () => ({
          prop,
          value: showValue(path),
          problem: `${found} can be reached through it`,
          fix: "mount only the directory that is needed, or acknowledge the rule: the agent is then root on the host",
        }));
      }),
      ...ENGINE_VARIABLES.flatMap((name) => {
        const address = server.env?.[name];
        return when(address !== undefined && !isUnresolved(address) && isEngineAddress(address), () => ({
          prop: `${server.prop}env.${name}`,
          value: showValue(address),
          fix: "remove it, or acknowledge the rule: the agent is then root on that engine's host",
        }));
      }),
    ]),
  },
  "server-device": {
    severity: "error",
    refuses: "a device of the host in the `volumes` of a sidecar or a model's server",
    because: "the engine lets a container open only what it is given as a device",
    seen: DEVICE_SEEN,
    check: eachServer(({ prop, volumes = [] }) =>
      volumes.flatMap(({ hostPath }, i) =>
        mountOfDevice(
          `${prop}volumes[${i}].hostPath`,
          hostPath,
          "remove it; for a GPU give `gpus`, and run what needs another device as a container of your own",
        ),
      ),
    ),
  },
  "server-host-control": {
    severity: "error",
    refuses: `in the \`volumes\` of a sidecar or a model's server, ${HOST_CONTROL}`,
    because:
      "the processes of most images are root, and are then root on the host, as is whoever breaks into one",
    seen: "Linux: without user namespaces, root of a container is the host's root to the file system",
    check: eachServer(({ prop, volumes = [] }) =>
      volumes.flatMap(({ hostPath, readOnly }, i) =>
        mountOfHostControl(`${prop}volumes[${i}].hostPath`, hostPath, readOnly),
      ),
    ),
  },
});

/** What the command lines of Docker, Podman and containerd read. */
export const ENGINE_VARIABLES = ["DOCKER_HOST", "CONTAINER_HOST", "CONTAINERD_ADDRESS"] as const;

function eachServer(check: (server: ServerSubject) => readonly Violation[]) {
  return (servers: readonly ServerSubject[]): readonly Violation[] => servers.flatMap(check);
}

interface KnownPath {
  readonly prop: string;
  readonly path: string;
}

/** Paths in the container, as far as they are known here. */
function pathsOf({ prop, volumes = [], files = {} }: ServerSubject): readonly KnownPath[] {
  return [
    ...volumes.map(({ target }, i) => ({ prop: `${prop}volumes[${i}].target`, path: target })),
    ...Object.keys(files).map((path) => ({ prop: `${prop}files`, path })),
  ].filter(({ path }) => !isUnresolved(path));
}

function hostPathsOf({ prop, volumes = [] }: ServerSubject): readonly KnownPath[] {
  return volumes.flatMap(({ hostPath }, i) =>
    hostPath === undefined || isUnresolved(hostPath)
      ? []
      : [{ prop: `${prop}volumes[${i}].hostPath`, path: hostPath }],
  );
}

function pathTwice(server: ServerSubject): readonly Violation[] {
  const seen = new Set<string>();
  return pathsOf(server).flatMap(({ prop, path }) => {
    const normal = normalHostPath(path);
    const twice = seen.has(normal);
    seen.add(normal);
    return when(twice, () => ({ prop, value: showValue(path), fix: "keep one of them" }));
  });
}
