import { Construct } from "constructs";
import type { BasicProps, DashboardAccess, NousProps, OidcProps } from "./agent/settings/dashboard-access";
import { shapesOf } from "./agent/settings/props-of-settings";
import { DASHBOARD_LOGINS } from "./hermes/dashboard-logins";
import { refuse } from "./support/errors";
import { anyText, type LazySchema, lazily, propsSchema, validateProps } from "./support/validation";

/**
 * Who may see the dashboard. It shows keys and conversations, and gives access to a shell. So there is no open
 * default: a dashboard has a login, or listens on the container's loopback only.
 */
export class DashboardAuth extends Construct {
  /** User and password, from v2026.6.5 on. Upstream advises against it on the open internet: put TLS in front. */
  static basic(scope: Construct, id: string, props: BasicProps): DashboardAuth {
    return new DashboardAuth(scope, id, BASIC_SCHEMA, props, (self) => {
      if ((props.password === undefined) === (props.passwordHash === undefined)) {
        const problem =
          "there is neither a password nor a hash, or there are both, and then Hermes would use the password";
        refuse(self, [{ prop: "passwordHash", problem, fix: "give exactly one of them" }]);
      }
      return { kind: "basic", ...props };
    });
  }

  /**
   * Your own identity provider by OpenID Connect, from v2026.6.5 on. Its redirect URI is `<publicUrl>/auth/callback`.
   */
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

  /** @internal */
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

const BASIC_SCHEMA = lazily(() => propsSchema(shapesOf(DASHBOARD_LOGINS.basic.settings)));
const OIDC_SCHEMA = lazily(() => propsSchema(shapesOf(DASHBOARD_LOGINS.oidc.settings)));
const NOUS_SCHEMA = lazily(() => propsSchema(shapesOf(DASHBOARD_LOGINS.nous.settings)));
const LOOPBACK_SCHEMA = lazily(() => propsSchema<object>({}));
const TRUSTED_NETWORK_SCHEMA = lazily(() =>
  propsSchema<{ readonly reason: string }>({
    reason: anyText("the reason why this network is trusted"),
  }),
);
