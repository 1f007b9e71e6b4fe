import { type App, deployed } from "../../captain/app";
import type { AppList, Captain } from "../../captain/client";

/** What CapRover alone decides. */
export function computedOf(app: App, { rootDomain }: AppList, captain: Captain) {
  const host = `${app.name}.${rootDomain}`;
  const scheme = app.hasBaseDomainSsl ? "https" : "http";
  const webPort = captain.url.protocol === "http:" && captain.url.port !== "" ? `:${captain.url.port}` : "";
  return {
    id: app.name,
    deployed_version: app.deployedVersion,
    image: deployed(app)?.image || null,
    url: app.notExposeAsWebApp || rootDomain === "" ? null : `${scheme}://${host}${webPort}`,
    internal_host: `srv-captain--${app.name}`,
    root_domain: rootDomain,
  };
}

export type Computed = ReturnType<typeof computedOf>;
