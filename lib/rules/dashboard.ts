import { DASHBOARD_LOGINS, type DashboardLogin, loginOf } from "../hermes/dashboard-logins";
import { firstReleaseWith, hasFeature, type Release } from "../hermes/releases";
import { showValue } from "../support/errors";
import { parseIpNetwork } from "../support/ip-network";
import { isUnresolved } from "../support/tokens";
import { rulesFor, when } from "./rule";
import { type AgentSubject, isLoopback } from "./subject";

export const DASHBOARD_RULES = rulesFor<AgentSubject>()({
  "dashboard-login-unsupported": {
    severity: "error",
    refuses: "a dashboard login on a release that does not have it",
    because:
      "the release ignores the variables: open to everyone before v2026.5.29, refusing to start for ever after",
    references: ["#90119", "#49567"],
    final: true,
    check: ({ access, release }) => {
      const feature = access && loginOf(access.kind).since;
      return when(access !== undefined && feature !== undefined && !hasFeature(release, feature), () => ({
        prop: "dashboard",
        value: showValue(access?.kind),
        problem: `does not exist in ${release.tag}`,
        allowed: "DashboardAuth.loopback, or DashboardAuth.trustedNetwork with a reason",
        fix: `use ${feature && firstReleaseWith(feature)} or later`,
      }));
    },
  },
  "dashboard-oidc-secret-unsupported": {
    severity: "error",
    refuses: "an OIDC client secret on a release that only knows public clients",
    because: "the release ignores it, and the identity provider refuses the login",
    final: true,
    check: ({ access, release }) => {
      const { since } = DASHBOARD_LOGINS.oidc.settings.clientSecret;
      return when(
        access?.kind === "oidc" && access.clientSecret !== undefined && !hasFeature(release, since),
        () => ({
          prop: "dashboard.clientSecret",
          problem: `is ignored by ${release.tag}`,
          fix: `use ${firstReleaseWith(since)} or later, or a public client with PKCE`,
        }),
      );
    },
  },
  "dashboard-always-gated": {
    severity: "error",
    refuses: "a trusted network instead of a login from v2026.7.1 on",
    because: "the switch does nothing any more: the dashboard refuses to start, every 2 s, at most of a core",
    references: ["PR #50476", "#49567"],
    final: true,
    check: ({ access, release }) =>
      when(access !== undefined && hasEnded(loginOf(access.kind), release), () => ({
        prop: "dashboard",
        value: showValue(access?.kind),
        problem: `${release.tag} does not honour it`,
        allowed: "DashboardAuth.basic, .oidc, .nous or .loopback",
        fix: "give it a login",
      })),
  },
  "dashboard-open-to-network": {
    severity: "error",
    refuses: "a dashboard without login on a port beyond 127.0.0.1",
    because: "whoever reaches the port reads the model keys and uses the agent's shell",
    references: ["PR #50476"],
    check: ({ access, published }) =>
      when(
        access?.kind === "trusted-network" &&
          published.dashboard !== undefined &&
          !isLoopback(published.dashboard.address),
        () => ({
          prop: "publish.dashboard.address",
          value: showValue(published.dashboard?.address),
          allowed: "127.0.0.1",
          fix: "put a login in front, or keep the port on 127.0.0.1",
        }),
      ),
  },
  "dashboard-loopback-published": {
    severity: "error",
    refuses: "a published port for a dashboard that listens on the container's loopback only",
    because: "nothing answers there",
    final: true,
    check: ({ access, props }) =>
      when(access?.kind === "loopback" && Boolean(props.publish?.dashboard), () => ({
        prop: "publish.dashboard",
        fix: "remove it, or choose a login",
      })),
  },
  "dashboard-without-tls": {
    severity: "warning",
    refuses: "a dashboard port beyond 127.0.0.1 with no https address stated",
    because: "the login travels in clear text, and Docker opens the port past ufw",
    check: ({ access, published }) =>
      when(
        published.dashboard !== undefined &&
          !isLoopback(published.dashboard.address) &&
          !publicUrlOf(access)?.startsWith("https:"),
        () => ({
          prop: "publish.dashboard.address",
          value: showValue(published.dashboard?.address),
          fix: "publish on 127.0.0.1 behind a proxy with TLS and state its publicUrl",
        }),
      ),
  },
  "dashboard-redirect-unknown": {
    severity: "warning",
    refuses: "an OAuth login without a public URL",
    because:
      "the redirect is built from the Host header, and behind TLS the provider answers invalid_redirect_uri",
    references: ["#54072"],
    check: ({ access }) =>
      when(
        access !== undefined && loginOf(access.kind).redirects === true && statedUrl(access) === undefined,
        () => ({
          prop: "dashboard.publicUrl",
          fix: "state the URL under which people open the dashboard",
        }),
      ),
  },
  "proxy-not-trusted": {
    severity: "warning",
    refuses: "an https public URL without the proxy's address in `trustedProxies`",
    because:
      "forwarded headers are ignored: cookies are not Secure, and all users share one login limit of 10 a minute",
    references: ["#55917"],
    check: ({ access, props }) =>
      when(Boolean(publicUrlOf(access)?.startsWith("https:")) && !props.trustedProxies?.length, () => ({
        prop: "trustedProxies",
        fix: "name the proxy's address as the container sees it, such as 172.17.0.0/16 for Docker's bridge",
      })),
  },
  "proxy-anyone-trusted": {
    severity: "error",
    refuses: "`*`, or a network wider than /8 (/7 for IPv6), as trusted proxy",
    because: "every client can then claim any address and pass the login limit",
    check: ({ props }) =>
      (props.trustedProxies ?? []).flatMap((proxy, i) =>
        trustsTheWorld(proxy)
          ? [
              {
                prop: `trustedProxies[${i}]`,
                value: showValue(proxy),
                allowed: "addresses and bounded networks",
                fix: "name the proxy's network",
              },
            ]
          : [],
      ),
  },
  "dashboard-provider-disabled": {
    severity: "error",
    refuses: "`plugins.disabled` with the login that the dashboard needs",
    because: "the provider does not register, and the dashboard refuses to start for ever",
    references: ["#54489"],
    check: ({ access, props }) => {
      const plugins = props.config?.["plugins"];
      const disabled =
        typeof plugins === "object" && plugins !== null && "disabled" in plugins ? plugins["disabled"] : [];
      const names: readonly unknown[] = Array.isArray(disabled) ? disabled : [];
      // Of the list these alone are shown: `config` may hold secrets.
      const needed =
        access === undefined ? [] : loginOf(access.kind).plugins.filter((name) => names.includes(name));
      return when(needed.length > 0, () => ({
        prop: "config.plugins.disabled",
        value: showValue(needed),
        fix: `leave ${needed.join(", ")} out of the list`,
      }));
    },
  },
});

/** Wider than the widest private networks, 10.0.0.0/8 and fc00::/7. */
function trustsTheWorld(proxy: string): boolean {
  if (proxy === "*") return true;
  const network = parseIpNetwork(proxy);
  return network !== undefined && network.prefixLength < (network.family === 4 ? 8 : 7);
}

function hasEnded({ until }: DashboardLogin, release: Release): boolean {
  return until !== undefined && hasFeature(release, until);
}

/** Where its text is known at synthesis. */
function publicUrlOf(access: AgentSubject["access"]): string | undefined {
  const url = statedUrl(access);
  return isUnresolved(url) ? undefined : url;
}

function statedUrl(access: AgentSubject["access"]): string | undefined {
  return access && "publicUrl" in access ? access.publicUrl : undefined;
}
