import { createHash } from "node:crypto";
import { must, run } from "./run";

/**
 * The engine's own bridge. The engine runs with `iptables: false`, because a second dockerd with iptables would flush
 * the chains of the first one. The rules below replace those of dockerd, and published ports go through docker-proxy.
 */
export interface Network {
  readonly bridge: string;
  /** Address of the host on the bridge, at which containers reach a server of the tests. */
  readonly gateway: string;
  /** All addresses of the engine: the bridge and every network that tests create. */
  readonly range: string;
  /** The part of the range for networks that tests create. */
  readonly pool: string;
  readonly mtu: number;
}

const PREFIX = "172.29";

export async function createNetwork(root: string): Promise<Network> {
  const routes = await must("ip", ["-4", "route", "show"]);
  const hash = createHash("sha1").update(root).digest();
  // Each engine begins at another place in the ring, so that two engines that start together do not choose the same
  // range.
  const candidates = [...Array(16).keys()].map((i) => ((i + (hash[0] ?? 0)) % 16) * 16);
  const third = candidates.find((n) => !routes.includes(`${PREFIX}.${n}.`));
  if (third === undefined) throw new Error(`No free /20 in ${PREFIX}.0.0/16 for the engine's bridge.`);
  const network: Network = {
    // An interface name has 15 characters at most.
    bridge: `hermes-${hash.toString("hex").slice(0, 6)}`,
    gateway: `${PREFIX}.${third}.1`,
    range: `${PREFIX}.${third}.0/20`,
    pool: `${PREFIX}.${third + 8}.0/21`,
    mtu: await uplinkMtu(routes),
  };
  // A run that ended before it could record what it had created.
  await run("ip", ["link", "delete", network.bridge, "type", "bridge"]);
  await must("ip", ["link", "add", network.bridge, "type", "bridge"]);
  await must("ip", ["addr", "add", `${network.gateway}/24`, "dev", network.bridge]);
  await must("ip", ["link", "set", network.bridge, "up"]);
  for (const rule of rules(network)) await must("iptables", ["-w", ...rule.table, "-I", ...rule.spec]);
  return network;
}

/** Removes what {@link createNetwork} created, and the bridges of networks that the engine left. */
export async function removeNetwork(network: Network): Promise<void> {
  for (const rule of rules(network)) {
    while ((await run("iptables", ["-w", ...rule.table, "-D", ...rule.spec])).code === 0);
  }
  const addresses = await must("ip", ["-4", "-o", "addr", "show", "to", network.range]);
  for (const line of addresses.split("\n")) {
    const name = line.split(/\s+/)[1];
    if (name?.startsWith("br-")) await run("ip", ["link", "delete", name, "type", "bridge"]);
  }
  await run("ip", ["link", "delete", network.bridge, "type", "bridge"]);
}

function rules({ bridge, range }: Network): { table: string[]; spec: string[] }[] {
  const comment = ["-m", "comment", "--comment", bridge];
  return [
    {
      table: ["-t", "nat"],
      spec: ["POSTROUTING", "-s", range, "!", "-d", range, ...comment, "-j", "MASQUERADE"],
    },
    { table: [], spec: ["FORWARD", "-s", range, ...comment, "-j", "ACCEPT"] },
    { table: [], spec: ["FORWARD", "-d", range, ...comment, "-j", "ACCEPT"] },
  ];
}

/** A bridge with a larger MTU than the outgoing interface silently loses big packets. */
async function uplinkMtu(routes: string): Promise<number> {
  const device = /^default .*\bdev (\S+)/m.exec(routes)?.[1];
  if (!device) return 1500;
  const link = await must("ip", ["-o", "link", "show", device]);
  return Number(/\bmtu (\d+)/.exec(link)?.[1] ?? 1500);
}
