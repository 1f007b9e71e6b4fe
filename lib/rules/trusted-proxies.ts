import { publicUrlOf } from "../agent/settings/dashboard-access";
import { showValue } from "../support/errors";
import { parseIpNetwork } from "../support/ip-network";
import { isUnresolved } from "../support/tokens";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

export const TRUSTED_PROXIES_RULES = rulesFor<AgentSubject>()({
  "trusted-proxies-missing": {
    severity: "warning",
    refuses: "an https public URL without the proxy's address in `trustedProxies`",
    because:
      "forwarded headers are ignored: cookies are not Secure, and all users share one login limit of 10 a minute",
    seen: "run 0.19.0: cookies without Secure, one address for all users",
    references: ["#55917"],
    check: ({ access, settings }) => {
      const url = publicUrlOf(access);
      return when(
        url !== undefined &&
          !isUnresolved(url) &&
          url.startsWith("https:") &&
          !settings.trustedProxies?.length,
        () => ({
          prop: "trustedProxies",
          fix: "name the proxy's address as the container sees it, such as 172.17.0.0/16 for Docker's bridge",
        }),
      );
    },
  },
  "trusted-proxies-too-wide": {
    severity: "error",
    refuses: "`*`, or a network wider than /8 (/7 for IPv6), as trusted proxy",
    because: "every client can then claim any address and bypass the login limit",
    seen: "run 0.19.0: with `*` the address of X-Forwarded-For counts",
    check: ({ settings }) =>
      (settings.trustedProxies ?? []).flatMap((proxy, i) =>
        when(trustsTheWorld(proxy), () => ({
          prop: `trustedProxies[${i}]`,
          value: showValue(proxy),
          allowed: "addresses and bounded networks",
          fix: "name the proxy's network",
        })),
      ),
  },
});

/** Wider than the widest private networks, 10.0.0.0/8 and fc00::/7. */
function trustsTheWorld(proxy: string): boolean {
  if (proxy === "*") return true;
  const network = parseIpNetwork(proxy);
  return network !== undefined && network.prefixLength < (network.family === 4 ? 8 : 7);
}
