import { DATA_PATH, INSTALL_PATH, MANAGED_PATH } from "../hermes/container-contract";
import {
  hasFeature,
  isCommitTag,
  isFloatingTag,
  isPartialVersion,
  NEWEST_KNOWN_TAG,
  parseRelease,
  UPSTREAM_REPOSITORY,
} from "../hermes/releases";
import { realPath, systemPathAt } from "../hermes/system-paths";
import {
  CONT_INIT_PATH,
  ENTRYPOINT_PATH,
  HERMES_COMMAND_PATH,
  WRAPPER_FOLDER,
} from "../hermes/wrapper-dockerfile";
import type { DeliveredImage } from "../image-delivery";
import { showValue } from "../support/errors";
import { rulesFor, when } from "./rule";
import type { CredentialRuleId } from "./secret";

export interface ImageSubject {
  readonly repository: string;
  /** For a wrapper, the base's tag. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  /** The Hermes release inside, if the tag does not name it. */
  readonly release: string | undefined;
  /** What a wrapper adds. */
  readonly wrapper: WrapperFacts | undefined;
  /** The tag of a wrapper's image: the hash of its build context. */
  readonly contextTag: string | undefined;
  /** How a wrapper is delivered, if it is built elsewhere. */
  readonly delivery: DeliveredImage | undefined;
}

export interface WrapperFacts {
  readonly baseRevision?: string;
  readonly codexVersion?: string;
  readonly npmPackages?: Readonly<Record<string, string>>;
  readonly hermesPackages?: Readonly<Record<string, string>>;
  readonly copy?: Readonly<Record<string, { readonly platforms?: object }>>;
  readonly run?: readonly string[];
  readonly name?: string;
}

