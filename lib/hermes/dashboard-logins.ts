/** Who may see the dashboard: the logins that Hermes knows, and the variables that each of them needs. */

import { DASHBOARD_PORT } from "./container-contract";
import { CONTAINER_VARIABLES } from "./container-variables";
import { code, docsTable } from "./markdown";
import { type Feature, firstReleaseWith, hasFeature, type Release } from "./releases";
import { DASHBOARD_PASSWORD, SCRYPT_HASH, SESSION_SECRET } from "./secret-checks";
import type { Settings } from "./settings";
import { BASE_URL, HTTP_URL } from "./web-address";

export interface DashboardLogin {
  /** Who gets in, for the docs. */
  readonly who: string;
  /** The feature that a release needs for it. Without one, it works in every release. */
  readonly since?: Feature;
  /** The feature that ended it. */
  readonly until?: Feature;
  /** The dashboard listens on the container's own loopback only. */
  readonly loopback?: true;
  /** Whether the identity provider sends the browser back to the dashboard's public URL. */
  readonly redirects?: true;
  /** Names in `plugins.disabled` of config.yaml that switch its provider off. */
  readonly plugins: readonly string[];
  /** A variable that is set to 1, for releases that have the feature. */
  readonly switch?: { readonly variable: string; readonly since: Feature };
  /** By the names of their props. */
  readonly settings: Settings;
}

