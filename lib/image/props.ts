/** What a program says of an image. */
import type { TerraformProvider } from "cdktf";
import type { ImagePlatform } from "../hermes/wrapper-contents";
import type { ImageDelivery } from "../image-delivery";
import type { ImageRuleId } from "../rules/image";
import type { Acknowledgements } from "../rules/review";

/** An image that is pulled. `tag` or `release` has to name its Hermes release. */
export interface RegistryImageProps {
  /** Upstream's repository, or your own wrapper's. @default "nousresearch/hermes-agent" */
  readonly repository?: string;
  /**
   * A release (`v2026.7.30`, `v0.21.6`), or your wrapper's own tag, such as `sha-<commit>`.
   * @default - none: then `digest` decides
   */
  readonly tag?: string;
  /**
   * `sha256:…`. With both, the digest decides what is pulled, and the tag names the release.
   * @default - none: then `tag` decides
   */
  readonly digest?: string;
  /** The Hermes release inside, if the tag doesn't name it. @default - read from the tag */
  readonly release?: string;
  /**
   * For a second Docker provider in the stack. It has no effect on CapRover.
   * @default - the stack's default Docker provider
   */
  readonly provider?: TerraformProvider;
  /** Rules that may be broken here, each with the reason. @default - none */
  readonly acknowledge?: Acknowledgements<ImageRuleId>;
}

/** A file that the build downloads. */
export interface ImageDownload {
  /** Its address, with https. */
  readonly url: string;
  /** SHA-256 of the file, 64 hexadecimal digits. The build fails if another file comes. */
  readonly sha256: string;
}

interface ImageFileMode {
  /** Whether it can be run as a program. @default true */
  readonly executable?: boolean;
}

/** A file of this machine. The image's tag changes with its bytes. */
export interface LocalImageFile extends ImageFileMode {
  /** Path of the file, from the program's working directory. */
  readonly file: string;
  readonly url?: never;
  readonly sha256?: never;
  readonly platforms?: never;
}

/** A file that is the same on every platform, or an image for one platform. */
export interface DownloadedImageFile extends ImageFileMode, ImageDownload {
  readonly file?: never;
  readonly platforms?: never;
}

/** A file that differs by platform, such as a compiled program. */
export interface PlatformImageFile extends ImageFileMode {
  /** What is downloaded for each platform. A build for another platform fails. */
  readonly platforms: { readonly [Platform in ImagePlatform]?: ImageDownload };
  readonly file?: never;
  readonly url?: never;
  readonly sha256?: never;
}

/** A file of this machine or of the internet, pinned by its hash. */
export type ImageFile = LocalImageFile | DownloadedImageFile | PlatformImageFile;

/** An image that is built on a release of upstream's. `baseDigest` or `baseRevision` pins the base. */
export interface WrapperImageProps {
  /** The upstream release to build on, such as `v2026.7.30`. */
  readonly release: string;
  /** Repository of the image to build on. @default "nousresearch/hermes-agent" */
  readonly baseRepository?: string;
  /** Digest of the base, `sha256:…`. @default - none: then `baseRevision` pins the base */
  readonly baseDigest?: string;
  /**
   * Up to 64 characters without blanks. Change it to build on the image that the base's tag names now.
   * @default - none: then `baseDigest` pins the base
   */
  readonly baseRevision?: string;
  /**
   * Exact version of Codex CLI (`@openai/codex`). Only the codex-app-server runtime needs it; a Codex login does not.
   * @default - not installed
   */
  readonly codexVersion?: string;
  /** npm packages by name, each with its exact version. @default - none */
  readonly npmPackages?: { readonly [name: string]: string };
  /** Debian packages, as `name` or `name=version`. @default - none */
  readonly aptPackages?: readonly string[];
  /**
   * Python packages by name, each with its exact version. They get a virtual environment of their own. Hermes' own
   * stays unchanged.
   * @default - none
   */
  readonly pythonPackages?: { readonly [name: string]: string };
  /**
   * Python packages by name, each with its exact version, in Hermes' own environment, which a plugin of Hermes sees. The
   * build fails if one of them would change a package of Hermes, or does not fit to one.
   * @default - none
   */
  readonly hermesPackages?: { readonly [name: string]: string };
  /**
   * Files by their paths in the image, such as programs that no package manager has.
   * @default - none
   */
  readonly copy?: { readonly [path: string]: ImageFile };
  /**
   * Commands of the build, for `sh -e` as root. They run after everything else is installed. What they download should
   * be checked against a hash: the tag changes with the text of a command only.
   * @default - none
   */
  readonly run?: readonly string[];
  /**
   * PEM files of certificate authorities, such as of a proxy that decrypts TLS. The build and the agent trust them.
   * @default - none
   */
  readonly caCertificates?: readonly string[];
  /**
   * Where the image is built. `ImageDelivery.ci` builds it elsewhere, and the agent's machine only pulls it.
   * @default - where the agent runs: by the Docker engine, or by CapRover
   */
  readonly delivery?: ImageDelivery;
  /**
   * Repository part of the built image's name. It has no effect on CapRover.
   * @default "localhost/hermes-agent"
   */
  readonly name?: string;
  /**
   * For a second Docker provider in the stack. It has no effect on CapRover.
   * @default - the stack's default Docker provider
   */
  readonly provider?: TerraformProvider;
  /** Rules that may be broken here, each with the reason. @default - none */
  readonly acknowledge?: Acknowledgements<ImageRuleId>;
}
