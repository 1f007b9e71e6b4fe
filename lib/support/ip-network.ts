import { isIP } from "node:net";

export interface IpNetwork {
  readonly family: 4 | 6;
  /** Bits that all addresses of the network share. */
  readonly prefixLength: number;
  /** Whether the address is the network's first one. Readers such as Python's `ip_network` require it. */
  readonly aligned: boolean;
}

/** An address, or a network such as `172.17.0.0/16`. Undefined for anything else. */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const [, address = "", prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0 || address.includes("%")) return undefined;
  const family = version === 4 ? 4 : 6;
  const width = family === 4 ? 32 : 128;
  const prefixLength = prefix === undefined ? width : Number(prefix);
  if (prefixLength > width) return undefined;
  const hostBits = (1n << BigInt(width - prefixLength)) - 1n;
  return { family, prefixLength, aligned: (bitsOf(address, family) & hostBits) === 0n };
}

function bitsOf(address: string, family: 4 | 6): bigint {
  if (family === 4) return joined(address.split("."), 10, 8n);
  // The URL standard's spelling: hexadecimal groups only, and at most one `::`.
  const [start = "", end] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (part: string) => part.split(":").filter((group) => group !== "");
  const [first, last] = [groups(start), groups(end ?? "")];
  const gap = Array<string>(8 - first.length - last.length).fill("0");
  return joined([...first, ...gap, ...last], 16, 16n);
}

function joined(parts: readonly string[], radix: number, bits: bigint): bigint {
  return parts.reduce((value, part) => (value << bits) | BigInt(Number.parseInt(part, radix)), 0n);
}
