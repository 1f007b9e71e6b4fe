/** What is set on an app by a resource of its own, and has no mark of its own: domains, forced SSL, redirects. */
import type { App } from "../captain/app";
import type { CaptainContext } from "../rollout/connection";
import { alreadyThere, isOwnApp, planToCreate, type Thing } from "./existing";

export async function cachedApp(
  { providerData, signal }: CaptainContext,
  appName: string,
): Promise<App | undefined> {
  return (await providerData.captain.cachedApps(signal)).apps.get(appName);
}

export const domainIn = ({ customDomains }: App, domain: string) =>
  customDomains.find((one) => one.domain === domain);

const APP = "caprover_app";

/** Something that is set on an app, by a resource of its own. */
interface Belonging extends Thing {
  readonly appName: string;
  readonly isSet: (app: App) => boolean;
}

export const domainThing = (appName: string, domain: string): Belonging => ({
  type: "caprover_custom_domain",
  key: `${appName}/${domain}`,
  called: `domain "${domain}" of app "${appName}"`,
  attribute: "domain",
  appName,
  isSet: (app) => domainIn(app, domain) !== undefined,
});
export const forceSslThing = (appName: string): Belonging => ({
  type: "caprover_force_ssl",
  key: appName,
  called: `forced SSL of app "${appName}"`,
  attribute: "app",
  appName,
  isSet: ({ forceSsl }) => forceSsl,
});
export const redirectThing = (appName: string): Belonging => ({
  type: "caprover_redirect",
  key: appName,
  called: `redirect of app "${appName}"`,
  attribute: "app",
  appName,
  isSet: ({ redirectDomain }) => redirectDomain !== "",
});

/** @throws TerraformError when it is set, and the app is not this owner's */
export function checkUnset(thing: Belonging, app: App | undefined, { providerData }: CaptainContext): void {
  if (app === undefined || !thing.isSet(app) || isOwnApp(app, providerData.run)) return;
  const because = "Destroying this configuration would remove it, and it is not known to be this owner's.";
  throw alreadyThere(thing, [thing.key], because);
}

/** The same at plan, as far as it is known. The app may be this state's, which then marks it as this owner's first. */
export async function planBelonging(thing: Belonging, context: CaptainContext): Promise<void> {
  const { providerData } = context;
  const { lives } = providerData.coordination;
  planToCreate(thing, providerData.coordination);
  if (!providerData.isConfigured || lives.isHeld(thing)) return;
  const isOurApp = lives.isHeld({ type: APP, key: thing.appName });
  if (isOurApp && providerData.run.owner !== "") return;
  checkUnset(thing, await cachedApp(context, thing.appName), context);
}

/** Plans a setting of an app that is recognised by the app's name alone. */
export const planSetting =
  (thingOf: (appName: string) => Belonging) =>
  async (
    { app: appName }: { readonly app: unknown },
    context: CaptainContext & { readonly state: { readonly app: string } | null },
  ) => {
    const { state: prior, providerData } = context;
    if (prior !== null) providerData.coordination.lives.hold(thingOf(prior.app));
    else if (typeof appName === "string") await planBelonging(thingOf(appName), context);
    // a write that was cut off shows in the plan, and is sent again
    return { applied: true };
  };
