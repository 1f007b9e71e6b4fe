/** CapRover's refusals as Terraform's errors: the call, the reason, the fix, and the attribute. */
import { APP_NAME } from "../../caprover-server/limits";
import { type Path, TerraformError } from "../../terraform-plugin";
import { API_STATUS } from "./api-status";

export interface Refusal {
  /** What was asked, such as `update app "hermes"`. */
  readonly call: string;
  readonly status: number;
  readonly description: string;
}

interface Explanation {
  readonly status?: number;
  readonly text?: RegExp;
  readonly fix: string;
  readonly path?: Path;
}

const EXPLANATIONS: readonly Explanation[] = [
  {
    text: /project not found/i,
    fix: "Give the id of a caprover_project, or leave project_id out.",
    path: ["project_id"],
  },
  {
    text: /node id you requested/i,
    fix: "The data source caprover_system lists the ids of the nodes.",
    path: ["node_id"],
  },
  {
    status: API_STATUS.badName,
    text: /app name/i,
    fix: `A name has ${APP_NAME.allowed}.`,
    path: ["name"],
  },
  {
    text: /domain name is not accepted/i,
    fix: "Give a host name that is no subdomain of the server's root domain.",
  },
  { text: /serviceUpdateOverride/, fix: "It takes a YAML or JSON object.", path: ["service_override"] },
  { text: /force ssl/i, fix: "Enable SSL for one of the app's domains first." },
  {
    text: /enable ssl for your root domain/i,
    fix: "Enable SSL for the server's root domain in CapRover's dashboard first.",
  },
  {
    status: API_STATUS.nginxRefused,
    fix: "nginx refused its configuration. Check the nginx settings of this app and of the CapRover server.",
  },
  {
    status: API_STATUS.authenticationFailed,
    fix: "The registry refused the account. Check user name, password and domain.",
  },
];

export function refusal({ call, status, description }: Refusal): TerraformError {
  const known = EXPLANATIONS.find(
    (one) => (one.status ?? status) === status && (one.text?.test(description) ?? true),
  );
  return new TerraformError(`CapRover refused to ${call}: ${description}`, {
    detail: `CapRover's status is ${status}.${known === undefined ? "" : ` ${known.fix}`}`,
    ...(known?.path === undefined ? {} : { path: known.path }),
  });
}

/** Without a login nothing else works. */
export function loginRefusal(status: number, description: string): TerraformError {
  const fixes: Readonly<Record<number, string>> = {
    [API_STATUS.wrongPassword]:
      "Give the password of the CapRover dashboard in the attribute password or in CAPROVER_PASSWORD.",
    [API_STATUS.passwordBackOff]: "CapRover waits after wrong passwords. Try again in a minute.",
    [API_STATUS.otpRequired]:
      "Two-factor authentication is on. This provider can't give one-time passwords: switch it off, or use a CapRover server without it.",
  };
  return new TerraformError(`CapRover refused the login: ${description}`, {
    detail: fixes[status] ?? `CapRover's status is ${status}.`,
    path: ["password"],
  });
}

export function noCapRover(url: URL, seen: string): TerraformError {
  return new TerraformError(`${url.origin} does not answer as a CapRover server`, {
    detail: `${seen} Give the address of the CapRover server, such as "https://captain.apps.example.com".`,
    path: ["url"],
  });
}

/** Node's error codes for a certificate that it does not trust. Trying again does not help. */
export const isCertificateError = (code: string): boolean =>
  /CERT|ISSUER|^UNABLE_TO_VERIFY_LEAF_SIGNATURE$|^HOSTNAME_MISMATCH$/.test(code);

export function untrusted(url: URL, why: string): TerraformError {
  return new TerraformError(`The certificate of ${url.origin} is not trusted: ${why}`, {
    detail:
      "If a certificate authority of your own signed it, set NODE_EXTRA_CA_CERTS to that authority's certificate. Otherwise enable HTTPS in CapRover's dashboard; CapRover renews its certificates itself.",
    path: ["url"],
  });
}

type Answer = Pick<Refusal, "status" | "description">;

/** A temporary refusal: a build of the app has to end first. */
export const isBusyBuilding = ({ status, description }: Answer): boolean =>
  status === API_STATUS.illegalOperation && /build in-progress/i.test(description);

/** A temporary refusal: Swarm has not placed the first container of an app with data yet. Nothing was saved. */
export const isNotPlaced = ({ status, description }: Answer): boolean =>
  status === API_STATUS.generic && /(find the service|no nodeid was found)\. try again/i.test(description);

/** Saved and then refused, because there is no image yet. */
export const isSavedWithoutImage = ({ status, description }: Answer): boolean =>
  status === API_STATUS.illegalParameter && /imagename for deployed version/i.test(description);

export function gone(appName: string): TerraformError {
  return new TerraformError(`App "${appName}" no longer exists on the CapRover server`, {
    detail: "Somebody deleted it during the apply. The next plan creates it again.",
  });
}

export function unknownFate(appName: string): TerraformError {
  return new TerraformError(`It is not known whether the last change of ${appName} took effect`, {
    detail:
      "CapRover gave no answer several times. If it answered HTTP 500 each time, Docker refuses the service: check service_override, limits and ports. CapRover's own log says why. The next apply tries again.",
  });
}

/** Such a value would be sent again at every apply, and each time the container would stop. */
export function notKept(appName: string, keys: readonly string[]): TerraformError {
  return new TerraformError(`CapRover accepted ${keys.join(", ")} of ${appName}, but shows another value`, {
    detail: "Either CapRover stores the value in another form, or somebody else changes it back.",
  });
}

/** Another state changes the app, without a lock that both share. */
export function overtaken(appName: string, atMs: number): TerraformError {
  return new TerraformError(`Somebody else is changing this app: ${appName}`, {
    detail: `Another run of Terraform wrote to it at ${new Date(atMs).toISOString()}, by the server's clock. This run has left the app to that one. Let both use one state with a lock. To apply this configuration too, wait until the other run has ended, and plan again.`,
    path: ["name"],
  });
}
