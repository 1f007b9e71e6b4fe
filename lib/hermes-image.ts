import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { BOOT_SCRIPT_PATH, bootFromFile, bootScript } from "./boot/boot-script";
import { newestKnownRelease, parseRelease, type Release, UPSTREAM_REPOSITORY } from "./hermes/releases";
import { contextHash, renderWrapper, type WrapperContext } from "./hermes/wrapper-context";
import { ContextAtSynthesis, contextFolder, contextPath } from "./image/context-at-synthesis";
import { writeContextFolder } from "./image/context-folder";
import { copiedTexts, readCertificate, readCopiedFiles } from "./image/local-files";
import type { RegistryImageProps, WrapperImageProps } from "./image/props";
import { REGISTRY_SCHEMA, WRAPPER_SCHEMA } from "./image/schema";
import { DELIVERY_SCHEMA, type DeliveredImage, deliveredImage } from "./image-delivery";
import { IMAGE_RULES, type ImageSubject } from "./rules/image";
import { Review } from "./rules/review";
import { CREDENTIAL_RULES } from "./rules/secret";
import { refuseHiddenId } from "./support/construct-id";
import { credentialPlaces, textsIn } from "./support/credential-places";
import { refuse } from "./support/errors";
import { validateProps } from "./support/validation";

/**
 * The image of an agent. Put it in a `TerraformStack` of its own: in one stack, Terraform removes the previous
 * container before it pulls or builds the new image, and a failure leaves no agent. An earlier stack can fail without
 * harm. The image's resource is made for the first agent that uses it: an image that no agent uses is not pulled.
 */
export class HermesImage extends Construct {
  /** An image from a registry: upstream's, or your own wrapper's. */
  static registry(scope: Construct, id: string, props: RegistryImageProps): HermesImage {
    return new HermesImage(scope, id, { kind: "registry", props });
  }

  /** An image that is built on upstream's. It adds tools, and repairs the ownership of files on the volume at boot. */
  static wrapper(scope: Construct, id: string, props: WrapperImageProps): HermesImage {
    return new HermesImage(scope, id, { kind: "wrapper", props });
  }

  /** The literal name that a container uses. A wrapper's tag is the hash of its build context. */
  readonly reference: string;
  /** The Hermes release inside. */
  readonly release: Release;
  /** The tag of `release`; undefined if no prop names a release, so that the newest one is assumed. */
  readonly namedRelease: string | undefined;
  /** The wrapper's build context; undefined for a registry image. */
  readonly context: WrapperContext | undefined;
  /** How a wrapper's image is delivered; undefined if it is built where the agent runs. */
  readonly delivery: DeliveredImage | undefined;
  /** The Docker provider that pulls or builds it; undefined for the stack's default one. */
  readonly provider: TerraformProvider | undefined;

  private constructor(scope: Construct, id: string, source: Source) {
    super(scope, id);
    refuseHiddenId(this);
    validateProps(this, source.kind === "registry" ? REGISTRY_SCHEMA : WRAPPER_SCHEMA, source.props);
    const { tag, digest, repository, release } = names(source);
    const wrapper = source.kind === "wrapper" ? source.props : undefined;
    if (wrapper?.delivery !== undefined) {
      validateProps(this, DELIVERY_SCHEMA, { delivery: wrapper.delivery.props });
      this.delivery = deliveredImage(wrapper.delivery);
    }
    const named = parseRelease(release ?? tag ?? "");
    this.release = named ?? newestKnownRelease();
    this.namedRelease = named?.tag;
    this.provider = source.props.provider;
    const pulled = `${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
    const copy = readCopiedFiles(this, wrapper?.copy ?? {});
    this.context = wrapper && this.render(wrapper, copy, pulled);
    const contextTag = this.context?.hash.slice(0, TAG_LENGTH);
    this.review(source, copy, {
      repository,
      tag,
      digest,
      release,
      wrapper,
      contextTag,
      delivery: this.delivery,
    });
    this.reference = contextTag === undefined ? pulled : builtName(wrapper?.name, contextTag, this.delivery);
    this.stateForCi(contextTag);
  }

  /** A CI builds from what the synthesis writes. */
  private stateForCi(tag: string | undefined): void {
    const { context, delivery } = this;
    if (context === undefined || delivery === undefined || tag === undefined) return;
    const { repository, platforms, deploy, names } = delivery;
    const stated = {
      repository,
      tag,
      platforms,
      deploy,
      names,
      release: this.release.tag,
      context: contextFolder(context.hash),
    };
    new ContextAtSynthesis(this, stated, () => this.writeContext(contextPath(this, context.hash)));
  }

  private render(props: WrapperImageProps, copy: CopiedFiles, base: string): WrapperContext {
    const { caCertificates, ...contents } = props;
    const files = renderWrapper({
      ...contents,
      release: this.release,
      base,
      copy,
      boot: { script: bootScript(), path: BOOT_SCRIPT_PATH, environment: bootFromFile() },
      caCertificates: caCertificates?.map((path, i) => readCertificate(this, `caCertificates[${i}]`, path)),
    });
    return { files, hash: contextHash(files), pullBase: props.baseDigest === undefined };
  }

  private review({ props }: Source, copy: CopiedFiles, facts: ImageSubject): void {
    const { acknowledge, ...given } = props;
    // Names in it are those of packages and files.
    const texts = [...textsIn({ ...given, ...(facts.delivery && { delivery: facts.delivery }) })].map(
      (place) => ({
        ...place,
        name: "",
      }),
    );
    new Review(this, acknowledge)
      .apply(CREDENTIAL_RULES, credentialPlaces(this, { texts: [...texts, ...copiedTexts(copy)] }))
      .apply(IMAGE_RULES, facts)
      .conclude();
  }

  /**
   * Writes the wrapper's build context into a folder, for people who build in CI. Files of an earlier call that are no
   * longer part of it are removed. Other files in the folder stay.
   *
   * @throws HermesConfigError if a file that no earlier call wrote has a name of the context
   */
  writeContext(directory: string): void {
    if (this.context === undefined) {
      const problem = "a registry image has no build context";
      refuse(this, [{ prop: "writeContext", problem, fix: "use HermesImage.wrapper" }]);
    }
    writeContextFolder(this, directory, this.context.files);
  }
}

type CopiedFiles = ReturnType<typeof readCopiedFiles>;

type Source =
  | { readonly kind: "registry"; readonly props: RegistryImageProps }
  | { readonly kind: "wrapper"; readonly props: WrapperImageProps };

/** 64 bits of the hash: enough to keep the contexts of one repository apart. */
const TAG_LENGTH = 16;

/** The name under which a wrapper's image is built, or pulled after it was built elsewhere. */
function builtName(name: string | undefined, tag: string, delivery: DeliveredImage | undefined): string {
  if (delivery === undefined) return `${name ?? "localhost/hermes-agent"}:${tag}`;
  return `${delivery.repository}:${tag}${delivery.digest === undefined ? "" : `@${delivery.digest}`}`;
}

/** What is pulled: the image itself, or the wrapper's base. */
function names(source: Source) {
  if (source.kind === "registry") {
    const { repository = UPSTREAM_REPOSITORY, tag, digest, release } = source.props;
    return { repository, tag, digest, release };
  }
  const { baseRepository = UPSTREAM_REPOSITORY, release, baseDigest } = source.props;
  return { repository: baseRepository, tag: release, digest: baseDigest, release };
}
