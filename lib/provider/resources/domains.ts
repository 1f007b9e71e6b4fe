/** An app's domains and certificates, forced SSL and redirects, which need a domain first. */
import { DOMAIN } from "../../caprover-server/limits";
import { bool, computed, defaulted, required, string, TerraformError } from "../../terraform-plugin";
import type { App } from "../captain/app";
import { doOnce } from "../captain/do-once";
import { changeApp, findApp, isInForce, rememberInForce } from "../rollout/change";
import type { CaptainContext } from "../rollout/connection";
import { resource } from "./definitions";

/** CapRover sends a request to a domain before it accepts it. */
const LONGEST_VISIT_SECONDS = 60;
/** Let's Encrypt may take this long, and it limits how many certificates are asked for. */
const LONGEST_ISSUE_SECONDS = 300;
const id = computed(string, {
  useStateForUnknown: true,
  description: "The app's name; of a custom domain, with the domain after a slash.",
});
const app = required(string, { description: "Name of the app.", requiresReplace: true });

const applied = computed(bool, {
  useStateForUnknown: true,
  description:
    "False when a write was cut off: it is saved, and may not have taken effect. The next apply sends it again.",
});
/** A write that was cut off shows in the plan, and is sent again. */
const applyAgain = () => ({ applied: true });

const hostName = (domain: string) =>
  DOMAIN.accepts(domain)
    ? undefined
    : `"${domain}" is no host name in lower-case letters, such as "agent.example.com"`;

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

async function cachedApp(
  { providerData, signal }: CaptainContext,
  appName: string,
): Promise<App | undefined> {
  return (await providerData.captain.cachedApps(signal)).apps.get(appName);
}

const find = ({ customDomains }: App, domain: string) => customDomains.find((one) => one.domain === domain);

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
  },
  modifyPlan({ ssl }, { state: prior, requiresReplace }) {
    if (prior?.ssl === true && ssl === false) requiresReplace(["ssl"]);
    return undefined;
  },
  async create({ app: appName, domain, ssl }, context) {
    const { apps } = await context.providerData.captain.apps(context.signal);
    const holder = [...apps.values()].find((one) => one.name !== appName && find(one, domain) !== undefined);
    if (holder !== undefined) {
      throw new TerraformError(`${domain} already is a domain of app "${holder.name}"`, { path: ["domain"] });
    }
    await attach(appName, domain, ssl, context);
    return { id: `${appName}/${domain}` };
  },
  async read(state, context) {
    const owner = await cachedApp(context, state.app);
    const found = owner === undefined ? undefined : find(owner, state.domain);
    return found === undefined ? null : { ...state, ssl: found.hasSsl };
  },
  async update({ app: appName, domain, ssl }, context) {
    await attach(appName, domain, ssl, context);
    return { id: context.state.id };
  },
  async delete({ app: appName, domain }, context) {
    const owner = (await context.providerData.captain.apps(context.signal)).apps.get(appName);
    if (owner === undefined) return;
    await takeRedirectAway(appName, domain, context);
    const removal = {
      call: `remove domain "${domain}" of app "${appName}"`,
      path: "removecustomdomain",
      customDomain: domain,
      longestSeconds: LONGEST_VISIT_SECONDS,
      isSo: (one: App) => find(one, domain) === undefined,
    };
    await bringAbout(appName, removal, context);
  },
  async importState(text, context) {
    const [appName = "", domain = ""] = text.split("/");
    const owner = await findApp(context.providerData.captain, appName, context.signal);
    const found = find(owner, domain);
    if (found === undefined)
      throw new TerraformError(`App "${appName}" has no domain "${domain}"`, {
        detail: "The id is app/domain.",
      });
    return { app: appName, domain, ssl: found.hasSsl, id: text };
  },
});

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
    isSo: (one: App) => find(one, domain) !== undefined,
  };
  await bringAbout(appName, addition, context);
  if (!ssl) return;
  const certificate = {
    call: `enable SSL for "${domain}"`,
    path: "enablecustomdomainssl",
    customDomain: domain,
    longestSeconds: LONGEST_ISSUE_SECONDS,
    isSo: (one: App) => find(one, domain)?.hasSsl === true,
  };
  await bringAbout(appName, certificate, context);
}

export const baseDomainSslResource = resource({
  description:
    "A certificate for the app's own address. CapRover can't remove it, so destroying this resource leaves it.",
  attributes: { app, id },
  async create({ app: appName }, context) {
    const certificate = {
      call: `enable SSL for the address of app "${appName}"`,
      path: "enablebasedomainssl",
      longestSeconds: LONGEST_ISSUE_SECONDS,
      isSo: (one: App) => one.hasBaseDomainSsl,
    };
    await bringAbout(appName, certificate, context);
    return { id: appName };
  },
  async read(state, context) {
    return (await cachedApp(context, state.app))?.hasBaseDomainSsl === true ? state : null;
  },
  async delete({ app: appName }, { diagnostics }) {
    diagnostics.addWarning(`${appName} keeps the certificate of its address`, {
      detail: "CapRover has no way to switch it off.",
    });
  },
  async importState(appName, { providerData, signal }) {
    const owner = await findApp(providerData.captain, appName, signal);
    if (!owner.hasBaseDomainSsl) throw new TerraformError(`The address of "${appName}" has no SSL`);
    return { app: appName, id: appName };
  },
});

export const forceSslResource = resource({
  description:
    "Redirects visitors from http to https. The app needs a domain with SSL first: name that resource in `depends_on`.",
  attributes: { app, applied, id },
  modifyPlan: applyAgain,
  async create({ app: appName }, context) {
    await forceSsl(appName, true, context);
    return { id: appName, applied: true };
  },
  async read(state, context) {
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
  async importState(appName, context) {
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
      description: "The domain to redirect to: the app's own address or one of its custom domains.",
      validators: [hostName],
    }),
    applied,
    id,
  },
  modifyPlan: applyAgain,
  async create({ app: appName, domain }, context) {
    await redirect(appName, domain, context);
    return { id: appName, applied: true };
  },
  async read(state, context) {
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
  async importState(appName, context) {
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
  if (!domains.includes(domain)) {
    throw new TerraformError(`"${domain}" is no domain of app "${appName}"`, {
      detail: `It has: ${domains.join(", ")}. CapRover would redirect all visitors to a domain that is not the app's.`,
      path: ["domain"],
    });
  }
  const changesFor = (one: App) => (one.redirectDomain === domain ? {} : { redirectDomain: domain });
  await changeApp({ appName, by: "redirect", call: `redirect app "${appName}"`, changesFor }, context);
}
