import { publicUrlOf } from "../agent/settings/dashboard-access";
import { DASHBOARD_LOGINS, type DashboardLogin, loginOf } from "../hermes/dashboard-logins";
import { firstReleaseWith, hasFeature, type Release } from "../hermes/releases";
import { showValue } from "../support/errors";
import { isUnresolved } from "../support/tokens";
import { rulesFor, when } from "./rule";
import { type AgentSubject, isExposed, leadsTo, type Reach, type Reaches, urlOf } from "./subject";

export const DASHBOARD_RULES = rulesFor<AgentSubject>()({
  "dashboard-login-unsupported": {
    severity: "error",
    refuses: "a dashboard login on a release that does not have it",
    because:
      "the release ignores the login: before v2026.5.29 the dashboard is open to everyone, from v2026.5.29 on it never starts",
    seen: "run 0.14.0 and 0.15.2: the variables are ignored; 0.16.0 has the providers",
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
    refuses: "an OIDC client secret on a release that supports public clients only",
    because: "the release ignores it, and the identity provider refuses the login",
    seen: "0.17.0 lacks the setting, 0.18.0 has it: plugins/dashboard_auth/self_hosted",
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
  "dashboard-trusted-network-obsolete": {
    severity: "error",
    refuses: "a trusted network instead of a login from v2026.7.1 on",
    because:
      "the switch no longer works: the dashboard refuses to start, is started again every 2 s, and uses most of a CPU core",
    seen: "run 0.18.2 and 0.19.0: exit 1 every 1.8 s, 63 % of a core",
    references: ["PR #50476", "#49567"],
    final: true,
    check: ({ access, release }) =>
      when(access !== undefined && hasEnded(loginOf(access.kind), release), () => ({
        prop: "dashboard",
        value: showValue(access?.kind),
        problem: `${release.tag} ignores it`,
        allowed: "DashboardAuth.basic, .oidc, .nous or .loopback",
        fix: "give it a login",
      })),
  },
  "dashboard-without-login": {
    severity: "error",
    refuses: "a dashboard without login that can be reached from outside the host",
    because: "whoever reaches it can read the model keys and use the agent's shell",
    seen: "run 0.14.0: with the switch `/` answers 200 without a login",
    references: ["PR #50476"],
    check: ({ access, reach: { dashboard } }) =>
      when(access?.kind === "trusted-network" && isExposed(dashboard) && !dashboard.login, () => ({
        prop: dashboard?.prop ?? "dashboard",
        value: dashboard?.value,
        problem: `the dashboard has no login, and ${dashboard?.from === "public" ? "everyone" : "the network"} reaches it`,
        fix: "give it a login; or keep it on 127.0.0.1 (Docker), or behind `basicAuth` (CapRover)",
      })),
  },
  "dashboard-unreachable": {
    severity: "error",
    refuses: "a port or an address for a dashboard that listens on the container's loopback only",
    because: "nothing answers there",
    seen: "run: Docker forwards a published port to the container's address, not to its loopback",
    final: true,
    check: ({ access, reach: { dashboard }, hostNetwork }) =>
      when(!hostNetwork && access?.kind === "loopback" && isReachable(dashboard), () => ({
        prop: dashboard?.prop ?? "dashboard",
        fix: "remove it, or choose a login",
      })),
  },
  "dashboard-without-tls": {
    severity: "warning",
    refuses:
      "a dashboard that can be reached from outside the host without TLS, and has no https `publicUrl`",
    because: "the login travels in clear text, and ufw does not block a port that Docker publishes",
    seen: "0.19.0: the server speaks http only; Docker's documentation of ufw",
    check: ({ access, reach: { dashboard } }) => {
      const url = publicUrlOf(access);
      const stated = url !== undefined && !isUnresolved(url) && url.startsWith("https:");
      return when(isExposed(dashboard) && !dashboard.tls && !stated, () => ({
        prop: dashboard?.prop ?? "dashboard",
        value: dashboard?.value,
        fix: "put TLS in front: on Docker a proxy, with the port on 127.0.0.1 and an https publicUrl; on CapRover `https`",
      }));
    },
  },
  "dashboard-public-url-missing": {
    severity: "warning",
    refuses: "an OAuth login without a public URL",
    because:
      "the redirect is built from the Host header, and behind TLS the provider answers invalid_redirect_uri",
    seen: "run 0.19.0: the redirect has the Host header, X-Forwarded-Host is ignored",
    references: ["#54072"],
    check: ({ access }) =>
      when(
        access !== undefined && loginOf(access.kind).redirects === true && publicUrlOf(access) === undefined,
        () => ({
          prop: "dashboard.publicUrl",
          fix: "give the URL under which people open the dashboard",
        }),
      ),
  },
  "dashboard-public-url-wrong": {
    severity: "error",
    refuses: "a public URL that is not an address which the target gives to the dashboard",
    because:
      "logins and links lead there, and from 0.20 on the dashboard accepts no other name from a proxy unless it listens on every address",
    references: ["PR #42344", "PR #110155"],
    seen: "0.17.0 to 0.19.0: the guard in web_server.py, read; later releases by the pull requests",
    check: ({ access, reach: { dashboard } }) => {
      const url = publicUrlOf(access);
      const { domains = [] } = dashboard ?? {};
      if (dashboard === undefined || url === undefined || isUnresolved(url)) return [];
      if (domains.length === 0 || domains.some(isUnresolved)) return [];
      return when(!leadsTo(dashboard, url), () => ({
        prop: "dashboard.publicUrl",
        value: showValue(url),
        allowed: domains.map((domain) => urlOf(domain, dashboard)).join(", "),
        fix: "give one of these, or leave publicUrl out",
      }));
    },
  },
  "dashboard-plugin-disabled": {
    severity: "error",
    refuses: "a `plugins.disabled` list that contains the dashboard's login",
    because: "the login provider does not register, and the dashboard never starts",
    seen: "upstream's issue; run 0.19.0 without a provider: `Refusing to bind dashboard`",
    references: ["#54489"],
    check: ({ access, settings }) => {
      const plugins = settings.config?.["plugins"];
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

/** The URL of the dashboard, if the target knows one, and only one. */
export function urlOfDashboard({ dashboard }: Reaches): string | undefined {
  const [domain, ...others] = dashboard?.domains ?? [];
  if (dashboard === undefined || domain === undefined || others.length > 0) return undefined;
  return urlOf(domain, dashboard);
}

function hasEnded({ until }: DashboardLogin, release: Release): boolean {
  return until !== undefined && hasFeature(release, until);
}

function isReachable(reach: Reach | undefined): boolean {
  return reach !== undefined && reach.from !== "container";
}
