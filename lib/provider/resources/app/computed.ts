import { type App, deployed } from "../../captain/app";
import type { AppList, Captain } from "../../captain/client";

/** What CapRover alone decides. */
export function computedOf(app: App, { rootDomain }: AppList, captain: Captain) {
  return {
    id: app.name,
    deployed_version: app.deployedVersion,
    image: deployed(app)?.image || null,
    // a certificate is a resource of its own, which comes after the app: its url has https
    url:
      app.notExposeAsWebApp || rootDomain === ""
        ? null
        : urlOf(ownHost(app.name, rootDomain), false, captain),
    internal_host: `srv-captain--${app.name}`,
    root_domain: rootDomain,
  };
}

/** The host name of an app's own address. */
export const ownHost = (appName: string, rootDomain: string): string => `${appName}.${rootDomain}`;

/** An address of an app. A server that is reached by another port than that of http leads to its apps by that port. */
export function urlOf(host: string, hasSsl: boolean, { url }: Pick<Captain, "url">): string {
  const port = url.protocol === "http:" && url.port !== "" ? `:${url.port}` : "";
  return `${hasSsl ? "https" : "http"}://${host}${port}`;
}

export type Computed = ReturnType<typeof computedOf>;
