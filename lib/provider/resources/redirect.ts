/** Visitors of an app's other domains are redirected to one domain. */
import { required, string, TerraformError, UNKNOWN } from "../../terraform-plugin";
import type { App } from "../captain/app";
import { changeApp, findApp, isInForce, rememberInForce } from "../rollout/change";
import type { CaptainContext } from "../rollout/connection";
import { cachedApp, checkUnset, planSetting, redirectThing } from "./belonging";
import { resource } from "./definitions";
import { app, appIn, applied, hostName, id } from "./domain-attributes";
import { checkAppExists, checkRedirect, notItsOwn, seenAtPlan } from "./domain-checks";
import { planToDestroy } from "./existing";

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

export function endRedirect(
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
