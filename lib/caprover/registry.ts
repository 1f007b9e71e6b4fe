import type { Construct } from "constructs";
import { REGISTRY_HOST } from "../caprover-server/limits";
import { anyText, confidential, flag, lazily, propsSchema, text, wholeNumber } from "../support/validation";
import { attribute, formed } from "./attributes";
import { CapRoverResource, type CapRoverResourceOptions } from "./resource";

/** An account of an image registry. */
export interface CapRoverRegistryProps {
  /** Host of the registry, such as `ghcr.io`. */
  readonly domain: string;
  /** Name of the account. */
  readonly username: string;
  /** Password or access token, as a sensitive Terraform value. Write-only: in no plan and no state. */
  readonly passwordWo: string;
  /**
   * When set, a changed password is sent only if this number changes. The plan warns of one that is not sent.
   * @default - counts up by itself
   */
  readonly passwordWoVersion?: number;
  /** The account is for images whose name begins with this after the host, such as a user of `ghcr.io`. @default "" */
  readonly imagePrefix?: string;
  /** CapRover pushes the images that it builds to this registry. @default false */
  readonly push?: boolean;
}

export const REGISTRY_SCHEMA = lazily(() =>
  propsSchema<CapRoverRegistryProps>({
    domain: formed(REGISTRY_HOST),
    username: anyText("the name of an account"),
    passwordWo: confidential(anyText("a sensitive Terraform value")),
    passwordWoVersion: attribute(wholeNumber(0, Number.MAX_SAFE_INTEGER, "")),
    imagePrefix: attribute(text(/^\S*$/, "the beginning of an image's name, without the host")),
    push: attribute(flag()),
  }),
);

/** `caprover_registry`: an account with which CapRover pulls images. */
export class CapRoverRegistry extends CapRoverResource {
  constructor(scope: Construct, id: string, props: CapRoverRegistryProps & CapRoverResourceOptions) {
    super(scope, id, "caprover_registry", REGISTRY_SCHEMA, props);
  }
}
