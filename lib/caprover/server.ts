import { Token } from "cdktf";

const DEFAULT_PORTS: ReadonlySet<string> = new Set(["", "80", "443"]);

/**
 * What tells a CapRover server from others: its host, and its port unless that is http's or https's own. Two addresses
 * with the same result lead to the same server: the case of the host, a path, and the default port make no difference,
 * and neither does http instead of https, which CapRover redirects.
 *
 * @param url an address as the provider takes it; anything else is returned as it is
 */
export function serverAt(url: string): string {
  if (Token.isUnresolved(url) || !URL.canParse(url)) return url;
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return url;
  const host = hostname.replace(/\.$/, "");
  return DEFAULT_PORTS.has(port) ? host : `${host}:${port}`;
}
