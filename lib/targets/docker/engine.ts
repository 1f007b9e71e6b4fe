/** One name for each engine, however a program writes its address. */
import type { Construct } from "constructs";
import { normalHostPath } from "../../support/host-path";
import { referenceOf } from "../../support/terraform-values";
import { isUnresolved } from "../../support/tokens";
import { VOLUMES_PATH } from "../target";

/** A Docker engine, as far as the program names it. */
export interface Engine {
  /** Agents with equal names share volumes, container names and networks. */
  readonly name: string;
  /** Agents with equal machines share directories and ports. */
  readonly machine: string;
  /** Where the machine has the engine's volumes; undefined if that can't be known. */
  readonly volumesPath: string | undefined;
  /** How the program names it. A value that only Terraform knows may be any engine. */
  readonly by: "address" | "context" | "value";
}

/** What says where an engine is: settings of the provider. */
export interface EngineAddress {
  readonly host?: string | undefined;
  readonly context?: string | undefined;
  readonly sshOpts?: unknown;
}

/**
 * The engine of a Docker provider. A context wins over a host, and the environment gives what is left out, as in the
 * provider itself (4.5.0, `provider.go`). The machine that synthesizes is expected to have the environment of the one
 * that plans.
 */
export function engineAt(
  scope: Construct,
  given: EngineAddress,
  environment: NodeJS.ProcessEnv = process.env,
): Engine {
  const { context, host } = completed(given, environment);
  if (context && isUnresolved(context)) return engine(`context ${referenceOf(scope, context)}`, "value");
  if (!context && isUnresolved(host)) return engine(referenceOf(scope, host), "value");
  return engineNamed(given, environment);
}

/** The same for an address without values that only Terraform knows. */
export function engineNamed(given: EngineAddress, environment: NodeJS.ProcessEnv = process.env): Engine {
  const { context, host } = completed(given, environment);
  if (context) return engine(`context ${context}`, "context");
  const { scheme, rest } = parts(host);
  if (scheme === "unix") return atSocket(THIS_MACHINE, normalHostPath(`/${rest}`));
  if (scheme === "npipe") return engine(`npipe ${rest.replaceAll("\\", "/").toLowerCase()}`);
  const { authority, path } = remote(scheme, rest);
  if (scheme === "ssh")
    return atSocket(sshMachine(authority, given.sshOpts), path === "/" ? DEFAULT_SOCKET : path);
  return engine(`tcp ${authority}${path === "/" ? "" : path}`);
}

/**
 * The host of an engine's address, in one spelling; undefined where the address has none. One machine may offer its
 * engine in several ways.
 */
export function hostOf(address: string): string | undefined {
  const { scheme, rest } = parts(withoutUser(address));
  if (isUnresolved(address) || scheme === "unix" || scheme === "npipe") return undefined;
  return remote(scheme, rest).authority.replace(/:\d*$/, "");
}

function completed({ host, context }: EngineAddress, environment: NodeJS.ProcessEnv) {
  return {
    context: context || environment["DOCKER_CONTEXT"],
    host: withoutUser(host || environment["DOCKER_HOST"] || DEFAULT_ADDRESS),
  };
}

/** Whether they can't be one engine: a context may be the engine of any address, but not that of another context. */
export function areDifferent(one: Engine, other: Engine): boolean {
  return one.name !== other.name && one.by === other.by && one.by !== "value";
}

const THIS_MACHINE = "localhost:22";

/** `/var/run` is a link to `/run`. */
const DEFAULT_SOCKET = "/run/docker.sock";
const DEFAULT_ADDRESS =
  process.platform === "win32" ? "npipe:////./pipe/docker_engine" : `unix://${DEFAULT_SOCKET}`;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { ssh: "22", tcp: "2375" };

function engine(name: string, by: Engine["by"] = "address"): Engine {
  return { name: `docker ${name}`, machine: `docker ${name}`, volumesPath: VOLUMES_PATH, by };
}

/**
 * An engine by its socket. A machine may have more than one: rootless ones have their sockets in `/run/user`. A local
 * socket elsewhere may lead to another machine, such as through a tunnel.
 */
function atSocket(machine: string, socket: string): Engine {
  const here = machine !== THIS_MACHINE || socket.startsWith("/run/");
  return {
    ...engine(`${machine} ${socket}`),
    ...(here && { machine: `docker ${machine}` }),
    volumesPath: socket === DEFAULT_SOCKET ? VOLUMES_PATH : undefined,
  };
}

/** A login decides who asks, not what is there. */
function withoutUser(address: string): string {
  return address.trim().replace(/^((?:[a-z]+:\/\/)?)[^@/]*@/i, "$1");
}

/** The provider takes no address without scheme. It is read as ssh's, so that it can't hide a shared engine. */
function parts(address: string): { readonly scheme: string; readonly rest: string } {
  const [, scheme = "ssh", rest = ""] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(address) ?? [];
  const lower = scheme.toLowerCase();
  return { scheme: lower === "http" || lower === "https" ? "tcp" : lower, rest };
}

/** Host and port in one spelling. A URL parser knows IPv6, IPv4 and the case of names. */
function remote(scheme: string, rest: string): { readonly authority: string; readonly path: string } {
  const [, authority = "", path = ""] = /^([^/?#]*)(.*)$/s.exec(rest) ?? [];
  // `URL` reads the host of a web address only.
  const text = `http://${authority.replace(/:$/, "")}`;
  const explicit = /:(\d+)$/.exec(authority)?.[1];
  const port = explicit === undefined ? (DEFAULT_PORTS[scheme] ?? "") : String(Number(explicit));
  const host = (URL.canParse(text) ? new URL(text).hostname : authority.toLowerCase()).replace(/\.$/, "");
  return { authority: `${isLoopback(host) ? "localhost" : host}:${port}`, path: normalHostPath(path || "/") };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "127.0.0.1" || host === "[::1]";
}

/** Options of ssh can name another port (the first one counts) or lead elsewhere. */
function sshMachine(authority: string, sshOpts: unknown): string {
  const options = Array.isArray(sshOpts) ? sshOpts.filter((option) => typeof option === "string") : [];
  const text = options.join(" ");
  const port = /(?:^|\s)-(?:p\s*|o\s*[Pp][Oo][Rr][Tt]\s*[=\s]\s*)(\d+)/.exec(text)?.[1];
  const route = text.match(/-[JF]\s*\S+|-o\s*(?:proxyjump|proxycommand|hostname)\s*[=\s]\s*\S+/gi) ?? [];
  return [port === undefined ? authority : authority.replace(/\d*$/, port), ...route].join(" ");
}
