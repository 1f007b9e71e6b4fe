/** An app's domains and certificates, forced SSL and redirects, which need a domain first. */
import { DOMAIN } from "../../caprover-server/limits";
import { bool, computed, defaulted, required, string, TerraformError, UNKNOWN } from "../../terraform-plugin";
import type { App } from "../captain/app";
import { doOnce } from "../captain/do-once";
import { changeApp, findApp, isInForce, rememberInForce } from "../rollout/change";
import type { CaptainContext } from "../rollout/connection";
import { ownHost, urlOf } from "./app/computed";
import {
  cachedApp,
  checkUnset,
  domainIn,
  domainThing,
  forceSslThing,
  planBelonging,
  planSetting,
  redirectThing,
} from "./belonging";
import { resource } from "./definitions";
import {
  checkAppExists,
  checkCertified,
  checkDomainFree,
  checkRedirect,
  notItsOwn,
  planDomain,
  seenAtPlan,
} from "./domain-checks";
import { planToDestroy } from "./existing";
import { parseImportId } from "./import-id";

/** CapRover sends a request to a domain before it accepts it. */
const LONGEST_VISIT_SECONDS = 60;
/** Let's Encrypt may take this long, and it limits how many certificates are asked for. */
const LONGEST_ISSUE_SECONDS = 300;
const id = computed(string, {
  useStateForUnknown: true,
  description: "The app's name; of a custom domain, with the domain after a slash.",
});
const app = required(string, {
  description:
    "Id of the app, such as `caprover_app.web.id`, which is its name. With the id, this follows the app when it is replaced: the id is known only once the app exists.",
  requiresReplace: true,
});
const host = (description: string) => computed(string, { useStateForUnknown: true, description });
const url = computed(string, { useStateForUnknown: true, description: "The app's address at this domain." });

const applied = computed(bool, {
  useStateForUnknown: true,
  description:
    "False when a write was cut off: it is saved, and may not have taken effect. The next apply sends it again.",
});
const hostName = (domain: string) =>
  DOMAIN.accepts(domain)
    ? undefined
    : `"${domain}" is no host name in lower-case letters, such as "agent.example.com"`;

