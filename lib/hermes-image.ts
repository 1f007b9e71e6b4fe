import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { BOOT_SCRIPT_PATH, bootFromFile, bootScript } from "./boot/boot-script";
import { newestKnownRelease, parseRelease, type Release, UPSTREAM_REPOSITORY } from "./hermes/releases";
import {
  CONTEXT_FOLDERS,
  CONTEXT_MARK,
  contextHash,
  isContextPath,
  renderWrapper,
  type WrapperContext,
} from "./hermes/wrapper-context";
import { IMAGE_RULES, type ImageRuleId } from "./rules/image";
import { type Acknowledgements, acknowledgeSchema, Review } from "./rules/review";
import { CREDENTIAL_RULES } from "./rules/secret";
import { refuseHiddenId } from "./support/construct-id";
import { credentialPlaces, textsIn } from "./support/credential-places";
import { refuse, showValue } from "./support/errors";
import { isRecord } from "./support/objects";
import {
  anyText,
  construct,
  lazily,
  listOf,
  literalText,
  mapOf,
  optional,
  propsSchema,
  validateProps,
} from "./support/validation";

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
   * PEM files of certificate authorities, such as of a proxy that decrypts TLS. The build and the agent trust them.
   * @default - none
   */
  readonly caCertificates?: readonly string[];
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
  /** The Docker provider that pulls or builds it; undefined for the stack's default one. */
  readonly provider: TerraformProvider | undefined;

  private constructor(scope: Construct, id: string, source: Source) {
    super(scope, id);
    refuseHiddenId(this);
    validateProps(this, source.kind === "registry" ? REGISTRY_SCHEMA : WRAPPER_SCHEMA, source.props);
    const { tag, digest, repository, release } = names(source);
    const { acknowledge, ...given } = source.props;
    // Names in it are those of packages.
    const texts = [...textsIn(given)].map((place) => ({ ...place, name: "" }));
    new Review(this, acknowledge)
      .apply(CREDENTIAL_RULES, credentialPlaces(this, { texts }))
      .apply(IMAGE_RULES, {
        kind: source.kind,
        repository,
        tag,
        digest,
        release,
        ...(source.kind === "wrapper" && {
          baseRevision: source.props.baseRevision,
          codexVersion: source.props.codexVersion,
          npmPackages: source.props.npmPackages,
        }),
      })
      .conclude();
    this.provider = source.props.provider;
    const named = parseRelease(release ?? tag ?? "");
    this.release = named ?? newestKnownRelease();
    this.namedRelease = named?.tag;
    const pulled = `${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
    if (source.kind === "registry") {
      this.reference = pulled;
      return;
    }
    const { caCertificates, ...contents } = source.props;
    const files = renderWrapper({
      ...contents,
      release: this.release,
      base: pulled,
      boot: { script: bootScript(), path: BOOT_SCRIPT_PATH, environment: bootFromFile() },
      caCertificates: caCertificates?.map((path, i) => this.readCertificate(path, i)),
    });
    const hash = contextHash(files);
    this.context = { files, hash, pullBase: digest === undefined };
    this.reference = `${source.props.name ?? "localhost/hermes-agent"}:${hash.slice(0, TAG_LENGTH)}`;
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
    const { files } = this.context;
    const there = CONTEXT_FOLDERS.flatMap((folder) =>
      filesIn(join(directory, folder)).map((name) => join(folder, name)),
    );
    const earlier = there.includes(CONTEXT_MARK) ? there.filter(isContextPath) : [];
    const taken = files
      .map(({ path }) => path)
      .filter((path) => !earlier.includes(path) && existsSync(join(directory, path)));
    if (taken.length > 0) {
      const problem = `has ${taken.join(", ")}, which no earlier call wrote`;
      refuse(this, [
        {
          prop: "writeContext",
          value: showValue(directory),
          problem,
          fix: "name a folder for the context alone",
        },
      ]);
    }
    for (const path of earlier) rmSync(join(directory, path));
    for (const { path, mode, content } of files) {
      const file = join(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      chmodSync(file, mode);
    }
  }

  private readCertificate(path: string, index: number): string {
    const prop = `caCertificates[${index}]`;
    let content: string;
    try {
      content = readFileSync(path, "utf8");
    } catch (error) {
      const problem = `cannot be read (${isRecord(error) ? error["code"] : error})`;
      refuse(this, [{ prop, value: showValue(path), problem, fix: "name a PEM file" }]);
    }
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(content)) {
      const problem = "holds a private key, which would become a layer of the image";
      refuse(this, [{ prop, value: showValue(path), problem, fix: "name a file with certificates only" }]);
    }
    if (!content.includes("-----BEGIN CERTIFICATE-----")) {
      const problem = "holds no certificate";
      refuse(this, [
        { prop, value: showValue(path), problem, allowed: "a PEM file", fix: "convert it to PEM" },
      ]);
    }
    return content;
  }
}

type Source =
  | { readonly kind: "registry"; readonly props: RegistryImageProps }
  | { readonly kind: "wrapper"; readonly props: WrapperImageProps };

/** 64 bits of the hash: enough to keep the contexts of one repository apart. */
const TAG_LENGTH = 16;

/** Names of the files directly in the folder; none if there is no such folder. */
function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
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

const repository = () =>
  literalText(
    /^(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/,
    "a repository without tag, such as ghcr.io/acme/hermes-agent",
  );
const release = () =>
  literalText(/^\S+$/, "a release: vYYYY.M.D[.N] or vX.Y.Z").refine(
    (value) => typeof value === "string" && parseRelease(value) !== undefined,
    "a release: vYYYY.M.D[.N] or vX.Y.Z",
  );
const digest = () => literalText(/^sha256:[0-9a-f]{64}$/, "sha256: and 64 hexadecimal digits");
const npmVersion = () =>
  literalText(
    /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/,
    "an exact version with all three numbers, such as 1.2.3",
  );
const pythonVersion = () =>
  literalText(
    /^(?:\d+!)?\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?(?:\.post\d+)?(?:\.dev\d+)?(?:\+[0-9A-Za-z.]+)?$/,
    "an exact version, such as 1.2.3",
  );
const provider = () =>
  optional(construct("DockerProvider", (value) => TerraformProvider.isTerraformProvider(value)));

const REGISTRY_SCHEMA = lazily(() =>
  propsSchema<RegistryImageProps>({
    repository: optional(repository()),
    tag: optional(
      literalText(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, "a tag: letters, digits, `.`, `_`, `-`"),
    ),
    digest: optional(digest()),
    release: optional(release()),
    provider: provider(),
    acknowledge: acknowledgeSchema({ ...IMAGE_RULES, ...CREDENTIAL_RULES }),
  }),
);

const WRAPPER_SCHEMA = lazily(() =>
  propsSchema<WrapperImageProps>({
    release: release(),
    baseRepository: optional(repository()),
    baseDigest: optional(digest()),
    baseRevision: optional(literalText(/^[\x21-\x7e]{1,64}$/, "up to 64 characters without blanks")),
    codexVersion: optional(npmVersion()),
    npmPackages: optional(
      mapOf(
        /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/,
        "a package of npm, such as @scope/name",
        npmVersion(),
      ),
    ),
    aptPackages: optional(
      listOf(
        literalText(
          /^[a-z0-9][a-z0-9+.-]+(?:=[A-Za-z0-9.+:~-]+)?$/,
          "a Debian package: name or name=version",
        ),
      ),
    ),
    pythonPackages: optional(
      mapOf(
        /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/,
        "a package of PyPI, such as requests",
        pythonVersion(),
      ),
    ),
    caCertificates: optional(listOf(anyText("a path of a PEM file"))),
    name: optional(repository()),
    provider: provider(),
    acknowledge: acknowledgeSchema({ ...IMAGE_RULES, ...CREDENTIAL_RULES }),
  }),
);
