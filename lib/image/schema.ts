/** The shape of an image's props. */
import { TerraformProvider } from "cdktf";
import { parseRelease } from "../hermes/releases";
import { type ImagePlatform, NAME_IN_IMAGE } from "../hermes/wrapper-contents";
import { ImageDelivery, repository } from "../image-delivery";
import { IMAGE_RULES } from "../rules/image";
import { acknowledgeSchema } from "../rules/review";
import { CREDENTIAL_RULES } from "../rules/secret";
import {
  anyText,
  construct,
  flag,
  lazily,
  listOf,
  literalText,
  mapOf,
  optional,
  propsSchema,
} from "../support/validation";
import type {
  DownloadedImageFile,
  ImageDownload,
  LocalImageFile,
  PlatformImageFile,
  RegistryImageProps,
  WrapperImageProps,
} from "./props";

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

const imageFile = () => {
  const url = literalText(/^https:\/\/[^\s'\\]+$/, "an https address without quotes and backslashes");
  const sha256 = literalText(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
  const onPlatform = optional(propsSchema<ImageDownload>({ url, sha256 }));
  return propsSchema<AnyImageFile>({
    file: optional(literalText(/\S/, "a path")),
    url: optional(url),
    sha256: optional(sha256),
    platforms: optional(
      propsSchema<Record<ImagePlatform, ImageDownload>>({
        "linux/amd64": onPlatform,
        "linux/arm64": onPlatform,
      }).refine((given) => Object.values(given).some((one) => one !== undefined), "at least one platform"),
    ),
    executable: optional(flag()),
  }).refine((given) => {
    const is = (name: string) => given[name] !== undefined;
    return (
      is("url") === is("sha256") && [is("file"), is("url"), is("platforms")].filter(Boolean).length === 1
    );
  }, "an object with `file`, with `url` and `sha256`, or with `platforms`");
};

type AnyImageFile = Record<
  keyof LocalImageFile | keyof DownloadedImageFile | keyof PlatformImageFile,
  unknown
>;

const IMAGE_PATH = new RegExp(`^(?:/(?!\\.{1,2}(?:/|$))${NAME_IN_IMAGE})+$`);

export const REGISTRY_SCHEMA = lazily(() =>
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

export const WRAPPER_SCHEMA = lazily(() =>
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
    copy: optional(
      mapOf(IMAGE_PATH, "an absolute path of letters, digits, `.`, `_`, `+` and `-`", imageFile()),
    ),
    run: optional(listOf(literalText(/\S/, "a command"))),
    caCertificates: optional(listOf(anyText("a path of a PEM file"))),
    delivery: optional(
      construct("delivery that ImageDelivery.ci makes", (value) => value instanceof ImageDelivery),
    ),
    name: optional(repository()),
    provider: provider(),
    acknowledge: acknowledgeSchema({ ...IMAGE_RULES, ...CREDENTIAL_RULES }),
  }),
);
