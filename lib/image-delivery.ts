import { type ImagePlatform, PLATFORMS } from "./hermes/wrapper-contents";
import { choice, lazily, listOf, literalText, optional, propsSchema } from "./support/validation";

/** Names under which the settings of the CI's repository hold what a deploy needs. */
export interface CiNames {
  /** Variable with the address of the CapRover server. @default "CAPROVER_HERMES_URL" */
  readonly url?: string;
  /** Secret with the app's deploy token. @default "CAPROVER_HERMES_APP_TOKEN" */
  readonly appToken?: string;
  /** Secret with the CapRover server's password. @default "CAPROVER_HERMES_PASSWORD" */
  readonly password?: string;
}

/** An image that a CI builds and pushes. */
export interface CiDeliveryProps {
  /** Where the CI pushes the image and the agent's machine pulls it, such as `ghcr.io/acme/hermes-agent`. */
  readonly repository: string;
  /** What the image is built for. @default ["linux/amd64"] */
  readonly platforms?: readonly ImagePlatform[];
  /**
   * Who deploys an image that the CI has built. With `terraform` the program names it, so `cdktf deploy` does, and waits
   * until the agent runs. With `token` the CI does, with the deploy token of a CapRover app: Terraform deploys only the
   * first image, and keeps each later one.
   */
  readonly deploy: "terraform" | "token";
  /**
   * Digest of the image: `sha256:…`, or with the tag that it belongs to, `0123456789abcdef@sha256:…`. With the tag, a
   * digest that was forgotten after a change is refused.
   * @default - none: then the tag alone decides what is pulled
   */
  readonly digest?: string;
  /** Other names of variables and secrets than those that `cdktf-hermes workflow` gives. @default - those */
  readonly names?: CiNames;
}

/** How a wrapper's image gets to where the agent runs, when it is not built there. */
export class ImageDelivery {
  /**
   * Built and pushed by a CI. The tag is the hash of the build context, which the program knows before any build, so
   * that nothing has to be passed from the CI to Terraform.
   */
  static ci(props: CiDeliveryProps): ImageDelivery {
    return new ImageDelivery(props);
  }

  private constructor(
    /** @internal */
    readonly props: CiDeliveryProps,
  ) {}
}

/** A delivery with its defaults filled in. */
export interface DeliveredImage {
  readonly repository: string;
  readonly platforms: readonly ImagePlatform[];
  readonly deploy: CiDeliveryProps["deploy"];
  /** `sha256:…` */
  readonly digest: string | undefined;
  /** The tag that the digest is said to belong to. */
  readonly digestOf: string | undefined;
  readonly names: Required<CiNames>;
}

export const CI_NAMES: Required<CiNames> = {
  url: "CAPROVER_HERMES_URL",
  appToken: "CAPROVER_HERMES_APP_TOKEN",
  password: "CAPROVER_HERMES_PASSWORD",
};

export function deliveredImage({ props }: ImageDelivery): DeliveredImage {
  const [, digestOf, digest] = DIGEST.exec(props.digest ?? "") ?? [];
  return {
    platforms: ["linux/amd64"],
    ...props,
    digest,
    digestOf,
    names: { ...CI_NAMES, ...props.names },
  };
}

const DIGEST = /^(?:([0-9a-f]{16})@)?(sha256:[0-9a-f]{64})$/;

/** A repository as Docker names it. */
export const repository = () =>
  literalText(
    /^(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/,
    "a repository without tag, such as ghcr.io/acme/hermes-agent",
  );

export const DELIVERY_SCHEMA = lazily(() => {
  const platforms = listOf(choice(...Object.keys(PLATFORMS))).refine(
    (given) => Array.isArray(given) && given.length > 0 && new Set(given).size === given.length,
    "a list of different platforms",
  );
  const name = optional(
    literalText(/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i, "letters, digits and _, without GITHUB_ at the beginning"),
  );
  return propsSchema<{ readonly delivery: CiDeliveryProps }>({
    delivery: propsSchema<CiDeliveryProps>({
      repository: repository(),
      platforms: optional(platforms),
      deploy: choice("terraform", "token"),
      names: optional(propsSchema<CiNames>({ url: name, appToken: name, password: name })),
      digest: optional(
        literalText(DIGEST, "sha256: and 64 hexadecimal digits, with or without TAG@ before it"),
      ),
    }),
  });
});
