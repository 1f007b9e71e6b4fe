import fc from "fast-check";
import {
  compareReleases,
  type Feature,
  firstReleaseWith,
  type Generation,
  hasFeature,
  isCommitTag,
  isFloatingTag,
  isPartialVersion,
  NEWEST_KNOWN_TAG,
  newestKnownRelease,
  parseRelease,
  type Release,
} from "../../lib/hermes/releases";

/** Upstream's own list: tag, version, generation. */
const HISTORY: readonly (readonly [string, string, Generation])[] = [
  ["v2026.4.23", "v0.11.0", "entrypoint"],
  ["v2026.4.30", "v0.12.0", "tini"],
  ["v2026.5.7", "v0.13.0", "tini"],
  ["v2026.5.16", "v0.14.0", "tini"],
  ["v2026.5.28", "v0.15.0", "s6"],
  ["v2026.5.29", "v0.15.1", "s6"],
  ["v2026.5.29.2", "v0.15.2", "s6"],
  ["v2026.6.5", "v0.16.0", "s6"],
  ["v2026.6.19", "v0.17.0", "s6"],
  ["v2026.7.1", "v0.18.0", "s6"],
  ["v2026.7.7", "v0.18.1", "s6"],
  ["v2026.7.7.2", "v0.18.2", "s6"],
  ["v2026.7.20", "v0.19.0", "s6"],
  ["v2026.7.30", "v0.19.1", "s6"],
  ["v2026.8.3", "v0.20.0", "dispatch"],
  ["v2026.8.13", "v0.20.1", "dispatch"],
  ["v2026.8.16", "v0.20.2", "dispatch"],
  ["v2026.8.16.2", "v0.20.3", "dispatch"],
  ["v2026.8.18", "v0.20.4", "dispatch"],
  ["v2026.8.19", "v0.20.5", "dispatch"],
  ["v2026.8.27", "v0.20.6", "dispatch"],
  ["v2026.8.31", "v0.21.0", "dispatch"],
  ["v2026.9.7", "v0.21.1", "dispatch"],
  ["v2026.9.11", "v0.21.2", "dispatch"],
  ["v2026.9.14", "v0.21.3", "dispatch"],
  ["v2026.9.21", "v0.21.4", "dispatch"],
  ["v2026.9.24", "v0.21.5", "dispatch"],
];

const FEATURES: Readonly<Record<Feature, string>> = {
  supervision: "v2026.5.28",
  execShim: "v2026.5.28",
  dashboardGate: "v2026.5.29",
  dashboardProviders: "v2026.6.5",
  setupPortal: "v2026.6.5",
  lowRuntimeIds: "v2026.6.5",
  managedScope: "v2026.6.19",
  ntfy: "v2026.5.28",
  whatsAppCloudPhotonRaft: "v2026.6.19",
  matrixEncryptionMode: "v2026.6.19",
  simplexGroups: "v2026.6.19",
  googleChatCalls: "v2026.7.20",
  dashboardAlwaysGated: "v2026.7.1",
  oidcClientSecret: "v2026.7.1",
  vertexAndMoa: "v2026.7.1",
  anthropicEndpointChecked: "v2026.7.1",
  boundedThreatScan: "v2026.7.1",
  severalWriteRoots: "v2026.7.1",
  deepInfraFireworksUpstage: "v2026.7.20",
  fallbackKeyVariable: "v2026.7.20",
  turnsCutAtStop: "v2026.7.7.2",
  versionInHealth: "v2026.6.19",
  heartbeatFile: "v2026.7.20",
  readiness: "v2026.7.20",
  sessionProviderCookie: "v2026.7.20",
  multiplexedProfiles: "v2026.7.20",
  multiplexedByDefault: "v2026.8.31",
  dashboardHealth: "v2026.7.30",
  safeSqlite: "v2026.7.30",
  configSchemaFloor: "v2026.7.30",
  ownApiKey: "v2026.8.13",
  givenApiKeyKept: "v2026.8.19",
  cronDrain: "v2026.8.18",
  cronStopBudget: "v2026.8.27",
  trustedProxiesSetting: "v0.21.6",
};

