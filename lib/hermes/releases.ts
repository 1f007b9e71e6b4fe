/**
 * Hermes Agent's releases: how their tags are read and ordered, their image generation, and the first release of each
 * feature that this library relies on.
 */

/**
 * The four shapes that the upstream image has had, named after what runs as PID 1. They differ in entrypoint,
 * privilege drop and supervision, so a wrapper or a command that fits one can break another.
 */
export type Generation = "entrypoint" | "tini" | "s6" | "dispatch";

/** The generations without s6-overlay, whose entrypoint a wrapper has to replace. */
export type LegacyGeneration = Extract<Generation, "entrypoint" | "tini">;

export function isLegacy(generation: Generation): generation is LegacyGeneration {
  return generation === "entrypoint" || generation === "tini";
}

/** A release of Hermes Agent. */
export interface Release {
  /** The tag as written, such as `v2026.7.30` or `v0.22.1`. */
  readonly tag: string;
  /** The shape of its image. */
  readonly generation: Generation;
  /** Sort key: compare element by element. Releases of one version under two tag schemes share a key. */
  readonly order: readonly number[];
  /** A release candidate (`rc.4-v0.21.6`), not a release. */
  readonly candidate: boolean;
}

/** The upstream repository on Docker Hub. */
export const UPSTREAM_REPOSITORY = "nousresearch/hermes-agent";

/** Calendar tags ended with v2026.9.24 (0.21.5); from 0.21.6 on tags are `vX.Y.Z`. */
const CALENDAR_RELEASES = [
  ["v2026.4.23", "0.11.0"],
  ["v2026.4.30", "0.12.0"],
  ["v2026.5.7", "0.13.0"],
  ["v2026.5.16", "0.14.0"],
  ["v2026.5.28", "0.15.0"],
  ["v2026.5.29", "0.15.1"],
  ["v2026.5.29.2", "0.15.2"],
  ["v2026.6.5", "0.16.0"],
  ["v2026.6.19", "0.17.0"],
  ["v2026.7.1", "0.18.0"],
  ["v2026.7.7", "0.18.1"],
  ["v2026.7.7.2", "0.18.2"],
  ["v2026.7.20", "0.19.0"],
  ["v2026.7.30", "0.19.1"],
  ["v2026.8.3", "0.20.0"],
  ["v2026.8.13", "0.20.1"],
  ["v2026.8.16", "0.20.2"],
  ["v2026.8.16.2", "0.20.3"],
  ["v2026.8.18", "0.20.4"],
  ["v2026.8.19", "0.20.5"],
  ["v2026.8.27", "0.20.6"],
  ["v2026.8.31", "0.21.0"],
  ["v2026.9.7", "0.21.1"],
  ["v2026.9.11", "0.21.2"],
  ["v2026.9.14", "0.21.3"],
  ["v2026.9.21", "0.21.4"],
  ["v2026.9.24", "0.21.5"],
] as const;

/** Releases with a SemVer tag that this library was checked against, newest first. */
const SEMVER_RELEASES = ["v0.21.6"] as const;

type KnownTag = (typeof CALENDAR_RELEASES)[number][0] | (typeof SEMVER_RELEASES)[number];

const LAST_CALENDAR_ORDER = [0, 2026, 9, 24, 0];

/** The first SemVer-tagged release; a lower version had a calendar tag. */
const FIRST_SEMVER = [0, 21, 6];

/** The newest release that this library was checked against. */
export const [NEWEST_KNOWN_TAG] = SEMVER_RELEASES;

/** The first release of each generation, newest first. */
const GENERATIONS: readonly (readonly [Generation, KnownTag])[] = [
  ["dispatch", "v2026.8.3"],
  ["s6", "v2026.5.28"],
  ["tini", "v2026.4.30"],
];

/**
 * The first release that has each feature. If a row names a package without the feature, the packages were checked.
 * Other rows rely on the upstream commit or issue that they name.
 */