export const IMAGE_RULES = rulesFor<ImageSubject>()({
  "image-floating-tag": {
    severity: "error",
    refuses:
      "an image without a digest whose tag is missing or moves: `latest`, `main`, `stable`, `nightly` and the like, and of upstream's `vX` and `vX.Y` too",
    because:
      "nobody can say what runs, and a later pull changes it; for months `latest` was the head of main",
    seen: "Docker Hub, upstream's release workflow, read",
    references: ["#16640", "#78193"],
    check: (image) =>
      when(image.wrapper === undefined && floats(image), () => ({
        prop: "tag",
        value: image.tag === undefined ? "(none)" : showValue(image.tag),
        allowed: "a release tag (v2026.7.30, v0.21.6), a wrapper's own sha-<commit> tag, or a digest",
        fix: `name a release, such as tag: "${NEWEST_KNOWN_TAG}"`,
      })),
  },
  "image-tag-obsolete": {
    severity: "error",
    refuses: "a `sha-<commit>` tag of the upstream repository",
    because: "upstream stopped publishing them on 2026-05-20, so such a tag never names a new release",
    seen: "upstream's commit ef43938e2",
    references: ["ef43938e2"],
    check: ({ repository, tag, digest }) =>
      when(isUpstream(repository) && digest === undefined && tag !== undefined && isCommitTag(tag), () => ({
        prop: "tag",
        value: showValue(tag),
        allowed: "a release tag (v2026.7.30, v0.21.6)",
        fix: "name the release; for the sha tag of a private wrapper, give the wrapper's own `repository`",
      })),
  },
  "image-release-unknown": {
    severity: "error",
    refuses: "an image whose Hermes release can be read neither from its tag nor from `release`",
    because:
      "entrypoint, health check, dashboard login and commands differ by release, so each would be a guess",
    seen: "this library decides by the release",
    check: (image) => {
      // Without a digest a floating tag has its own rule; if that rule is acknowledged, the newest release is assumed.
      const { tag, release } = image;
      const told = release ?? tag;
      return when(!floats(image) && (told === undefined || parseRelease(told) === undefined), () => ({
        prop: "release",
        problem: `the tag ${tag === undefined ? "is missing and the digest" : showValue(tag)} does not name the release`,
        allowed: "vYYYY.M.D[.N] or vX.Y.Z",
        fix: 'name the Hermes release inside, such as release: "v2026.7.30"',
      }));
    },
  },
  "image-release-candidate": {
    severity: "warning",
    refuses: "a release candidate (`rc.N-vX.Y.Z`)",
    because: "its state migrations are one-way and may differ from the release's",
    seen: "upstream's issue; not in a package",
    references: ["#100968"],
    check: ({ tag, release }) => {
      const named = release ?? tag;
      return when(named !== undefined && (parseRelease(named)?.candidate ?? false), () => ({
        prop: release === undefined ? "tag" : "release",
        value: showValue(named),
        fix: "wait for the release, or try it on a copy of the data",
      }));
    },
  },
  "image-generation-obsolete": {
    severity: "warning",
    refuses: "a release up to v2026.4.23",
    because:
      "its image ends with `USER hermes`, so uid and gid cannot be changed and nothing repairs ownership",
    seen: "upstream's Dockerfile of v2026.4.23, read",
    references: ["#13731", "#15832"],
    check: ({ tag, release }) => {
      const named = release ?? tag;
      return when(named !== undefined && parseRelease(named)?.generation === "entrypoint", () => ({
        prop: release === undefined ? "tag" : "release",
        value: showValue(named),
        fix: "use v2026.4.30 or later",
      }));
    },
  },
  "image-duplicate-package": {
    severity: "error",
    refuses: "`@openai/codex` in `npmPackages` beside `codexVersion`",
    because: "only one of the two versions would be installed",
    seen: "npm installs one version of a package in one place",
    final: true,
    check: ({ wrapper: { codexVersion, npmPackages = {} } = {} }) =>
      when(codexVersion !== undefined && Object.hasOwn(npmPackages, "@openai/codex"), () => ({
        prop: "npmPackages",
        value: showValue(npmPackages["@openai/codex"]),
        fix: "keep `codexVersion`",
      })),
  },
  "image-hermes-packages-dropped": {
    severity: "warning",
    refuses: "`hermesPackages` on a release from v0.21.6 on",
    because:
      "Hermes manages its own environment there, and was seen to drop packages that it did not install",
    seen: "upstream's issues, read; in no package of PyPI",
    references: ["#122395", "#123770"],
    check: ({ tag, release, wrapper: { hermesPackages = {} } = {} }) => {
      const inside = parseRelease(release ?? tag ?? "");
      const names = Object.keys(hermesPackages);
      return when(
        names.length > 0 && inside !== undefined && hasFeature(inside, "ownPackageManager"),
        () => ({
          prop: "hermesPackages",
          value: names.join(", "),
          fix: "use `pythonPackages` if a command of its own is enough; or look after each upgrade, and acknowledge the rule",
        }),
      );
    },
  },
  "image-base-unpinned": {
    severity: "error",
    refuses: "a wrapper whose base has neither a digest nor a stated revision",
    because: "the wrapper's tag is the hash of its files, and these stay the same when the base changes",
    seen: "this library: the tag is the hash of the build context",
    check: ({ digest, wrapper }) =>
      when(wrapper !== undefined && digest === undefined && wrapper.baseRevision === undefined, () => ({
        prop: "baseDigest",
        value: "(none)",
        allowed: "baseDigest (sha256:…) or baseRevision (any text; change it to rebuild on a changed base)",
        fix: "add the digest that `docker buildx imagetools inspect` shows for the tag",
      })),
  },
  "image-copy-place": {
    severity: "error",
    refuses:
      "a file in `copy` where the agent would not find it or the image has its own: below /opt/data, /opt/hermes or /etc/hermes, in the place of a directory, of what boots the container, or of a wrapper's own files",
    because: "the data volume or the wrapper hides it, or the image no longer works",
    seen: "Docker mounts the volume over it; lib/hermes/system-paths.ts says it for each path",
    check: ({ wrapper: { copy = {} } = {} }) =>
      Object.keys(copy).flatMap((path) =>
        when(isTaken(path), () => ({
          prop: `copy[${JSON.stringify(path)}]`,
          fix: "choose a path such as /usr/local/bin/NAME, /opt/NAME or /etc/NAME",
        })),
      ),
  },
  "image-copy-platform": {
    severity: "error",
    refuses: "a file in `copy` that has no download for one of the platforms of `delivery`",
    because: "the CI's build for that platform fails",
    seen: "this library: the build stops at a platform that it has no file for",
    final: true,
    check: ({ wrapper: { copy = {} } = {}, delivery }) =>
      Object.entries(copy).flatMap(([path, { platforms }]) =>
        (delivery?.platforms ?? []).flatMap((platform) =>
          when(platforms !== undefined && !Object.hasOwn(platforms, platform), () => ({
            prop: `copy[${JSON.stringify(path)}].platforms`,
            problem: `${platform} is missing`,
            fix: "add it, or build for the other platforms only",
          })),
        ),
      ),
  },
  "image-delivery-name": {
    severity: "error",
    refuses: "`name` beside `delivery`",
    because: "the image is pulled from the repository of `delivery`, and `name` would have no effect",
    seen: "this library: an image has one name",
    final: true,
    check: ({ wrapper: { name } = {}, delivery }) =>
      when(name !== undefined && delivery !== undefined, () => ({
        prop: "name",
        value: showValue(name),
        fix: "remove it",
      })),
  },
  "image-digest-stale": {
    severity: "error",
    refuses: "a `digest` of `delivery` whose tag is not the tag of the present build context",
    because: "a digest decides what is pulled, so the agent would run the previous image",
    seen: "Docker ignores the tag of a name that has a digest",
    final: true,
    check: ({ contextTag, delivery: { digest, digestOf } = NO_DIGEST }) =>
      when(digestOf !== undefined && digestOf !== contextTag, () => ({
        prop: "delivery.digest",
        value: showValue(`${digestOf}@${digest}`),
        allowed: `${contextTag}@sha256:…`,
        fix: "build and push the present context, and give its digest",
      })),
  },
  "image-digest-unbound": {
    severity: "warning",
    refuses: "a `digest` of `delivery` without the tag that it belongs to",
    because:
      "a digest decides what is pulled; after a change of the wrapper, nobody notices that it is still the previous image's",
    seen: "Docker ignores the tag of a name that has a digest",
    check: ({ contextTag, delivery: { digest, digestOf } = NO_DIGEST }) =>
      when(digest !== undefined && digestOf === undefined, () => ({
        prop: "delivery.digest",
        value: showValue(digest),
        fix: `if it is the digest of the present build context, write "${contextTag}@${digest}"`,
      })),
  },
  "image-run-unpinned": {
    severity: "warning",
    refuses: "a command in `run` that names an internet address and compares no hash",
    because:
      "what is behind the address may change, while the tag, which is the hash of the text, stays the same",
    seen: "this library: the tag is the hash of the build context",
    check: ({ wrapper: { run = [] } = {} }) =>
      run.flatMap((command, i) =>
        when(DOWNLOADS.test(command) && !COMPARES_HASH.test(command), () => ({
          prop: `run[${i}]`,
          fix: 'give the file to `copy` with its sha256; or compare it in the command: `echo "HASH  FILE" | sha256sum -c -`',
        })),
      ),
  },
});

