/** An app's domains and certificates, forced SSL and redirects, which need a domain first. */
import type { Construct } from "constructs";
import { APP_NAME, DOMAIN } from "../caprover-server/limits";
import { flag, lazily, propsSchema } from "../support/validation";
import { requireAddressOf } from "./app";
import { attribute, formed } from "./attributes";
import { CapRoverResource, type CapRoverResourceOptions } from "./resource";

/** A custom domain of an app, and whether it has a certificate. */
export interface CapRoverCustomDomainProps {
  /** Id of the app, such as `app.id`, which is its name. A change replaces the domain. */
  readonly app: string;
  /** A host name in lower-case letters that points to the server already. */
  readonly domain: string;
  /**
   * With a certificate from Let's Encrypt. CapRover can't switch it off: a change to `false` replaces the domain.
   * @default true
   */
  readonly ssl?: boolean;
}

export const CUSTOM_DOMAIN_SCHEMA = lazily(() =>
  propsSchema<CapRoverCustomDomainProps>({
    app: formed(APP_NAME),
    domain: formed(DOMAIN),
    ssl: attribute(flag()),
  }),
);

/** `caprover_custom_domain`: a custom domain of an app. */
export class CapRoverCustomDomain extends CapRoverResource {
  constructor(scope: Construct, id: string, props: CapRoverCustomDomainProps & CapRoverResourceOptions) {
    super(scope, id, "caprover_custom_domain", CUSTOM_DOMAIN_SCHEMA, props);
    requireAddressOf(this, props.app);
  }

  /** The domain, known once the app has it: for a redirect. */
  get host(): string {
    return this.getStringAttribute("host");
  }

  /** The app's address at this domain. */
  get url(): string {
    return this.getStringAttribute("url");
  }
}

/** An app by its id. */
export interface CapRoverAppName {
  /** Id of the app, such as `app.id`, which is its name. */
  readonly app: string;
}

export const APP_NAME_SCHEMA = lazily(() => propsSchema<CapRoverAppName>({ app: formed(APP_NAME) }));

/** `caprover_base_domain_ssl`: a certificate for the app's own address. Destroying it leaves the certificate. */
export class CapRoverBaseDomainSsl extends CapRoverResource {
  constructor(scope: Construct, id: string, props: CapRoverAppName & CapRoverResourceOptions) {
    super(scope, id, "caprover_base_domain_ssl", APP_NAME_SCHEMA, props);
    requireAddressOf(this, props.app);
  }

  /** The host name of the app's own address, known once it has a certificate: for a redirect. */
  get host(): string {
    return this.getStringAttribute("host");
  }

  /** The app's own address, with https. */
  get url(): string {
    return this.getStringAttribute("url");
  }
}

/** `caprover_force_ssl`: redirects visitors from http to https. Needs a domain with SSL: name it in `dependsOn`. */
export class CapRoverForceSsl extends CapRoverResource {
  constructor(scope: Construct, id: string, props: CapRoverAppName & CapRoverResourceOptions) {
    super(scope, id, "caprover_force_ssl", APP_NAME_SCHEMA, props);
    requireAddressOf(this, props.app);
  }
}

/** An app, and the domain that its other domains redirect to. */
export interface CapRoverRedirectProps extends CapRoverAppName {
  /** The domain to redirect to: `host` of a custom domain, or of the certificate of the app's own address. */
  readonly domain: string;
}

export const REDIRECT_SCHEMA = lazily(() =>
  propsSchema<CapRoverRedirectProps>({ app: formed(APP_NAME), domain: formed(DOMAIN) }),
);

/** `caprover_redirect`: redirects visitors of the app's other domains to one domain. */
export class CapRoverRedirect extends CapRoverResource {
  constructor(scope: Construct, id: string, props: CapRoverRedirectProps & CapRoverResourceOptions) {
    super(scope, id, "caprover_redirect", REDIRECT_SCHEMA, props);
    requireAddressOf(this, props.app);
  }
}
