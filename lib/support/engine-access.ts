/** By which paths and addresses a container can reach a container engine, and with it the host. */
import { normalHostPath } from "./host-path";
import { isUnresolved } from "./tokens";

/**
 * Where engines listen and where they keep their own files, in normal form. `*` is any one name. Whoever can write
 * into the files of an engine is root on the host too.
 */
const ENGINE_PATHS: readonly string[] = [
  // Docker, also as a snap; rootless; its containerd.
  "/run/docker.sock",
  "/run/user/*/docker.sock",
  "/run/docker/containerd/containerd.sock",
  "/run/snap.docker/containerd/containerd.sock",
  "/run/containerd/containerd.sock",
  "/run/podman/podman.sock",
  "/run/user/*/podman/podman.sock",
  "/run/crio/crio.sock",
  "/run/cri-dockerd.sock",
  "/run/k3s/containerd/containerd.sock",
  "/run/balena-engine.sock",
  "/var/snap/microk8s/common/run/containerd.sock",
  "/var/lib/docker/volumes",
  "/var/lib/containerd",
  "/var/lib/containers",
  "/var/snap/docker/common/var-lib-docker/volumes",
];

/** Names of sockets, wherever somebody puts them and whatever stands before or behind the engine's name. */
const SOCKET_NAME = /\/[^/]*(?:docker|containerd|podman|crio|buildkit|balena)[^/]*\.sock(?:\.ttrpc)?$/i;

/** What of an engine the path is, or contains. The path is in normal form. */
export function enginePathIn(path: string): string | undefined {
  if (SOCKET_NAME.test(path)) return path;
  const names = namesOf(path);
  return ENGINE_PATHS.find((known) => {
    const knownNames = namesOf(known);
    return names.every((name, i) => knownNames[i] === "*" || knownNames[i] === name);
  });
}

function namesOf(path: string): readonly string[] {
  return path.split("/").filter((name) => name !== "");
}

/**
 * Whether the address leads to an engine that asks for no login. With ssh the agent needs a key of its own; but not to
 * the host of its own container.
 */
export function isEngineAddress(address: string, extraHosts: Readonly<Record<string, string>> = {}): boolean {
  const text = address.trim();
  if (text === "") return false;
  const [, host] = /^ssh:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/]*)/i.exec(text) ?? [];
  if (host === undefined) return true;
  const name = host.toLowerCase();
  return isUnresolved(name) ? false : OWN_HOST.test(name) || extraHosts[name] === "host-gateway";
}

/**
 * The address of an engine in an argument of a program, such as `tcp://docker-proxy:2375` behind `-H`. Other addresses
 * are told from it by the port or the socket's name.
 */
export function engineAddressIn(argument: string): string | undefined {
  const [, address] =
    /^(?:-H|--?[\w-]+=)?((?:unix|tcp|http|https|npipe):\/\/\S+)$/i.exec(argument.trim()) ?? [];
  if (address === undefined) return undefined;
  const [, path] = /^unix:\/\/(.+)$/i.exec(address) ?? [];
  if (path !== undefined) return enginePathIn(normalHostPath(path)) === undefined ? undefined : address;
  return /^\w+:\/\/[^/]*:237[56]\/?$|docker_engine$/.test(address) ? address : undefined;
}

/** Names that Docker and Podman give the host, and its address in the default network of Docker. */
const OWN_HOST = /^(?:(?:host|gateway)\.docker\.internal|host\.containers\.internal|172\.17\.0\.1)$/;
