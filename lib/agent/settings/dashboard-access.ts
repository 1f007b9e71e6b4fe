import type { DASHBOARD_LOGINS, DashboardLoginKind } from "../../hermes/dashboard-logins";
import type { Secret } from "../../support/secret";
import type { PropsOf } from "./props-of-settings";

type LoginProps<Kind extends DashboardLoginKind> = PropsOf<(typeof DASHBOARD_LOGINS)[Kind]["settings"]>;

/** One user with a scrypt hash (`npx cdktf-hermes hash-password`), or with the password itself. */
export type BasicProps = LoginProps<"basic"> &
  (
    | { readonly passwordHash: Secret; readonly password?: never }
    | { readonly password: Secret; readonly passwordHash?: never }
  );

/** A client at your own identity provider. Register `<publicUrl>/auth/callback` there as redirect URI. */
export type OidcProps = LoginProps<"oidc">;

/** A client at Nous Portal. */
export type NousProps = LoginProps<"nous">;

/** Who may see the dashboard, and how they log in. */
export type DashboardAccess =
  | ({ readonly kind: "basic" } & LoginProps<"basic">)
  | ({ readonly kind: "oidc" } & OidcProps)
  | ({ readonly kind: "nous" } & NousProps)
  | { readonly kind: "loopback" }
  | { readonly kind: "trusted-network"; readonly reason: string };

/** The login with the URL that its target knows, unless the program gives one. */
export function withPublicUrl(
  access: DashboardAccess | undefined,
  url: string | undefined,
): DashboardAccess | undefined {
  if (access === undefined || access.kind === "loopback" || access.kind === "trusted-network") return access;
  return url === undefined || access.publicUrl !== undefined ? access : { ...access, publicUrl: url };
}

/** The URL under which people open the dashboard, if it is given. */
export function publicUrlOf(access: DashboardAccess | undefined): string | undefined {
  return access !== undefined && "publicUrl" in access ? access.publicUrl : undefined;
}
