import { parseIpNetwork } from "./ip-network";

/**
 * The host and port of a URL, in the normal form of browsers; undefined for other text. `${…}` in it is taken for an
 * unknown part.
 *
 * @param bare whether `host:port` without a scheme is one too
 */
export function hostOf(value: string, bare = false): { host: string; port: string } | undefined {
  const text = value.trim().replaceAll(/\$\{[^}]*\}/g, "1");
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined && !(bare && /^[^\s/]+$/.test(text))) return undefined;
  try {
    // Of an unknown scheme URL leaves the host as it is written.
    const { hostname, port } = new URL(
      scheme === undefined ? `http://${text}` : text.replace(/^[^:]+/, "http"),
    );
    const host = hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
    return host === "" ? undefined : { host, port: port || (DEFAULT_PORTS[scheme ?? ""] ?? "80") };
  } catch {
    return undefined;
  }
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { https: "443", wss: "443" };

/** Whether a program that connects to it reaches its own machine, or its own container. */
export function isLoopbackHost(host: string): boolean {
  return (
    /^(?:localhost[46]?(?:\.localdomain[46]?)?|.+\.localhost|ip6-(?:localhost|loopback)|127(?:\.\d+){3}|0\.0\.0\.0)$/.test(
      host,
    ) ||
    ["::1", "::", "::ffff:0:0"].includes(host) ||
    /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/.test(host)
  );
}

/** Whether the name or address is one of the internet, as far as it says. Names of a home or an office are none. */
export function isPublicHost(host: string): boolean {
  if (isLoopbackHost(host)) return false;
  const network = parseIpNetwork(host);
  if (network !== undefined) return !PRIVATE.test(host);
  return /\.[a-z]{2,}$/i.test(host) && !/\.(?:lan|local|internal|home|localdomain|home\.arpa)$/i.test(host);
}

/** RFC 1918, RFC 6598, and what has no router. */
const PRIVATE =
  /^(?:10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][\da-f]{2}:|fe[89ab][\da-f]:|::1?$)/i;
