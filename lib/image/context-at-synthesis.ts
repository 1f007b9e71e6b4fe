import { resolve } from "node:path";
import { App, TerraformElement } from "cdktf";
import type { Construct } from "constructs";
import type { CiNames } from "../image-delivery";
import { METADATA_KEY } from "../support/metadata";

/** What a stack's metadata says of an image that a CI builds. */
export interface ImageMetadata {
  readonly repository: string;
  readonly tag: string;
  readonly platforms: readonly string[];
  readonly deploy: string;
  /** Tag of the Hermes release. */
  readonly release: string;
  readonly names: Required<CiNames>;
  /** Folder of the build context in the output directory. */
  readonly context: string;
}

/** Where the synthesis writes a build context, below the output directory. */
export function contextFolder(hash: string): string {
  return `wrapper-contexts/${hash}`;
}

/** The same as an absolute path: an asset resolves a relative one from cdktf.json's folder, wherever the program runs. */
export function contextPath(scope: Construct, hash: string): string {
  return resolve(App.of(scope).outdir, contextFolder(hash));
}

/** States the image in the stack's metadata, and writes its build context when the stack is synthesized. */
export class ContextAtSynthesis extends TerraformElement {
  constructor(
    private readonly image: Construct,
    private readonly stated: ImageMetadata,
    private readonly write: () => void,
  ) {
    super(image, "context-at-synthesis");
  }

  override toMetadata(): object {
    return { [METADATA_KEY]: { images: { [this.image.node.path]: this.stated } } };
  }

  override toTerraform(): object {
    this.write();
    return {};
  }
}
