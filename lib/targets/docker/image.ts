import { resolve } from "node:path";
import { Image } from "@cdktf/provider-docker/lib/image";
import { App, AssetType, TerraformAsset, type TerraformProvider } from "cdktf";
import type { HermesImage } from "../../hermes-image";

/** The image's resource, made for its first agent and shared by all further ones. */
export function dockerImage(image: HermesImage, provider: TerraformProvider | undefined): Image {
  const existing = image.node.tryFindChild(ID);
  if (existing instanceof Image) return existing;
  return new Image(image, ID, {
    ...(provider && { provider }),
    name: image.reference,
    // Deleting is by name and would hit the image that took its place; running containers may still need it.
    keepLocally: true,
    lifecycle: { createBeforeDestroy: true },
    ...buildProps(image),
  });
}

const ID = "Default";

/** The provider sees a changed context only by a trigger (#302). */
function buildProps(image: HermesImage) {
  if (image.context === undefined) return {};
  const { hash, pullBase } = image.context;
  // Absolute: an asset would look for a relative path beside cdktf.json, wherever the program runs.
  const source = resolve(App.of(image).outdir, "wrapper-contexts", hash);
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
