import type { App } from "../captain/app";

/** The app's address that does not redirect to another one. */
export function webAddress(app: App, rootDomain: string): URL {
  const own = `${app.name}.${rootDomain}`;
  const host = app.redirectDomain || own;
  const hasSsl =
    host === own ? app.hasBaseDomainSsl : app.customDomains.some((one) => one.domain === host && one.hasSsl);
  return new URL(`${hasSsl ? "https" : "http"}://${host}`);
}
