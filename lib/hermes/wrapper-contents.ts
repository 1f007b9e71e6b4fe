/** What a wrapper adds to upstream's image. */
import type { Release } from "./releases";

export interface WrapperContents {
  readonly release: Release;
  /** The base as a Dockerfile's FROM names it. */
  readonly base: string;
  readonly baseRevision?: string | undefined;
  readonly codexVersion?: string | undefined;
  readonly npmPackages?: Readonly<Record<string, string>> | undefined;
  readonly aptPackages?: readonly string[] | undefined;
  readonly pythonPackages?: Readonly<Record<string, string>> | undefined;
  /** PEM texts. */
  readonly caCertificates?: readonly string[] | undefined;
  /** By their paths in the image. */
  readonly copy?: Readonly<Record<string, CopiedFile>> | undefined;
  /** Commands for `sh -e`, in their order. */
  readonly run?: readonly string[] | undefined;
  /** What a supervised release runs before its services. */
  readonly boot: WrapperBoot;
}

/** The platforms for which upstream publishes its image, and Debian's names of them. */
export const PLATFORMS = { "linux/amd64": "amd64", "linux/arm64": "arm64" } as const;

/** A platform for which upstream publishes its image. */
export type ImagePlatform = keyof typeof PLATFORMS;

/** A name in the path of a copied file, for a regular expression. None of it has a meaning in a Dockerfile or a shell. */
export const NAME_IN_IMAGE = "[A-Za-z0-9._+-]+";

/** A file in the image that no package manager brings. */
export interface CopiedFile {
  readonly executable: boolean;
  /** Its bytes, or what the build downloads: one file for all platforms, or one for each. */
  readonly source: Buffer | Download | { readonly [Platform in ImagePlatform]?: Download };
}

export interface Download {
  readonly url: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

export interface WrapperBoot {
  readonly script: string;
  /** Where the image has it. */
  readonly path: string;
  /** What makes the image run it. */
  readonly environment: Readonly<Record<string, string>>;
}