/** The id of a rule about an image. */
export type ImageRuleId = keyof typeof IMAGE_RULES | CredentialRuleId;

const NO_DIGEST = { digest: undefined, digestOf: undefined };

const DOWNLOADS = /\b(?:https?|ftp|git|ssh):\/\/|(?:^|[;&|(]\s*)(?:curl|wget)\s/m;

/** `sha256sum -c` and its like, a digest, pip's own check, or the commit of a git repository. */
const COMPARES_HASH =
  /\b(?:sha(?:224|256|384|512)sum|b2sum|shasum)\b.*(?:-c\b|--check\b)|\bsha(?:256|384|512)[:-]|--require-hashes|\b[0-9a-f]{40}\b/s;

function isTaken(path: string): boolean {
  const real = realPath(path);
  const isIn = (folder: string) => real === folder || real.startsWith(`${folder}/`);
  return (
    [DATA_PATH, INSTALL_PATH, MANAGED_PATH, WRAPPER_FOLDER].some(isIn) ||
    [CONT_INIT_PATH, HERMES_COMMAND_PATH, ENTRYPOINT_PATH].includes(real) ||
    systemPathAt(path) !== undefined
  );
}

/** Whether the image behind the name may change. */
function floats({ repository, tag, digest }: ImageSubject): boolean {
  if (digest !== undefined) return false;
  return tag === undefined || isFloatingTag(tag) || (isUpstream(repository) && isPartialVersion(tag));
}

/** Docker Hub's repository under any of its spellings. */
function isUpstream(repository: string): boolean {
  return (
    repository.replace(/^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)\//, "") ===
    UPSTREAM_REPOSITORY
  );
}
