/** What a plan says of domains, as far as CapRover's list and the other plans of the process show it. */
import { TerraformError } from "../../terraform-plugin";
import type { AppList } from "../captain/client";
import type { CaptainContext } from "../rollout/connection";
import { ownHost } from "./app/computed";
import { domainIn, domainThing } from "./belonging";

interface Seen {
  readonly list: AppList;
  readonly context: CaptainContext;
}

/** @returns undefined while the server is not known */
export async function seenAtPlan(context: CaptainContext): Promise<Seen | undefined> {
  const { providerData, signal } = context;
  if (!providerData.isConfigured) return undefined;
  return { list: await providerData.captain.cachedApps(signal), context };
}

/** @throws TerraformError when there is no such app, and none was planned before */
export function checkAppExists(appName: unknown, { list, context }: Seen): void {
  if (typeof appName !== "string" || list.apps.has(appName)) return;
  if (context.providerData.coordination.apps.isPlanned(appName)) return;
  throw new TerraformError(`There is no app "${appName}" on the CapRover server`, {
    detail: `The apps are: ${[...list.apps.keys()].join(", ") || "none"}. For an app of this configuration give its id, such as caprover_app.web.id.`,
    path: ["app"],
  });
}

/** Keeps for other plans that the app has the domain after the apply. */
export function planDomain(appName: unknown, domain: unknown, { context }: Seen): string | undefined {
  if (typeof domain !== "string") return undefined;
  const { apps } = context.providerData.coordination;
  return apps.planDomain(typeof appName === "string" ? appName : undefined, domain);
}

/**
 * For a new domain: when another app got a domain later, the one that had it first can still be planned.
 *
 * @throws TerraformError when the domain is another app's, now or after the apply, or below the server's root domain
 */
export function checkDomainFree(appName: unknown, domain: unknown, seen: Seen): void {
  if (typeof domain !== "string") return;
  const { list, context } = seen;
  if (list.rootDomain !== "" && domain.endsWith(`.${list.rootDomain}`)) {
    throw new TerraformError(`${domain} is below the root domain of the CapRover server`, {
      detail: `CapRover gives the names below ${list.rootDomain} to apps by itself: an app named web has web.${list.rootDomain}. Name the app so, or take a domain elsewhere.`,
      path: ["domain"],
    });
  }
  const { lives } = context.providerData.coordination;
  const holder = [...list.apps.values()].find(
    (one) => one.name !== appName && domainIn(one, domain) !== undefined,
  );
  // a domain that this state has moves with its resource
  if (holder !== undefined && !lives.isHeld(domainThing(holder.name, domain))) {
    throw held(domain, `already is a domain of app "${holder.name}"`);
  }
  const other = planDomain(appName, domain, seen);
  if (other !== undefined) throw held(domain, `is to be a domain of app "${other}" too`);
}

const held = (domain: string, problem: string): TerraformError =>
  new TerraformError(`${domain} ${problem}`, {
    detail: "A domain leads to one app. CapRover would accept it for both, and nginx would choose one.",
    path: ["domain"],
  });

/** @throws TerraformError when the domain is not the app's, and is not planned to be */
export function checkRedirect(appName: unknown, domain: unknown, { list, context }: Seen): void {
  if (typeof appName !== "string" || typeof domain !== "string" || list.rootDomain === "") return;
  const saved = list.apps.get(appName)?.customDomains ?? [];
  const domains = [ownHost(appName, list.rootDomain), ...saved.map((one) => one.domain)];
  const isPlanned = context.providerData.coordination.apps.getsDomain(appName, domain);
  if (!isPlanned && !domains.includes(domain)) throw notItsOwn(appName, domain, domains);
}

export const notItsOwn = (appName: string, domain: string, domains: readonly string[]): TerraformError =>
  new TerraformError(`"${domain}" is no domain of app "${appName}"`, {
    detail: `It has: ${domains.join(", ")}. CapRover would redirect all visitors to a domain that is not the app's. For a domain of this configuration give the host of its caprover_custom_domain.`,
    path: ["domain"],
  });

/** @throws TerraformError when no domain of the app has a certificate, or gets one */
export function checkCertified(appName: unknown, { list, context }: Seen): void {
  if (typeof appName !== "string" || context.providerData.coordination.apps.getsCertificate(appName)) return;
  const app = list.apps.get(appName);
  if (app?.hasBaseDomainSsl || app?.customDomains.some(({ hasSsl }) => hasSsl)) return;
  throw new TerraformError(`No domain of app "${appName}" has a certificate`, {
    detail:
      "CapRover forces SSL only for an app that has it. Add a caprover_base_domain_ssl or a caprover_custom_domain, and name it in depends_on.",
    path: ["app"],
  });
}
