/** An app's domains and certificates, and what CapRover takes only when an app has them. */
import type { TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import type { Shape } from "./attributes";
import { CaproverResource } from "./resource";

export interface CaproverCustomDomainProps {
  /** Name of the app. Another app makes another domain. */
  readonly app: string;
  /** A host name in lower-case letters that points to the server already. */
  readonly domain: string;
  /** With a certificate of Let's Encrypt. CapRover can't switch it off, so that replaces the domain. @default true */
  readonly ssl?: boolean;
}

export const CUSTOM_DOMAIN_SHAPE: Shape<CaproverCustomDomainProps> = { app: true, domain: true, ssl: true };

/** `caprover_custom_domain`: a domain of one's own for an app. */
export class CaproverCustomDomain extends CaproverResource {
  constructor(scope: Construct, id: string, props: CaproverCustomDomainProps & TerraformMetaArguments) {
    super(scope, id, "caprover_custom_domain", CUSTOM_DOMAIN_SHAPE, props);
  }
}

export interface CaproverAppName {
  /** Name of the app. */
  readonly app: string;
}

export const APP_NAME_SHAPE: Shape<CaproverAppName> = { app: true };

/** `caprover_base_domain_ssl`: a certificate for the app's own address. Destroying it leaves the certificate. */
export class CaproverBaseDomainSsl extends CaproverResource {
  constructor(scope: Construct, id: string, props: CaproverAppName & TerraformMetaArguments) {
    super(scope, id, "caprover_base_domain_ssl", APP_NAME_SHAPE, props);
  }
}

/** `caprover_force_ssl`: visitors go from http to https. Needs a domain with SSL, so name it in `dependsOn`. */
export class CaproverForceSsl extends CaproverResource {
  constructor(scope: Construct, id: string, props: CaproverAppName & TerraformMetaArguments) {
    super(scope, id, "caprover_force_ssl", APP_NAME_SHAPE, props);
  }
}

export interface CaproverRedirectProps extends CaproverAppName {
  /** A domain of the app, its own address or a custom one. */
  readonly domain: string;
}

export const REDIRECT_SHAPE: Shape<CaproverRedirectProps> = { app: true, domain: true };

/** `caprover_redirect`: visitors of the app's other domains go to one of them. */
export class CaproverRedirect extends CaproverResource {
  constructor(scope: Construct, id: string, props: CaproverRedirectProps & TerraformMetaArguments) {
    super(scope, id, "caprover_redirect", REDIRECT_SHAPE, props);
  }
}
