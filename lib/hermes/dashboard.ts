/** Who may see the dashboard: the alternatives that Hermes knows, and the variables each release wants for them. */
import type { Secret } from "../support/secret";
import { DASHBOARD_PORT } from "./container-contract";
import { type Feature, hasFeature, type Release } from "./releases";
import { ANY_SECRET, DASHBOARD_PASSWORD, SCRYPT_HASH, SESSION_SECRET, type SecretCheck } from "./secrets";
import { dashboardService } from "./services";

export type DashboardAccess =
  | BasicAccess
  | OidcAccess
  | NousAccess
  | { readonly kind: "loopback" }
  | { readonly kind: "trusted-network"; readonly reason: string };

interface Login {
  /** The URL under which people open the dashboard; OAuth redirects go there. */
  readonly publicUrl?: string;
}

export interface BasicAccess extends Login {
  readonly kind: "basic";
  readonly username: string;
  readonly credential: { readonly password: Secret } | { readonly passwordHash: Secret };
  readonly sessionSecret: Secret;
  readonly sessionTtlSeconds?: number;
}

export interface OidcAccess extends Login {
  readonly kind: "oidc";
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: Secret;
  readonly scopes?: readonly string[];
}

export interface NousAccess extends Login {
  readonly kind: "nous";
  readonly clientId: string;
  readonly portalUrl?: string;
}

export interface SecretVariable {
  readonly name: string;
  /** The prop that carries it, for messages. */
  readonly prop: string;
  readonly value: Secret;
  readonly checks: readonly SecretCheck[];
}

/** A value of the environment: text, or a list that travels as one text and of which only Terraform may know the items. */
export type PlainValue = string | { readonly items: readonly string[]; readonly separator: "," | " " };

export interface EnvironmentPart {
  readonly plain: Readonly<Record<string, PlainValue>>;
  readonly secrets: readonly SecretVariable[];
}

/** The feature a release must have for each kind; the kinds that are missing here work in every release. */
export const DASHBOARD_REQUIRES: Partial<Record<DashboardAccess["kind"], Feature>> = {
  basic: "dashboardProviders",
  oidc: "dashboardProviders",
  nous: "dashboardProviders",
};

/** Whether the dashboard can be reached from outside the container. */
export function isReachable(access: DashboardAccess | undefined): boolean {
  return access !== undefined && access.kind !== "loopback";
}

/** The URL under which people open the dashboard, where it is stated. */
export function publicUrlOf(access: DashboardAccess | undefined): string | undefined {
  return access !== undefined && "publicUrl" in access ? access.publicUrl : undefined;
}

/**
 * The bind address is always written: the image's default has been 0.0.0.0 and, in a later version, 127.0.0.1.
 */
export function dashboardEnvironment(access: DashboardAccess | undefined, release: Release): EnvironmentPart {
  if (access === undefined) return { plain: {}, secrets: [] };
  const base = {
    HERMES_DASHBOARD: "1",
    HERMES_DASHBOARD_HOST: dashboardService(access).address,
    HERMES_DASHBOARD_PORT: String(DASHBOARD_PORT),
  };
  const login = loginEnvironment(access, release);
  return { plain: { ...base, ...login.plain }, secrets: login.secrets };
}

function loginEnvironment(access: DashboardAccess, release: Release): EnvironmentPart {
  switch (access.kind) {
    case "loopback":
      return { plain: {}, secrets: [] };
    case "trusted-network":
      return {
        plain: hasFeature(release, "dashboardGate") ? { HERMES_DASHBOARD_INSECURE: "1" } : {},
        secrets: [],
      };
    case "basic":
      return {
        plain: {
          HERMES_DASHBOARD_BASIC_AUTH_USERNAME: access.username,
          ...optional("HERMES_DASHBOARD_BASIC_AUTH_TTL_SECONDS", access.sessionTtlSeconds?.toString()),
          ...optional("HERMES_DASHBOARD_PUBLIC_URL", access.publicUrl),
        },
        secrets: [
          basicCredential(access.credential),
          secret("HERMES_DASHBOARD_BASIC_AUTH_SECRET", "sessionSecret", access.sessionSecret, SESSION_SECRET),
        ],
      };
    case "oidc":
      return {
        plain: {
          HERMES_DASHBOARD_OIDC_ISSUER: access.issuer,
          HERMES_DASHBOARD_OIDC_CLIENT_ID: access.clientId,
          ...optional(
            "HERMES_DASHBOARD_OIDC_SCOPES",
            access.scopes && { items: access.scopes, separator: " " },
          ),
          ...optional("HERMES_DASHBOARD_PUBLIC_URL", access.publicUrl),
        },
        secrets:
          access.clientSecret === undefined
            ? []
            : [secret("HERMES_DASHBOARD_OIDC_CLIENT_SECRET", "clientSecret", access.clientSecret)],
      };
    case "nous":
      return {
        plain: {
          HERMES_DASHBOARD_OAUTH_CLIENT_ID: access.clientId,
          ...optional("HERMES_DASHBOARD_PORTAL_URL", access.portalUrl),
          ...optional("HERMES_DASHBOARD_PUBLIC_URL", access.publicUrl),
        },
        secrets: [],
      };
  }
}

/** One of the two only: a password, where both are set, wins over the hash. */
function basicCredential(credential: BasicAccess["credential"]): SecretVariable {
  return "password" in credential
    ? secret("HERMES_DASHBOARD_BASIC_AUTH_PASSWORD", "password", credential.password, DASHBOARD_PASSWORD)
    : secret(
        "HERMES_DASHBOARD_BASIC_AUTH_PASSWORD_HASH",
        "passwordHash",
        credential.passwordHash,
        SCRYPT_HASH,
      );
}

function secret(name: string, prop: string, value: Secret, ...checks: SecretCheck[]): SecretVariable {
  return { name, prop: `dashboard.${prop}`, value, checks: [ANY_SECRET, ...checks] };
}

function optional(name: string, value: PlainValue | undefined): Record<string, PlainValue> {
  return value === undefined ? {} : { [name]: value };
}