const FEATURES = {
  /** s6-overlay supervises gateway and dashboard (commit e0e9c895d). */
  supervision: "v2026.5.28",
  /** `/opt/hermes/bin/hermes` comes first on PATH and drops root to the runtime user (commit aeb992d34). */
  execShim: "v2026.5.28",
  /** The platform ntfy (in the 0.15.0 package, absent from 0.14.0). */
  ntfy: "v2026.5.28",
  /** A dashboard on a public address refuses to start without a login provider or `--insecure` (commit fb5125362). */
  dashboardGate: "v2026.5.29",
  /** The dashboard's login providers: basic (acb0e2bac), self-hosted OIDC (f57ce341d) and Nous Portal. */
  dashboardProviders: "v2026.6.5",
  /** `hermes setup --portal` (in the 0.16.0 package, absent from 0.14.0). */
  setupPortal: "v2026.6.5",
  /** Runtime UIDs below 1000 are accepted, as Unraid's 99:100 needs (commit 7402706c5). */
  lowRuntimeIds: "v2026.6.5",
  /**
   * `/etc/hermes/.env` and `config.yaml` are loaded last and override all others (0.17.0; absent from the 0.16.0
   * package).
   */
  managedScope: "v2026.6.19",
  /** The platforms WhatsApp Cloud API, Photon and Raft (in the 0.17.0 package, absent from 0.16.0). */
  whatsAppCloudPhotonRaft: "v2026.6.19",
  /** `MATRIX_E2EE_MODE` (in the 0.17.0 package, absent from 0.16.0). */
  matrixEncryptionMode: "v2026.6.19",
  /** `SIMPLEX_GROUP_ALLOWED` (in the 0.17.0 package, absent from 0.16.0). */
  simplexGroups: "v2026.6.19",
  /** `HERMES_DASHBOARD_INSECURE` no longer has an effect; API keys need 16 characters (PR #50476). */
  dashboardAlwaysGated: "v2026.7.1",
  /** A confidential OIDC client (in the 0.18.0 package, absent from 0.17.0). */
  oidcClientSecret: "v2026.7.1",
  /** The model providers `vertex` and `moa` (in the 0.18.0 package, absent from 0.17.0). */
  vertexAndMoa: "v2026.7.1",
  /** `anthropic` takes only endpoints that look like Anthropic's (in the 0.18.0 package; 0.17.0 takes any). */
  anthropicEndpointChecked: "v2026.7.1",
  /** The scan of SOUL.md and context files looks at 65,536 characters (in the 0.18.0 package; 0.17.0 looks at all). */
  boundedThreatScan: "v2026.7.1",
  /** A fallback model names the variable of its key by `key_env` (in the 0.19.0 package, absent from 0.18.2). */
  fallbackKeyVariable: "v2026.7.20",
  /** `HERMES_WRITE_SAFE_ROOT` names several directories (in the 0.18.0 package; to 0.17.0 it is one path). */
  severalWriteRoots: "v2026.7.1",
  /** The model providers `deepinfra`, `fireworks` and `upstage` (in the 0.19.0 package, absent from 0.18.2). */
  deepInfraFireworksUpstage: "v2026.7.20",
  /** Google Chat calls the API server (in the 0.19.0 package, absent from 0.18.2). */
  googleChatCalls: "v2026.7.20",
  /** A stop no longer waits up to 180 s for a turn in flight (in the 0.18.2 package; 0.17.0 waits). */
  turnsCutAtStop: "v2026.7.7.2",
  /** The version is part of the API server's `/health` (absent from the 0.16.0 package). */
  versionInHealth: "v2026.6.19",
  /** `/opt/data/state/gateway.heartbeat` is touched every 30 s (in the 0.19.0 package, absent from 0.18.2). */
  heartbeatFile: "v2026.7.20",
  /**
   * `/health/detailed` of the API server wants the key, and has `readiness` (in the 0.19.0 package, absent from 0.18.2).
   */
  readiness: "v2026.7.20",
  /**
   * One gateway can serve all profiles, and the boot then starts no other one (in the 0.19.0 package). In 0.18.2 the boot
   * still starts each profile's own gateway beside it, and the API server has no `/p/<name>/`.
   */
  multiplexedProfiles: "v2026.7.20",
  /** A dashboard login also sets the cookie `hermes_session_provider` (0.19.0; not 0.17.0). */
  sessionProviderCookie: "v2026.7.20",
  /** The dashboard answers `/api/health` without a login (commit ccab46ca4). */
  dashboardHealth: "v2026.7.30",
  /**
   * The image's own SQLite, in which two processes that write at the same time can't corrupt a database (PR #71924,
   * #70480). Earlier images have Debian's 3.46.1.
   */
  safeSqlite: "v2026.7.30",
  /** A boot migrates only a config.yaml of schema 12 or later (PR #74433; the 0.19.0 package migrates all). */
  configSchemaFloor: "v2026.7.30",
  /** The boot writes an API key of its own into the volume's `.env`, which overrides the environment. */
  ownApiKey: "v2026.8.13",
  /** The boot writes its own API key only if the environment has none (PR #88926). */
  givenApiKeyKept: "v2026.8.19",
  /** A stop waits up to 30 s for a cron job in flight (#82161; `agent.cron_drain_timeout`). */
  cronDrain: "v2026.8.18",
  /** Upstream's own budget for a stop is 70 s (PR #96445). */
  cronStopBudget: "v2026.8.27",
  /** One gateway serves all profiles, unless the environment says otherwise (#119546, #61276, #113746). */
  multiplexedByDefault: "v2026.8.31",
  /** `dashboard.trusted_proxies` in config.yaml (documented with v0.22; absent from the 0.19.0 package). */
  trustedProxiesSetting: "v0.21.6",
} as const satisfies Record<string, KnownTag>;

export type Feature = keyof typeof FEATURES;

/**
 * Names that move: tomorrow they may name another image (#16640, #78193). Upstream pushes the first three; the others
 * move wherever they are used.
 */
const FLOATING_NAMES = ["latest", "main", "stable", "master", "nightly", "edge", "canary", "dev", "develop"];

/** What upstream appends to any tag: the platform of an image for one platform, and the image with a desktop. */
const VARIANT = "(?:-(?:amd64|arm64))?(?:-desktop)?";

