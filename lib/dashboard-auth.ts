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
   * URL under which people open the dashboard, such as `https://hermes.example.com`.
   * @default - the request's Host header
   */
  readonly publicUrl?: string;
}

/** @inline */
interface BasicLoginProps extends LoginProps {
  /** Name of the one user. */
  readonly username: string;
  /** Signs sessions: at least 16 characters, the same at every start, so that a restart logs nobody out. */
  readonly sessionSecret: Secret;
  /** How long a login lasts: at least 60. @default 43200 */
  readonly sessionTtlSeconds?: number;
}

/** One user with a scrypt hash (`npx cdktf-hermes hash-password`), or with the password itself. */
export type BasicProps = BasicLoginProps &
  (
    | {
        /** Scrypt hash of the password, as `npx cdktf-hermes hash-password` prints it. */
        readonly passwordHash: Secret;
        readonly password?: never;
      }
    | {
        /** The password itself, of at least 12 characters. */
        readonly password: Secret;
        readonly passwordHash?: never;
      }
  );

/** A client at your own identity provider. Register `<publicUrl>/auth/callback` there as redirect. */
export interface OidcProps extends LoginProps {
  /** URL of the issuer: https, or http on loopback. Hermes refuses http elsewhere without a word. */
  readonly issuer: string;
  /** Id of the client at the issuer. */
  readonly clientId: string;
  /** Secret of a confidential client, from v2026.7.1 on. @default - none: a public client with PKCE */
  readonly clientSecret?: Secret;
  /** Scopes that the login asks for. @default - `openid profile email` */
  readonly scopes?: readonly string[];
}

/** A client at Nous Portal. */
export interface NousProps extends LoginProps {
  /** `agent:<id>`, as `hermes dashboard register` prints it, run in the container. */
  readonly clientId: string;
  /** URL of the portal. @default - Nous' own portal */
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

  /** The login as the agent's environment gets it. */
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