const appIn = (importId: string): string => parseImportId(importId, "the app's name", []).name;

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
    const seen = await seenAtPlan(context);
    if (seen !== undefined && prior?.app === appName && prior.domain === domain) {
      planDomain(appName, domain, seen);
    } else if (seen !== undefined) {
      checkAppExists(appName, seen);
      checkDomainFree(appName, domain, seen);
    }
    if (ssl === true) providerData.coordination.apps.planCertificate(knownText(appName));
    if (prior !== null) providerData.coordination.lives.hold(domainThing(prior.app, prior.domain));
    else if (typeof appName === "string" && typeof domain === "string") {
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

export const forceSslResource = resource({
  description:
    "Redirects visitors from http to https. The app needs a domain with SSL first: name that resource in `depends_on`.",
  attributes: { app, applied, id },
  async modifyPlan(planned, context) {
    const seen = await seenAtPlan(context);
    if (seen !== undefined && context.state?.app !== planned.app) {
      checkAppExists(planned.app, seen);
      checkCertified(planned.app, seen);
    }
    return planSetting(forceSslThing)(planned, context);
  },
  planDestroy({ app: appName }, { providerData }) {
    planToDestroy(forceSslThing(appName), providerData.coordination);
  },
  async create({ app: appName }, context) {
    const { captain } = context.providerData;
    checkUnset(forceSslThing(appName), await findApp(captain, appName, context.signal), context);
    await forceSsl(appName, true, context);
    return { id: appName, applied: true };
  },
  async read(state, context) {
    context.providerData.coordination.lives.hold(forceSslThing(state.app));
    const found = await cachedApp(context, state.app);
    return found?.forceSsl === true ? { ...state, applied: isInForce(found, "ssl", context) } : null;
  },
  async update({ app: appName }, context) {
    await forceSsl(appName, true, context);
    return { id: appName, applied: true };
  },
  async delete({ app: appName }, context) {
    if ((await context.providerData.captain.apps(context.signal)).apps.get(appName) === undefined) return;
    await forceSsl(appName, false, context);
  },
  async importState(id, context) {
    const appName = appIn(id);
    const owner = await findApp(context.providerData.captain, appName, context.signal);
    if (!owner.forceSsl) throw new TerraformError(`SSL is not forced for "${appName}"`);
    rememberInForce(owner, "ssl", context);
    return { app: appName, applied: true, id: appName };
  },
});

function forceSsl(appName: string, forceSsl: boolean, context: CaptainContext): Promise<void> {
  const call = `${forceSsl ? "" : "no longer "}force SSL for app "${appName}"`;
  const changesFor = (one: App) => (one.forceSsl === forceSsl ? {} : { forceSsl });
  return changeApp({ appName, by: "ssl", call, changesFor }, context);
}

export const redirectResource = resource({
  description: "Redirects visitors of the app's other domains to one domain.",
  attributes: {
    app,
    domain: required(string, {
      description:
        "The domain to redirect to: `host` of a `caprover_custom_domain`, or of the `caprover_base_domain_ssl`. With it, the redirect follows a domain that is replaced.",
      validators: [hostName],
    }),
    applied,
    id,
  },
  async modifyPlan(planned, context) {
    const { state: prior, requiresReplace } = context;
    // a domain that is replaced takes the redirect along: an update that ends with the same domain would be none
    if (prior !== null && planned.domain === UNKNOWN) requiresReplace(["domain"]);
    const seen = await seenAtPlan(context);
    if (seen !== undefined && (prior?.app !== planned.app || prior.domain !== planned.domain)) {
      checkAppExists(planned.app, seen);
      checkRedirect(planned.app, planned.domain, seen);
    }
    return planSetting(redirectThing)(planned, context);
  },
  planDestroy({ app: appName }, { providerData }) {
    planToDestroy(redirectThing(appName), providerData.coordination);
  },
  async create({ app: appName, domain }, context) {
    const { captain } = context.providerData;
    checkUnset(redirectThing(appName), await findApp(captain, appName, context.signal), context);
    await redirect(appName, domain, context);
    return { id: appName, applied: true };
  },
  async read(state, context) {
    context.providerData.coordination.lives.hold(redirectThing(state.app));
    const found = await cachedApp(context, state.app);
    if (found === undefined || found.redirectDomain === "") return null;
    return { ...state, domain: found.redirectDomain, applied: isInForce(found, "redirect", context) };
  },
  async update({ app: appName, domain }, context) {
    await redirect(appName, domain, context);
    return { id: context.state.id, applied: true };
  },
  async delete({ app: appName }, context) {
    if ((await context.providerData.captain.apps(context.signal)).apps.get(appName) === undefined) return;
    await endRedirect(appName, (to) => to !== "", context);
  },
  async importState(id, context) {
    const appName = appIn(id);
    const owner = await findApp(context.providerData.captain, appName, context.signal);
    if (owner.redirectDomain === "") throw new TerraformError(`"${appName}" is not redirected`);
    rememberInForce(owner, "redirect", context);
    return { app: appName, domain: owner.redirectDomain, applied: true, id: appName };
  },
});

function endRedirect(
  appName: string,
  isMeant: (domain: string) => boolean,
  context: CaptainContext,
): Promise<void> {
  const call = `no longer redirect app "${appName}"`;
  const changesFor = (one: App) => (isMeant(one.redirectDomain) ? { redirectDomain: "" } : {});
  return changeApp({ appName, by: "redirect", call, changesFor }, context);
}

/** CapRover accepts any domain, and a wrong one redirects all visitors away. */
async function redirect(appName: string, domain: string, context: CaptainContext): Promise<void> {
  const { apps, rootDomain } = await context.providerData.captain.apps(context.signal);
  const domains = [
    `${appName}.${rootDomain}`,
    ...(apps.get(appName)?.customDomains ?? []).map((one) => one.domain),
  ];
  if (!domains.includes(domain)) throw notItsOwn(appName, domain, domains);
  const changesFor = (one: App) => (one.redirectDomain === domain ? {} : { redirectDomain: domain });
  await changeApp({ appName, by: "redirect", call: `redirect app "${appName}"`, changesFor }, context);
}