const FLOATING = new RegExp(`^(?:${FLOATING_NAMES.join("|")})${VARIANT}$`);
const CALENDAR = new RegExp(`^v(20\\d\\d)\\.(\\d{1,2})\\.(\\d{1,2})(?:\\.(\\d{1,4}))?${VARIANT}$`);
/** With or without `v`: the documentation of v0.22 writes `X.Y.Z`. */
const SEMVER = new RegExp(`^(?:rc\\.(\\d{1,4})-)?v?(\\d{1,3})\\.(\\d{1,4})\\.(\\d{1,4})${VARIANT}$`);
const PARTIAL = new RegExp(`^v?\\d{1,4}(?:\\.\\d{1,4})?${VARIANT}$`);
const RETIRED = /^sha-[0-9a-f]{7,40}$/;

/** Whether the tag moves, in whatever repository. */
export function isFloatingTag(tag: string): boolean {
  return FLOATING.test(tag);
}

/**
 * `vX`, `vX.Y` and the like: by the registries' custom the newest release of a series. In a private repository such a
 * tag may be the number of a build.
 */
export function isPartialVersion(tag: string): boolean {
  return PARTIAL.test(tag);
}

/** `sha-<commit>` tags, which the upstream repository stopped publishing on 2026-05-20 (commit ef43938e2). */
export function isCommitTag(tag: string): boolean {
  return RETIRED.test(tag);
}

/**
 * Reads `vYYYY.M.D[.N]`, `[v]X.Y.Z` or `rc.N-vX.Y.Z`, each with or without a platform (`-amd64`, `-arm64`) and
 * `-desktop`; undefined for anything else. A release newer than any known one counts as the newest generation with
 * every feature.
 */
export function parseRelease(tag: string): Release | undefined {
  const order = orderOf(tag);
  if (order === undefined) return undefined;
  return { tag, order, generation: generationOf(order), candidate: tag.startsWith("rc.") };
}

/** The version that the release reports of itself, such as `0.19.1`; undefined for a calendar tag that is not known. */
export function versionOf({ tag }: Release): string | undefined {
  const [, , ...parts] = SEMVER.exec(tag) ?? [];
  if (!CALENDAR.test(tag)) return parts.join(".");
  return CALENDAR_RELEASES.find(([known]) => known === tag)?.[1];
}

export function compareReleases(a: Release, b: Release): number {
  return compareOrder(a.order, b.order);
}

export function hasFeature(release: Release, feature: Feature): boolean {
  return compareOrder(release.order, knownOrder(FEATURES[feature])) >= 0;
}

/** The first release that has the feature, for messages. */
export function firstReleaseWith(feature: Feature): string {
  return FEATURES[feature];
}

/** The release that a floating or unknown tag counts as. */
export function newestKnownRelease(): Release {
  const order = knownOrder(NEWEST_KNOWN_TAG);
  return { tag: NEWEST_KNOWN_TAG, order, generation: generationOf(order), candidate: false };
}

function orderOf(tag: string): readonly number[] | undefined {
  const calendar = CALENDAR.exec(tag);
  if (calendar) {
    const [year, month, day, hotfix] = calendar.slice(1).map((part) => Number(part ?? 0));
    if (year === undefined || !month || !day || month > 12 || day > 31) return undefined;
    const order = [0, year, month, day, hotfix ?? 0];
    return isAfterCalendarEnd(order) ? [2, ...order.slice(1)] : order;
  }
  const semver = SEMVER.exec(tag);
  if (!semver) return undefined;
  const [, candidate, ...parts] = semver;
  const version = parts.map(Number);
  const [major = 0] = version;
  if (major >= 100) return undefined;
  if (compareOrder(version, FIRST_SEMVER) < 0) return calendarOrderOfVersion(version);
  return [1, ...version, candidate === undefined ? 1 : 0, Number(candidate ?? 0)];
}

/** Whether a calendar tag is not known yet. It counts as newer than everything. */
function isAfterCalendarEnd(order: readonly number[]): boolean {
  return compareOrder(order, LAST_CALENDAR_ORDER) > 0;
}

/** A version from the calendar era sorts as the newest calendar release that is not above it. */
function calendarOrderOfVersion(version: readonly number[]): readonly number[] {
  const known = CALENDAR_RELEASES.filter(([, v]) => compareOrder(v.split(".").map(Number), version) <= 0).at(
    -1,
  );
  return known ? knownOrder(known[0]) : [0, 0, 0, 0, 0];
}

const knownOrders = new Map<KnownTag, readonly number[]>();

function knownOrder(tag: KnownTag): readonly number[] {
  let order = knownOrders.get(tag);
  if (order === undefined) {
    order = orderOf(tag) ?? [];
    knownOrders.set(tag, order);
  }
  return order;
}

function generationOf(order: readonly number[]): Generation {
  const found = GENERATIONS.find(([, first]) => compareOrder(order, knownOrder(first)) >= 0);
  return found ? found[0] : "entrypoint";
}

function compareOrder(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