function release(tag: string): Release {
  const parsed = parseRelease(tag);
  if (parsed === undefined) throw new Error(`${tag} is no release`);
  return parsed;
}

const calendarTag = fc
  .tuple(
    fc.integer({ min: 2026, max: 2099 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 31 }),
    fc.option(fc.integer({ min: 1, max: 9999 })),
  )
  .map(([year, month, day, hotfix]) => `v${year}.${month}.${day}${hotfix === null ? "" : `.${hotfix}`}`);
/** One image for each platform, and one with a desktop. */
const VARIANTS = ["", "-amd64", "-arm64", "-desktop", "-amd64-desktop", "-arm64-desktop"] as const;
const version = fc.tuple(fc.integer({ min: 0, max: 99 }), fc.nat(9999), fc.nat(9999));
const semverTag = fc
  .tuple(version, fc.constantFrom("v", ""), fc.constantFrom(...VARIANTS), fc.option(fc.nat(9999)))
  .map(
    ([parts, v, variant, candidate]) =>
      `${candidate === null ? "" : `rc.${candidate}-`}${v}${parts.join(".")}${variant}`,
  );
const tag = fc.oneof(
  calendarTag,
  semverTag,
  fc.constantFrom(...HISTORY.map(([calendar]) => calendar), ...HISTORY.map(([, semver]) => semver)),
);

describe("parsing", () => {
  test("a release keeps its tag, whatever its scheme", () => {
    fc.assert(fc.property(tag, (text) => expect(release(text).tag).toBe(text)));
  });

  test("a calendar tag is parsed into its numbers, in order", () => {
    fc.assert(
      fc.property(calendarTag, (text) => {
        const [, year, month, day, hotfix] = release(text).order;
        expect(`v${year}.${month}.${day}${hotfix ? `.${hotfix}` : ""}`).toBe(text);
      }),
    );
  });

  test("a text that is not a release is not parsed as one, and causes no exception", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseRelease(text);
        if (parsed !== undefined)
          expect(text).toMatch(/^(rc\.\d+-)?v?\d+\.\d+\.\d+(\.\d+)?(-a\w+64)?(-desktop)?$/);
      }),
    );
    for (const text of [
      "",
      "latest",
      "2026.7.30",
      "v2026.7",
      "v2026.13.1",
      "v2026.0.1",
      "v2026.1.32",
      "v2026.7.30-rc1",
      "v2026.7.30.",
      "v2025",
      "sha-0123456",
      "v0.21",
      "v0.21.6.1",
      "V0.21.6",
      "v0.21.6 ",
      "v2026.7.30\n",
      "v100.1.1",
      "v0.21.6-s390x",
      "v0.21.6-desktop-amd64",
      "v0.21.6-amd64-arm64",
      "0.21",
      "stable-v0.21.6",
      "v1999.1.1",
      "-v0.21.6",
    ])
      expect(parseRelease(text)).toBeUndefined();
  });

  test("a release candidate is recognized", () => {
    expect(release("rc.4-v0.21.6").candidate).toBe(true);
    expect(release("v0.21.6").candidate).toBe(false);
  });

  test.each([
    ["0.21.6", "v0.21.6"],
    ["v0.21.6-amd64", "v0.21.6"],
    ["0.21.6-arm64", "v0.21.6"],
    ["v0.21.6-amd64-desktop", "v0.21.6"],
    ["v2026.8.19-arm64", "v2026.8.19"],
    ["0.20.6", "v2026.8.27"],
    ["v0.15.2-amd64", "v2026.5.29.2"],
    ["rc.4-0.21.6-amd64", "rc.4-v0.21.6"],
  ])("the tag %s counts as the release %s", (text, same) => {
    expect(release(text).order).toEqual(release(same).order);
  });

  test.each([
    "latest",
    "main",
    "stable",
    "nightly",
    "edge",
    "master",
    "latest-desktop",
    "main-arm64",
    "stable-amd64-desktop",
  ])("the tag %s moves", (text) => expect(isFloatingTag(text)).toBe(true));

  test.each([
    "v0.21.6",
    "0.22.1",
    "v2026.9.24",
    "latest-2026-11-01",
    "stable1",
    "mainline",
    "sha-0123456",
    "production-42",
    "",
  ])("the tag %j is not known to move", (text) => expect(isFloatingTag(text)).toBe(false));

  test("a version without all its parts is told from a release", () => {
    expect(["v0", "0.22", "v0.22", "v2026.9", "v1-arm64"].every(isPartialVersion)).toBe(true);
    expect(["v0.22.1", "v2026.9.24", "v", "sha-0123456", "0.22-rc1"].some(isPartialVersion)).toBe(false);
  });

  test("tags of commits are distinguished", () => {
    expect(["sha-0123456", `sha-${"a".repeat(40)}`].every(isCommitTag)).toBe(true);
    expect(["sha-012345", `sha-${"a".repeat(41)}`, "sha-012345G", "0123456"].some(isCommitTag)).toBe(false);
  });
});

