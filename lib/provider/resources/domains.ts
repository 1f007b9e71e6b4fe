/** An app's custom domains, and the certificate of its own address. */
import { bool, defaulted, required, string, TerraformError, UNKNOWN } from "../../terraform-plugin";
import type { App } from "../captain/app";
import { doOnce } from "../captain/do-once";
import { findApp } from "../rollout/change";
import type { CaptainContext } from "../rollout/connection";
import { ownHost, urlOf } from "./app/computed";
import { cachedApp, checkUnset, domainIn, domainThing, planBelonging } from "./belonging";
import { resource } from "./definitions";
import { app, appIn, host, hostName, id, url } from "./domain-attributes";
import { checkAppExists, checkDomainFree, planDomain, seenAtPlan } from "./domain-checks";
import { planToDestroy } from "./existing";
import { parseImportId } from "./import-id";
import { endRedirect } from "./redirect";

/** CapRover sends a request to a domain before it accepts it. */
const LONGEST_VISIT_SECONDS = 60;
/** Let's Encrypt may take this long, and it limits how many certificates are asked for. */
const LONGEST_ISSUE_SECONDS = 300;

const knownText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

interface DomainCall {
  readonly call: string;
  readonly path: string;
  readonly customDomain?: string;
  readonly longestSeconds: number;
  readonly isSo: (app: App) => boolean;
}

/** One of CapRover's calls for an app. CapRover refuses it when the app is as asked already, so then it is not made. */
async function bringAbout(
  appName: string,
  { call, path, customDomain, longestSeconds, isSo }: DomainCall,
  context: CaptainContext,
): Promise<void> {
  const look = async () => {
    const app = await findApp(context.providerData.captain, appName, context.signal);
    return isSo(app) ? app : undefined;
  };
  if ((await look()) !== undefined) return;
  const body = { appName, ...(customDomain === undefined ? {} : { customDomain }) };
  const deed = { call, path: `/user/apps/appDefinitions/${path}`, body, longestSeconds, look };
  await doOnce(deed, context.providerData.captain, context.signal);
}

export const customDomainResource = resource({
  description: "A custom domain of an app. It has to point to the server already.",
  attributes: {
    app,
    domain: required(string, {
      description: "Host name in lower-case letters.",
      requiresReplace: true,
      validators: [hostName],
    }),
    ssl: defaulted(bool, true, {
      description:
        "With a certificate from Let's Encrypt. CapRover can't switch it off, so a change to `false` replaces the domain.",
    }),
    id,
    host: host("The domain, known once the app has it: for `domain` of a `caprover_redirect`."),
    url,
  },
  async modifyPlan({ app: appName, domain, ssl }, context) {
    const { state: prior, requiresReplace, providerData } = context;
    if (prior?.ssl === true && ssl === false) requiresReplace(["ssl"]);
    // before the checks: a domain of this state may move
    if (prior !== null) providerData.coordination.lives.hold(domainThing(prior.app, prior.domain));
    const seen = await seenAtPlan(context);
    if (seen !== undefined && prior?.app === appName && prior.domain === domain) {
      planDomain(appName, domain, seen);
    } else if (seen !== undefined) {
      checkAppExists(appName, seen);
      checkDomainFree(appName, domain, seen);
    }
    if (ssl === true) providerData.coordination.apps.planCertificate(knownText(appName));
    if (prior === null && typeof appName === "string" && typeof domain === "string") {
      await planBelonging(domainThing(appName, domain), context);
    }
    return prior === null || prior.ssl === ssl ? undefined : { url: UNKNOWN };
  },
  planDestroy({ app: appName, domain }, { providerData }) {
    planToDestroy(domainThing(appName, domain), providerData.coordination);
  },
  async create({ app: appName, domain, ssl }, context) {
    const { apps } = await context.providerData.captain.apps(context.signal);
    checkUnset(domainThing(appName, domain), apps.get(appName), context);
    const holder = [...apps.values()].find(
      (one) => one.name !== appName && domainIn(one, domain) !== undefined,
    );
    if (holder !== undefined) {
      throw new TerraformError(`${domain} already is a domain of app "${holder.name}"`, { path: ["domain"] });
    }
    const isNew = !domainThing(appName, domain).isSet(
      await findApp(context.providerData.captain, appName, context.signal),
    );
    try {
      await attach(appName, domain, ssl, context);
    } catch (error) {
      if (isNew) await detach(appName, domain, context);
      throw error;
    }
    return { id: `${appName}/${domain}`, ...reachedAt(domain, ssl, context) };
  },
  async read(state, context) {
    context.providerData.coordination.lives.hold(domainThing(state.app, state.domain));
    const owner = await cachedApp(context, state.app);
    const found = owner === undefined ? undefined : domainIn(owner, state.domain);
    if (found === undefined) return null;
    return { ...state, ssl: found.hasSsl, ...reachedAt(state.domain, found.hasSsl, context) };
  },
  async update({ app: appName, domain, ssl }, context) {
    await attach(appName, domain, ssl, context);
    return { id: context.state.id, ...reachedAt(domain, ssl, context) };
  },
  async delete({ app: appName, domain }, context) {
    const owner = (await context.providerData.captain.apps(context.signal)).apps.get(appName);
    if (owner === undefined) return;
    await takeRedirectAway(appName, domain, context);
    await remove(appName, domain, context);
  },
  async importState(text, context) {
    const [appName = "", ...rest] = parseImportId(text, "app/domain", []).name.split("/");
    const domain = rest.join("/");
    const owner = await findApp(context.providerData.captain, appName, context.signal);
    const found = domainIn(owner, domain);
    if (found === undefined)
      throw new TerraformError(`App "${appName}" has no domain "${domain}"`, {
        detail: "The id is app/domain.",
      });
    return { app: appName, domain, ssl: found.hasSsl, id: text, ...reachedAt(domain, found.hasSsl, context) };
  },
});

