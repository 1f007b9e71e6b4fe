import { TerraformProvider } from "cdktf";
import { z } from "zod";
import type { CapRoverNginx } from "../../caprover/app";
import type { CapRoverProvider } from "../../caprover/provider";
import type { ServiceName } from "../../hermes/services";
import {
  anyText,
  confidential,
  construct,
  either,
  flag,
  lazily,
  listOf,
  literalText,
  literalWholeNumber,
  optional,
  propsSchema,
} from "../../support/validation";

/** A user whom nginx asks for before it lets anyone in. */
export interface CapRoverBasicAuthProps {
  /** Name of the one user, without a colon. */
  readonly username: string;
  /** A sensitive Terraform value; in no plan and no state. */
  readonly password: string;
}

interface CapRoverNames {
  /** Further host names, which point to the server already; each gets a certificate. @default - none */
  readonly domains?: readonly string[];
  /**
   * A certificate for the app's address, and http sent to https. CapRover's root domain needs SSL before.
   * @default true
   */
  readonly https?: boolean;
}

/** The app's address leads to the dashboard. */
export interface CapRoverDashboardAddress extends CapRoverNames {
  /** The service that answers at the address. */
  readonly to: "dashboard";
  /**
   * nginx asks for it before the app's address, in addition to the dashboard's own login. It is no substitute for
   * one from v2026.7.1 on.
   * @default - none
   */
  readonly basicAuth?: CapRoverBasicAuthProps;
}

/**
 * The app's address leads to the API server. Basic auth can't be in front of it: both use the Authorization header, so
 * a call with the bearer key gets 401 from nginx, and one with the password 401 from Hermes (caprover#1220).
 */
export interface CapRoverApiServerAddress extends CapRoverNames {
  /** The service that answers at the address. */
  readonly to: "apiServer";
  readonly basicAuth?: never;
}

/** What an app's address leads to, and its names. */
export type CapRoverAddress = CapRoverDashboardAddress | CapRoverApiServerAddress;

/** A second, small app that leads to one more service, since an app has one address. */
export interface CapRoverServiceApp extends CapRoverNames {
  /** Name of the app, and so its address. */
  readonly name: string;
}

/** What only a CapRover server has. */
export interface CapRoverTargetProps {
  /** For a second CapRover server in the stack. @default - the stack's default CapRover provider */
  readonly provider?: CapRoverProvider;
  /**
   * What the app's address leads to; `false` for an agent without address.
   * @default - the dashboard if it listens beyond the container's loopback, else the API server if there is one
   */
  readonly address?: CapRoverAddress | false;
  /**
   * Further apps, each of which leads to one service of this agent. Without one only other apps reach the service, such
   * as `http://srv-captain--<name>:8642`.
   * @default - none
   */
  readonly apps?: { readonly [Service in ServiceName]?: CapRoverServiceApp };
  /**
   * How long nginx lets an answer be silent and how large an upload may be, before the agent and before `apps`. `false`
   * leaves CapRover's template as it is, for a CapRover server that has another one.
   * @default `{ proxyReadTimeoutSeconds: 3600, clientMaxBodySizeMiB: 500 }`
   */
  readonly nginx?: CapRoverNginx | false;
  /**
   * A changed secret shows in the plan by itself. Given a number, only a change of that shows: for values that are others
   * at each plan.
   * @default - the provider counts
   */
  readonly secretsVersion?: number;
}

export const CAPROVER_TARGET_SCHEMA = lazily(() => {
  const names = {
    domains: optional(
      listOf(
        literalText(
          /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/,
          "a host name in lower-case letters, such as hermes.example.com",
        ),
      ),
    ),
    https: optional(flag()),
  };
  const basicAuth = propsSchema<CapRoverBasicAuthProps>({
    username: literalText(/^[^:\s]+$/, "a user name without colon and blanks"),
    password: confidential(anyText("a sensitive Terraform value")),
  });
  const address = z.discriminatedUnion(
    "to",
    [
      propsSchema<CapRoverDashboardAddress>({
        to: z.literal("dashboard"),
        basicAuth: optional(basicAuth),
        ...names,
      }),
      propsSchema<Omit<CapRoverApiServerAddress, "basicAuth">>({ to: z.literal("apiServer"), ...names }),
    ],
    'an object with `to: "dashboard"` or `to: "apiServer"`',
  );
  const app = propsSchema<CapRoverServiceApp>({ name: literalText(/\S/, "a name"), ...names });
  const patience = literalWholeNumber(1, Number.MAX_SAFE_INTEGER, "s");
  const target = propsSchema<CapRoverTargetProps>({
    provider: optional(
      construct("CapRoverProvider", (value) => TerraformProvider.isTerraformProvider(value)),
    ),
    address: optional(either("false, or what it leads to", z.literal(false), address)),
    apps: optional(
      propsSchema<Required<CapRoverTargetProps>["apps"]>({
        dashboard: optional(app),
        apiServer: optional(app),
      }),
    ),
    nginx: optional(
      either(
        "false, or an object with proxyReadTimeoutSeconds and clientMaxBodySizeMiB",
        z.literal(false),
        propsSchema<CapRoverNginx>({
          proxyReadTimeoutSeconds: optional(patience),
          clientMaxBodySizeMiB: optional(literalWholeNumber(1, Number.MAX_SAFE_INTEGER, "MiB")),
        }),
      ),
    ),
    secretsVersion: optional(literalWholeNumber(1, Number.MAX_SAFE_INTEGER, "")),
  });
  return propsSchema<{ readonly target: CapRoverTargetProps }>({ target });
});