/** Hermes silently rejects http, except on loopback. */
const ISSUER = /^(?:https:\/\/[^\s/?#]|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$))[^\s?#]*$/;

const URL_IN_WORDS = "a URL that starts with https:// or http://";
const BASE_URL_IN_WORDS = `${URL_IN_WORDS}, without query, fragment and /auth/callback`;

/** Settings that every login has. */
export const SHARED_LOGIN_SETTINGS = {
  /**
   * URL under which people open the dashboard, such as `https://hermes.example.com`.
   * @default - on CapRover the address's domain, if there is exactly one; else the request's Host header
   */
  publicUrl: {
    kind: "text",
    variable: "HERMES_DASHBOARD_PUBLIC_URL",
    configPath: "dashboard.public_url",
    optional: true,
    pattern: BASE_URL,
    allowed: BASE_URL_IN_WORDS,
    example: "https://hermes.apps.example.com",
  },
} as const satisfies Settings;

export const DASHBOARD_LOGINS = {
  basic: {
    who: "one user with a password",
    since: "dashboardProviders",
    plugins: ["basic"],
    settings: {
      /** Name of the one user. */
      username: {
        kind: "text",
        variable: "HERMES_DASHBOARD_BASIC_AUTH_USERNAME",
        configPath: "dashboard.basic_auth.username",
        pattern: /^\S.*$/,
        allowed: "a user name",
        example: "admin",
        exampleWorks: true,
      },
      /** The password itself, of at least 12 characters. Hermes hashes it at each start. */
      password: {
        kind: "secret",
        variable: "HERMES_DASHBOARD_BASIC_AUTH_PASSWORD",
        from: "a password of your choice",
        configPath: "dashboard.basic_auth.password",
        optional: true,
        checks: [DASHBOARD_PASSWORD],
      },
      /** Scrypt hash of the password, as `npx cdktf-hermes hash-password` prints it. */
      passwordHash: {
        kind: "secret",
        variable: "HERMES_DASHBOARD_BASIC_AUTH_PASSWORD_HASH",
        configPath: "dashboard.basic_auth.password_hash",
        optional: true,
        suggested: true,
        checks: [SCRYPT_HASH],
        madeBy: "npx cdktf-hermes hash-password",
      },
      /**
       * Signs sessions: at least 16 characters. Keep it the same at every start, so that a restart logs nobody out.
       */
      sessionSecret: {
        kind: "secret",
        variable: "HERMES_DASHBOARD_BASIC_AUTH_SECRET",
        configPath: "dashboard.basic_auth.secret",
        checks: [SESSION_SECRET],
        madeBy: "npx cdktf-hermes session-secret",
      },
      /** How long a login lasts: at least 60. @default 43200 */
      sessionTtlSeconds: {
        kind: "number",
        variable: "HERMES_DASHBOARD_BASIC_AUTH_TTL_SECONDS",
        configPath: "dashboard.basic_auth.session_ttl_seconds",
        optional: true,
        min: 60,
        unit: "seconds",
      },
      ...SHARED_LOGIN_SETTINGS,
    },
  },
  oidc: {
    who: "accounts of your identity provider",
    since: "dashboardProviders",
    redirects: true,
    plugins: ["self-hosted", "self_hosted"],
    settings: {
      /** URL of the issuer: https, or http on loopback. Hermes silently rejects http elsewhere. */
      issuer: {
        kind: "text",
        variable: "HERMES_DASHBOARD_OIDC_ISSUER",
        configPath: "dashboard.oauth.self_hosted.issuer",
        pattern: ISSUER,
        allowed: "an https:// URL; http:// on loopback only",
        example: "https://login.example.com",
      },
      /** Id of the client at the issuer. */
      clientId: {
        kind: "text",
        variable: "HERMES_DASHBOARD_OIDC_CLIENT_ID",
        configPath: "dashboard.oauth.self_hosted.client_id",
        allowed: "a non-empty string",
        example: "hermes",
      },
      /**
       * Secret of a confidential client, from v2026.7.1 on.
       * @default - none: a public client with PKCE
       */
      clientSecret: {
        kind: "secret",
        variable: "HERMES_DASHBOARD_OIDC_CLIENT_SECRET",
        from: "as the identity provider shows it",
        configPath: "dashboard.oauth.self_hosted.client_secret",
        optional: true,
        since: "oidcClientSecret",
        checks: [],
      },
      /** Scopes that the login asks for. @default - `openid profile email` */
      scopes: {
        kind: "list",
        variable: "HERMES_DASHBOARD_OIDC_SCOPES",
        configPath: "dashboard.oauth.self_hosted.scopes",
        optional: true,
        separator: " ",
        item: "a scope",
        example: ["openid", "profile", "email"],
      },
      ...SHARED_LOGIN_SETTINGS,
    },
  },
  nous: {
    who: "accounts of Nous Portal",
    since: "dashboardProviders",
    redirects: true,
    plugins: ["nous"],
    settings: {
      /** `agent:<id>`, as `hermes dashboard register` in the container prints it. */
      clientId: {
        kind: "text",
        variable: "HERMES_DASHBOARD_OAUTH_CLIENT_ID",
        configPath: "dashboard.oauth.client_id",
        pattern: /^agent:\S+$/,
        allowed: "agent:<id>",
        example: "agent:your-id",
      },
      /** URL of the portal. @default - Nous' own portal */
      portalUrl: {
        kind: "text",
        variable: "HERMES_DASHBOARD_PORTAL_URL",
        configPath: "dashboard.oauth.portal_url",
        optional: true,
        pattern: HTTP_URL,
        allowed: URL_IN_WORDS,
        example: "https://portal.example.com",
      },
      ...SHARED_LOGIN_SETTINGS,
    },
  },
  loopback: { who: "whoever can enter the container", loopback: true, plugins: [], settings: {} },
  "trusted-network": {
    who: "whoever reaches the port",
    until: "dashboardAlwaysGated",
    plugins: [],
    switch: { variable: "HERMES_DASHBOARD_INSECURE", since: "dashboardGate" },
    settings: {},
  },
} as const satisfies Readonly<Record<string, DashboardLogin>>;

export type DashboardLoginKind = keyof typeof DASHBOARD_LOGINS;

export const DASHBOARD_LOGIN_KINDS = Object.keys(DASHBOARD_LOGINS).filter(
  (kind): kind is DashboardLoginKind => Object.hasOwn(DASHBOARD_LOGINS, kind),
);

/** Whether the dashboard can be reached from outside the container. */
export function isReachable(access: { readonly kind: DashboardLoginKind } | undefined): boolean {
  return access !== undefined && !loginOf(access.kind).loopback;
}

export function loginOf(kind: DashboardLoginKind): DashboardLogin {
  return DASHBOARD_LOGINS[kind];
}

/** Where the dashboard listens inside the container. */
export function dashboardService(access: { readonly kind: DashboardLoginKind }) {
  return { address: isReachable(access) ? "0.0.0.0" : "127.0.0.1", port: DASHBOARD_PORT };
}

/**
 * The variables that switch the dashboard on for a kind of login. The bind address is always among them: the image's
 * default was 0.0.0.0 first, and 127.0.0.1 in a later version.
 */
export function dashboardSwitches(
  access: { readonly kind: DashboardLoginKind },
  release: Release,
): Readonly<Record<string, string>> {
  const { dashboard, dashboardHost, dashboardPort } = CONTAINER_VARIABLES;
  const { switch: own } = loginOf(access.kind);
  const { address, port } = dashboardService(access);
  return {
    [dashboard.variable]: "1",
    [dashboardHost.variable]: address,
    [dashboardPort.variable]: String(port),
    ...(own && hasFeature(release, own.since) && { [own.variable]: "1" }),
  };
}

/** What a program calls to get the login. */
export function loginFactory(kind: string): string {
  return `DashboardAuth.${kind.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())}`;
}

/** The table of docs/dashboard-auth.md. */
export function loginsMarkdown(): string {
  const rows = Object.entries<DashboardLogin>(DASHBOARD_LOGINS).map(([kind, login]) => {
    return [code(loginFactory(kind)), login.who, releasesOf(login)];
  });
  return docsTable(["", "who", "works with"], rows);
}

function releasesOf({ since, until }: DashboardLogin): string {
  if (until !== undefined) return `before ${firstReleaseWith(until)}`;
  return since === undefined ? "every release" : `${firstReleaseWith(since)} on`;
}
