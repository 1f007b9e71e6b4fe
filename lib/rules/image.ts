import {
  isCommitTag,
  isFloatingTag,
  isPartialVersion,
  NEWEST_KNOWN_TAG,
  parseRelease,
  UPSTREAM_REPOSITORY,
} from "../hermes/releases";
import { showValue } from "../support/errors";
import { rulesFor, when } from "./rule";
import type { CredentialRuleId } from "./secret";

export interface ImageSubject {
  readonly kind: "registry" | "wrapper";
  readonly repository: string;
  /** For a wrapper, the base's tag. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  /** The Hermes release inside, if the tag does not name it. */
  readonly release: string | undefined;
  readonly baseRevision?: string | undefined;
  readonly codexVersion?: string | undefined;
  readonly npmPackages?: Readonly<Record<string, string>> | undefined;
}

export const IMAGE_RULES = rulesFor<ImageSubject>()({
  "image-floating-tag": {
    severity: "error",
    refuses:
      "an image without a digest whose tag is missing or moves: `latest`, `main`, `stable`, `nightly` and the like, and of upstream's `vX` and `vX.Y` too",
    because:
      "nobody can say what runs, and a later pull changes it; for months `latest` was the head of main",
    references: ["#16640", "#78193"],
    check: (image) =>
      when(image.kind === "registry" && floats(image), () => ({
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
    final: true,
    check: ({ codexVersion, npmPackages }) =>
      when(codexVersion !== undefined && Object.hasOwn(npmPackages ?? {}, "@openai/codex"), () => ({
        prop: "npmPackages",
        value: showValue(npmPackages?.["@openai/codex"]),
        fix: "keep `codexVersion`",
      })),
  },
  "image-base-unpinned": {
    severity: "error",
    refuses: "a wrapper whose base has neither a digest nor a stated revision",
    because: "the wrapper's tag is the hash of its files, and these stay the same when the base changes",
    check: ({ kind, digest, baseRevision }) =>
      when(kind === "wrapper" && digest === undefined && baseRevision === undefined, () => ({
        prop: "baseDigest",
        value: "(none)",
        allowed: "baseDigest (sha256:…) or baseRevision (any text; change it to rebuild on a changed base)",
        fix: "add the digest that `docker buildx imagetools inspect` shows for the tag",
      })),
  },
});

/** The id of a rule about an image. */
export type ImageRuleId = keyof typeof IMAGE_RULES | CredentialRuleId;

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