describe("the order", () => {
  const sign = (a: string, b: string) => Math.sign(compareReleases(release(a), release(b)));

  test("the order of releases is total, antisymmetric and transitive across both schemes", () => {
    fc.assert(
      fc.property(tag, tag, tag, (a, b, c) => {
        expect(sign(a, a)).toBe(0);
        expect(sign(a, b) + sign(b, a)).toBe(0);
        expect([-1, 0, 1]).toContain(sign(a, b));
        if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0);
        if (sign(a, b) === 0) expect(sign(a, c)).toBe(sign(b, c));
      }),
      { numRuns: 500 },
    );
  });

  test("the order of releases is that of their history", () => {
    const tags = [
      ...HISTORY.map(([calendar]) => calendar),
      "rc.1-v0.21.6",
      "rc.4-v0.21.6",
      "v0.21.6",
      "v0.22.0",
      "v0.22.1",
      "v1.0.0",
    ];
    for (const [i, older] of tags.entries())
      for (const newer of tags.slice(i + 1))
        expect([older, newer, sign(older, newer)]).toEqual([older, newer, -1]);
  });

  test("a version and its calendar tag count as one release", () => {
    for (const [calendar, semver] of HISTORY) expect([semver, sign(calendar, semver)]).toEqual([semver, 0]);
    expect(sign("v0.21.6-desktop", "v0.21.6")).toBe(0);
  });
});

describe("generations", () => {
  test.each(HISTORY)("the generation of %s (%s) is %s", (calendar, semver, generation) => {
    expect(release(calendar).generation).toBe(generation);
    expect(release(semver).generation).toBe(generation);
  });

  test("a release newer than any known one counts as the newest", () => {
    const newest = newestKnownRelease();
    expect(newest.tag).toBe(NEWEST_KNOWN_TAG);
    fc.assert(
      fc.property(tag.map(release), (one) => {
        fc.pre(compareReleases(one, newest) >= 0);
        expect(one.generation).toBe(newest.generation);
      }),
    );
  });

  test("a later release never has an earlier generation", () => {
    const rank: readonly Generation[] = ["entrypoint", "tini", "s6", "dispatch"];
    fc.assert(
      fc.property(tag.map(release), tag.map(release), (a, b) => {
        const [older, newer] = compareReleases(a, b) <= 0 ? [a, b] : [b, a];
        expect(rank.indexOf(older.generation)).toBeLessThanOrEqual(rank.indexOf(newer.generation));
      }),
    );
  });
});

describe("features", () => {
  const features = Object.entries(FEATURES).filter(
    (entry): entry is [Feature, string] => entry[0] in FEATURES,
  );

  test.each(
    features,
  )("the feature %s exists from %s on, and not in the previous release", (feature, first) => {
    expect(firstReleaseWith(feature)).toBe(first);
    expect(hasFeature(release(first), feature)).toBe(true);
    const before = HISTORY.findLast(([calendar]) => compareReleases(release(calendar), release(first)) < 0);
    expect(before && hasFeature(release(before[0]), feature)).toBe(false);
  });

  test("a feature that exists also exists in every later release", () => {
    fc.assert(
      fc.property(tag.map(release), tag.map(release), fc.constantFrom(...features), (a, b, [feature]) => {
        const [older, newer] = compareReleases(a, b) <= 0 ? [a, b] : [b, a];
        if (hasFeature(older, feature)) expect(hasFeature(newer, feature)).toBe(true);
      }),
    );
  });
});
