/** Visitors of an app are redirected from http to https. */
import { TerraformError } from "../../terraform-plugin";
import type { App } from "../captain/app";
import { changeApp, findApp, isInForce, rememberInForce } from "../rollout/change";
import type { CaptainContext } from "../rollout/connection";
import { cachedApp, checkUnset, forceSslThing, planSetting } from "./belonging";
import { resource } from "./definitions";
import { app, appIn, applied, id } from "./domain-attributes";
import { checkAppExists, checkCertified, seenAtPlan } from "./domain-checks";
import { planToDestroy } from "./existing";

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
