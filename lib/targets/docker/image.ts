import { Image } from "@cdktf/provider-docker/lib/image";
import { AssetType, TerraformAsset, type TerraformProvider } from "cdktf";
import type { HermesImage } from "../../hermes-image";
import { contextPath } from "../../image/context-at-synthesis";
import { requireAddress } from "../../support/construct-id";
import { requireDockerProvider } from "./provider";
import { requireDockerProvider4 } from "./provider-version";
import { goDuration } from "./unapplied-settings";

/**
 * How long the pull of an image may take. Terraform would end it after 20 minutes, which 5 GB on a slow line, or 10 GB of
 * vLLM, exceed.
 */
export const PULL_SECONDS = 7200;

/** The image's resource. It is made for the image's first agent, and all others share it. */
export function dockerImage(image: HermesImage, provider: TerraformProvider | undefined): Image {
  const existing = image.node.tryFindChild(ID);
  if (existing instanceof Image) return existing;
  requireAddress(image);
  requireDockerProvider(image, provider, "provider");
  requireDockerProvider4(image);
  return new Image(image, ID, {
    ...(provider && { provider }),
    name: image.reference,
    // Terraform deletes by name, and would delete the image that replaced it. Running containers may still need it.
    keepLocally: true,
    lifecycle: { createBeforeDestroy: true },
    // A build pulls its base.
    timeouts: { create: goDuration(PULL_SECONDS) },
    ...buildProps(image),
  });
}

const ID = "Default";

/** The provider notices a changed context only by a trigger (#302). */
function buildProps(image: HermesImage) {
  if (image.context === undefined || image.delivery !== undefined) return {};
  const { hash, pullBase } = image.context;
  const source = contextPath(image, hash);
  image.writeContext(source);
  const asset = new TerraformAsset(image, "context", {
    path: source,
    assetHash: hash,
    type: AssetType.DIRECTORY,
  });
  return {
    buildAttribute: { context: asset.path, ...(pullBase && { pullParent: true }) },
    triggers: { context: hash },
  };
}
