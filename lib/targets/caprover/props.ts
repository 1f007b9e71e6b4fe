import { TerraformProvider } from "cdktf";
import * as z from "zod";
import type { CapRoverNginx } from "../../caprover/app-props";
import type { CapRoverProvider } from "../../caprover/provider";
import { DOMAIN } from "../../caprover-server/limits";
import type { ListenerName } from "../../hermes/platforms";
import { isServiceName, type ServiceName } from "../../hermes/services";
import { DOMAIN_NAME } from "../../support/host-name";
import { parseIpNetwork } from "../../support/ip-network";
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
  textThat,
} from "../../support/validation";
import { byService } from "../service-props";

/** The user and password that nginx asks for. */
export interface CapRoverBasicAuthProps {
  /** Name of the one user, without a colon. */
  readonly username: string;
  /** A sensitive Terraform value; in no plan and no state. */
  readonly password: string;
}

interface CapRoverNames {
  /** Additional host names, which must already point to the server. Each gets a certificate. @default - none */
  readonly domains?: readonly string[];
  /**
   * Gets a certificate for the app's address, and redirects http to https. CapRover's root domain must have SSL first.
   * @default true
   */
  readonly https?: boolean;
}

/** The app's address leads to the dashboard. */
export interface CapRoverDashboardAddress extends CapRoverNames {
  /** The service that answers at the address. */
  readonly to: "dashboard";
  /**
   * nginx asks for it in front of the app's address, in addition to the dashboard's own login. From v2026.7.1 on it
   * can't replace that login.
   * @default - none
   */
  readonly basicAuth?: CapRoverBasicAuthProps;
}

/**
 * The app's address leads to the API server. Basic auth can't be in front of it: both use the Authorization header, so
 * a call with the bearer key gets 401 from nginx, and a call with the password gets 401 from Hermes (caprover#1220).
 */
export interface CapRoverApiServerAddress extends CapRoverNames {
  /** The service that answers at the address: the agent's own API server, or that of a profile, such as `"work.apiServer"`. */
  readonly to: Exclude<ServiceName, "dashboard">;
  readonly basicAuth?: never;
}

/** The app's address leads to the webhook of a chat platform. */
export interface CapRoverPlatformAddress extends CapRoverNames {
  /** The service that answers at the address. */
  readonly to: ListenerName;
  readonly basicAuth?: never;
}

/** The service that an app's address leads to, and its host names. */
export type CapRoverAddress = CapRoverDashboardAddress | CapRoverApiServerAddress | CapRoverPlatformAddress;

/** A second, small app that leads to another service, because an app has one address only. */
export interface CapRoverServiceApp extends CapRoverNames {
  /** Name of the app, which is part of its address. */
  readonly name: string;
}

/**
 * Additional apps by the service that each leads to: `apiServer`, a chat platform such as `telegram`, or `work.apiServer`
 * of the profile `work`.
 */
export type CapRoverServiceApps = { readonly [Service in ServiceName]?: CapRoverServiceApp };

/** Settings that only a CapRover server has. */
export interface CapRoverTargetProps {
  /** For a second CapRover server in the stack. @default - the stack's default CapRover provider */
  readonly provider?: CapRoverProvider;
  /**
   * The service that the app's address leads to; `false` for an agent without address.
   * @default - the dashboard, unless it listens on the container's loopback only; else the API server if there is one;
   *   else the first chat platform that is called
   */
  readonly address?: CapRoverAddress | false;
  /**
   * Additional apps, each of which leads to one service of this agent. Without one, only other apps can reach the
   * service, such as by `http://srv-captain--<name>:8642`.
   * @default - none
   */
  readonly apps?: CapRoverServiceApps;
  /**
   * How long nginx waits for the next part of an answer, and how large an upload may be, for the agent and for `apps`.
   * `false` leaves the nginx template unchanged, for a CapRover server with a template of its own.
   * @default `{ proxyReadTimeoutSeconds: 3600, clientMaxBodySizeMiB: 500 }`
   */
  readonly nginx?: CapRoverNginx | false;
  /**
   * The network of CapRover's load balancer, as `docker network inspect captain-overlay-network` shows it. The
   * dashboard believes what comes from there about a visitor's address. `trustedProxies` of the agent takes its place.
   * @default "10.0.1.0/24" - what CapRover's installer makes
   */
  readonly overlayNetwork?: string;
  /**
   * On a CapRover of several nodes: the UDP port of the node that keeps a second container away from the agent's data,
   * also after the node was cut off. Nobody listens there.
   * @default - one from 20000 to 31999, by the name of the data's volume or path
   */
  readonly lockPort?: number;
  /**
   * By default the plan shows a changed secret by itself, and the apply sends it. With a number, secrets are sent only
   * when that number changes, and the plan warns of a changed one that is not sent: for values that differ at each plan.
   * @default - the provider counts
   */
  readonly secretsVersion?: number;
}

export const CAPROVER_TARGET_SCHEMA = lazily(() => {
  const names = {
    domains: optional(listOf(literalText(DOMAIN_NAME, DOMAIN.allowed))),
    https: optional(flag()),
  };
  const basicAuth = propsSchema<CapRoverBasicAuthProps>({
    username: literalText(/^[^:\s]+$/, "a user name without colon and blanks"),
    password: confidential(anyText("a sensitive Terraform value")),
  });
  const leadsTo =
    '`to: "dashboard"`, `to: "apiServer"`, the name of a chat platform that is called, or a service of a profile, such as `to: "work.apiServer"`';
  const address = propsSchema<CapRoverDashboardAddress>({
    to: z.string(leadsTo).refine(isServiceName, leadsTo),
    basicAuth: optional(basicAuth),
    ...names,
  }).superRefine((given, context) => {
    if (given["to"] === "dashboard" || given["basicAuth"] === undefined) return;
    context.addIssue({
      code: "unrecognized_keys",
      keys: ["basicAuth"],
      input: given,
      message: "no such prop beside another service than the dashboard",
    });
  });
  const app = propsSchema<CapRoverServiceApp>({ name: literalText(/\S/, "a name"), ...names });
  const patience = literalWholeNumber(1, Number.MAX_SAFE_INTEGER, "s");
  const target = propsSchema<CapRoverTargetProps>({
    provider: optional(
      construct("CapRoverProvider", (value) => TerraformProvider.isTerraformProvider(value)),
    ),
    address: optional(either("false, or what it leads to", z.literal(false), address)),
    apps: optional(byService(app)),
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
    overlayNetwork: optional(
      textThat(
        (value) => parseIpNetwork(value)?.aligned === true,
        "a network by its first address, such as 10.0.1.0/24",
      ),
    ),
    lockPort: optional(literalWholeNumber(1, 65534, "")),
    secretsVersion: optional(literalWholeNumber(1, Number.MAX_SAFE_INTEGER, "")),
  });
  return propsSchema<{ readonly target: CapRoverTargetProps }>({ target });
});
