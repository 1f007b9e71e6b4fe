/** CapRover's refusals in Terraform's words: the app, the call, what to do, and the attribute it is about. */
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
    fix: "A name has at most 49 lower-case letters, digits and single hyphens, and is neither captain nor registry nor begins with captain-.",
    path: ["name"],
  },
  {
    text: /domain name is not accepted/i,
    fix: "Give a host name that is no subdomain of the captain's root domain.",
  },
  { text: /serviceUpdateOverride/, fix: "It takes a YAML or JSON object.", path: ["service_override"] },
  { text: /force ssl/i, fix: "Enable SSL for one of the app's domains first." },
  {
    text: /enable ssl for your root domain/i,
    fix: "Enable SSL for the captain's root domain in its dashboard first.",
  },
  {
    status: API_STATUS.nginxRefused,
    fix: "nginx refused its configuration. Look at the nginx settings of this app and of the captain.",
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

/** Logging in failed: nothing else can work. */
export function loginRefusal(status: number, description: string): TerraformError {
  const fixes: Readonly<Record<number, string>> = {
    [API_STATUS.wrongPassword]:
      "Give the password of the CapRover dashboard in the attribute password or in CAPROVER_PASSWORD.",
    [API_STATUS.passwordBackOff]: "CapRover waits after wrong passwords. Try again in a minute.",
    [API_STATUS.otpRequired]:
      "Two-factor authentication is on. This provider can't give one-time passwords: switch it off, or keep a captain of its own for automation.",
  };
  return new TerraformError(`CapRover refused the login: ${description}`, {
    detail: fixes[status] ?? `CapRover's status is ${status}.`,
    path: ["password"],
  });
}

export function noCapRover(url: URL, seen: string): TerraformError {
  return new TerraformError(`${url.origin} does not answer as a CapRover`, {
    detail: `${seen} Give the address of the captain, such as "https://captain.apps.example.com".`,
    path: ["url"],
  });
}

/** Node's codes for a certificate that it does not take: trying again does not mend it. */
export const isCertificateError = (code: string): boolean =>
  /CERT|ISSUER|^UNABLE_TO_VERIFY_LEAF_SIGNATURE$|^HOSTNAME_MISMATCH$/.test(code);

export function untrusted(url: URL, why: string): TerraformError {
  return new TerraformError(`The certificate of ${url.origin} is not trusted: ${why}`, {
    detail:
      "Where an authority of your own has signed it, name that authority's certificate in NODE_EXTRA_CA_CERTS. Else enable HTTPS in CapRover's dashboard, which renews certificates itself.",
    path: ["url"],
  });
}

type Answer = Pick<Refusal, "status" | "description">;

/** Not refused for good: a build of the app has to end first. */
export const isBusyBuilding = ({ status, description }: Answer): boolean =>
  status === API_STATUS.illegalOperation && /build in-progress/i.test(description);

/** Not refused for good: Swarm has yet to place the first container of an app with data. Nothing was saved. */
export const isNotPlaced = ({ status, description }: Answer): boolean =>
  status === API_STATUS.generic && /(find the service|no nodeid was found)\. try again/i.test(description);

/** Refused after saving, because there is no image yet to apply it to. */
export const isSavedWithoutImage = ({ status, description }: Answer): boolean =>
  status === API_STATUS.illegalParameter && /imagename for deployed version/i.test(description);

export function gone(appName: string): TerraformError {
  return new TerraformError(`App "${appName}" is not on the captain any more`, {
    detail: "Somebody deleted it meanwhile. The next plan creates it anew.",
  });
}

export function unknownFate(appName: string): TerraformError {
  return new TerraformError(`It is not known whether CapRover took the last change of ${appName}`, {
    detail:
      "It broke off several times. When it answers HTTP 500 each time, the engine refuses the service: look at service_override, limits and ports. The captain's own log says why. The next apply tries again.",
  });
}

/** What is taken and then shown otherwise would be sent again for ever, and each time stop the container. */
export function notKept(appName: string, keys: readonly string[]): TerraformError {
  return new TerraformError(`CapRover took ${keys.join(", ")} of ${appName}, and shows something else`, {
    detail: "Either it stores another form of the value, or somebody else changes it back.",
  });
}
