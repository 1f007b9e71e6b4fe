import type { Construct } from "constructs";
import type { Shape } from "./attributes";
import { CapRoverResource, type CapRoverResourceOptions } from "./resource";

/** An account of an image registry. */
export interface CapRoverRegistryProps {
  /** Host of the registry, such as `ghcr.io`. */
  readonly domain: string;
  /** Name of the account. */
  readonly username: string;
  /**
   * Password or access token, as a sensitive Terraform value. Write-only: in no plan and no state.
   * @default - none, which the provider refuses
   */
  readonly passwordWo?: string;
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

export const REGISTRY_SHAPE: Shape<CapRoverRegistryProps> = {
  domain: true,
  username: true,
  passwordWo: true,
  passwordWoVersion: true,
  imagePrefix: true,
  push: true,
};

/** `caprover_registry`: an account with which CapRover pulls images. */
export class CapRoverRegistry extends CapRoverResource {
  constructor(scope: Construct, id: string, props: CapRoverRegistryProps & CapRoverResourceOptions) {
    super(scope, id, "caprover_registry", REGISTRY_SHAPE, props);
  }
}
