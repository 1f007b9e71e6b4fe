import { Construct } from "constructs";
import type { DashboardAccess } from "./hermes/dashboard";
import { HermesConfigError } from "./support/errors";
import type { Secret } from "./support/secret";
import {
  anyText,
  HTTP_URL,
  type LazySchema,
  lazily,
  listOrToken,
  optional,
  propsSchema,
  secret,
  text,
  validateProps,
  wholeNumber,
} from "./support/validation";

interface LoginProps {
  /**
   * The URL under which people open the dashboard, such as `https://hermes.example.com`.
   * @default - the request's Host header
   */
  readonly publicUrl?: string;
}

interface BasicLoginProps extends LoginProps {
  readonly username: string;
  /** Signs sessions: at least 16 characters, the same at every start, so that nobody is logged out by a restart. */
  readonly sessionSecret: Secret;
  /** @default 43200 */
  readonly sessionTtlSeconds?: number;
}

/** One user with a scrypt hash (`npx cdktf-hermes hash-password`), or with the password itself. */
export type BasicProps = BasicLoginProps &
  (
    | { readonly passwordHash: Secret; readonly password?: never }
    | { readonly password: Secret; readonly passwordHash?: never }
  );

export interface OidcProps extends LoginProps {
  /** Issuer, https (http only on loopback: Hermes refuses it elsewhere without a word). */
  readonly issuer: string;
  readonly clientId: string;
  /**
   * For a confidential client, from v2026.7.1 on.
   * @default - a public client with PKCE
   */
  readonly clientSecret?: Secret;
  /** @default - openid profile email */
  readonly scopes?: readonly string[];
}

export interface NousProps extends LoginProps {
  /** `agent:<id>`, as `hermes dashboard register` prints it. */
  readonly clientId: string;
  /** @default - Nous' own portal */
  readonly portalUrl?: string;
}

/**
 * Who may see the dashboard. It shows keys and conversations and drives a shell, so there is no "nobody asked": a
 * dashboard has a login, or listens on the container's loopback only.
 */
export class DashboardAuth extends Construct {
  /** User and password, from v2026.6.5 on. Upstream calls it unfit for the open internet: keep TLS in front. */
  static basic(scope: Construct, id: string, props: BasicProps): DashboardAuth {
    return new DashboardAuth(scope, id, BASIC_SCHEMA, props, (self) => {
      const { username, sessionSecret, sessionTtlSeconds, publicUrl, password, passwordHash } = props;
      const credential = password === undefined ? passwordHash : password;
      if (credential === undefined || (password !== undefined && passwordHash !== undefined)) {
        const problem = "there is neither a password nor a hash, or both, and then the password would win";
        throw new HermesConfigError(self, [
          { prop: "passwordHash", problem, fix: "give exactly one of them" },
        ]);
      }
      return {
        kind: "basic",
        username,
        credential: password === undefined ? { passwordHash: credential } : { password },
        sessionSecret,
        ...(sessionTtlSeconds === undefined ? {} : { sessionTtlSeconds }),
        ...(publicUrl === undefined ? {} : { publicUrl }),
      };
    });
  }

  /** Your own identity provider by OpenID Connect, from v2026.6.5 on. Its redirect is `<publicUrl>/auth/callback`. */
  static oidc(scope: Construct, id: string, props: OidcProps): DashboardAuth {
    return new DashboardAuth(scope, id, OIDC_SCHEMA, props, () => ({ kind: "oidc", ...props }));
  }

  /** Nous Portal's accounts, from v2026.6.5 on. */
  static nous(scope: Construct, id: string, props: NousProps): DashboardAuth {
    return new DashboardAuth(scope, id, NOUS_SCHEMA, props, () => ({ kind: "nous", ...props }));
  }

  /** No login; reachable from inside the container only. Works in every release. */
  static loopback(scope: Construct, id: string): DashboardAuth {
    return new DashboardAuth(scope, id, LOOPBACK_SCHEMA, {}, () => ({ kind: "loopback" }));
  }

  /** No login, on a network that you control. Only releases before v2026.7.1 honour it. */
  static trustedNetwork(scope: Construct, id: string, props: { readonly reason: string }): DashboardAuth {
    return new DashboardAuth(scope, id, TRUSTED_NETWORK_SCHEMA, props, () => ({
      kind: "trusted-network",
      ...props,
    }));
  }

  readonly access: DashboardAccess;

  private constructor(
    scope: Construct,
    id: string,
    schema: LazySchema,
    props: object,
    access: (self: DashboardAuth) => DashboardAccess,
  ) {
    super(scope, id);
    validateProps(this, schema, props);
    this.access = access(this);
  }
}

const url = () => text(HTTP_URL, "an URL that starts with https:// or http://");
/** Hermes refuses http beyond loopback without a word. */
const ISSUER = /^(?:https:\/\/[^\s/?#]|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$))[^\s]*$/;

const BASIC_SCHEMA = lazily(() =>
  propsSchema<{ [K in keyof BasicLoginProps | "password" | "passwordHash"]: unknown }>({
    username: text(/^\S.*$/, "a user name"),
    password: optional(secret()),
    passwordHash: optional(secret()),
    sessionSecret: secret(),
    sessionTtlSeconds: optional(wholeNumber(60, Number.MAX_SAFE_INTEGER, "seconds")),
    publicUrl: optional(url()),
  }),
);

const OIDC_SCHEMA = lazily(() =>
  propsSchema<OidcProps>({
    issuer: text(ISSUER, "an https:// URL; http:// on loopback only"),
    clientId: anyText(),
    clientSecret: optional(secret()),
    scopes: optional(listOrToken(anyText("a scope"))),
    publicUrl: optional(url()),
  }),
);

const NOUS_SCHEMA = lazily(() =>
  propsSchema<NousProps>({
    clientId: text(/^agent:\S+$/, "agent:<id>"),
    portalUrl: optional(url()),
    publicUrl: optional(url()),
  }),
);

const LOOPBACK_SCHEMA = lazily(() => propsSchema<object>({}));
const TRUSTED_NETWORK_SCHEMA = lazily(() =>
  propsSchema<{ readonly reason: string }>({
    reason: anyText("the reason why this network is trusted"),
  }),
);