/** A domain as other resources and the user take it. */
const reachedAt = (domain: string, ssl: boolean, { providerData }: CaptainContext) => ({
  host: domain,
  url: urlOf(domain, ssl, providerData.captain),
});

function remove(appName: string, domain: string, context: CaptainContext): Promise<void> {
  const removal = {
    call: `remove domain "${domain}" of app "${appName}"`,
    path: "removecustomdomain",
    customDomain: domain,
    longestSeconds: LONGEST_VISIT_SECONDS,
    isSo: (one: App) => domainIn(one, domain) === undefined,
  };
  return bringAbout(appName, removal, context);
}

/** A domain whose certificate could not be had would be somebody else's for the next apply. */
async function detach(appName: string, domain: string, context: CaptainContext): Promise<void> {
  try {
    await remove(appName, domain, context);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.log.warn(`the domain ${domain} could not be taken away again`, { why });
  }
}

/** CapRover keeps a redirect when its domain is removed, and sends all visitors to a name that is gone. */
async function takeRedirectAway(appName: string, domain: string, context: CaptainContext): Promise<void> {
  const { providerData, signal, diagnostics } = context;
  const { captain, coordination } = providerData;
  // the redirect's own resource may be removing it at this moment
  const redirects = await coordination.inTurn(
    appName,
    async () => (await captain.apps(signal)).apps.get(appName)?.redirectDomain === domain,
  );
  if (!redirects) return;
  diagnostics.addWarning(`${appName} is no longer redirected to ${domain}`, {
    detail:
      "The domain is removed, and a redirect to it would send all visitors to a dead address. This restarts the app.",
  });
  await endRedirect(appName, (to) => to === domain, context);
}

async function attach(appName: string, domain: string, ssl: boolean, context: CaptainContext): Promise<void> {
  const addition = {
    call: `add domain "${domain}" to app "${appName}"`,
    path: "customdomain",
    customDomain: domain,
    longestSeconds: LONGEST_VISIT_SECONDS,
    isSo: (one: App) => domainIn(one, domain) !== undefined,
  };
  await bringAbout(appName, addition, context);
  if (!ssl) return;
  const certificate = {
    call: `enable SSL for "${domain}"`,
    path: "enablecustomdomainssl",
    customDomain: domain,
    longestSeconds: LONGEST_ISSUE_SECONDS,
    isSo: (one: App) => domainIn(one, domain)?.hasSsl === true,
  };
  await bringAbout(appName, certificate, context);
}

export const baseDomainSslResource = resource({
  description:
    "A certificate for the app's own address. CapRover can't remove it, so destroying this resource leaves it.",
  attributes: {
    app,
    id,
    host: host(
      "Host name of the app's own address, known once it has a certificate: for `domain` of a `caprover_redirect`.",
    ),
    url,
  },
  async modifyPlan({ app: appName }, context) {
    const seen = await seenAtPlan(context);
    if (seen !== undefined && context.state === null) checkAppExists(appName, seen);
    context.providerData.coordination.apps.planCertificate(knownText(appName));
    return undefined;
  },
  async create({ app: appName }, context) {
    const certificate = {
      call: `enable SSL for the address of app "${appName}"`,
      path: "enablebasedomainssl",
      longestSeconds: LONGEST_ISSUE_SECONDS,
      isSo: (one: App) => one.hasBaseDomainSsl,
    };
    await bringAbout(appName, certificate, context);
    return { id: appName, ...(await ownAddress(appName, context)) };
  },
  async read(state, context) {
    if ((await cachedApp(context, state.app))?.hasBaseDomainSsl !== true) return null;
    return { ...state, ...(await ownAddress(state.app, context)) };
  },
  async delete({ app: appName }, { diagnostics }) {
    diagnostics.addWarning(`${appName} keeps the certificate of its address`, {
      detail: "CapRover has no way to switch it off.",
    });
  },
  async importState(id, context) {
    const appName = appIn(id);
    const owner = await findApp(context.providerData.captain, appName, context.signal);
    if (!owner.hasBaseDomainSsl) throw new TerraformError(`The address of "${appName}" has no SSL`);
    return { app: appName, id: appName, ...(await ownAddress(appName, context)) };
  },
});

async function ownAddress(appName: string, context: CaptainContext) {
  const { rootDomain } = await context.providerData.captain.cachedApps(context.signal);
  return reachedAt(ownHost(appName, rootDomain), true, context);
}
