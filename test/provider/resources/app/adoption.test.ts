/** Which app that is there already a creation takes, and which it refuses. */
import { readApp } from "../../../../lib/provider/captain/app";
import type { JsonObject } from "../../../../lib/provider/captain/json";
import { adoptedFrom } from "../../../../lib/provider/resources/app/adoption";
import { type CreationMark, formatStamp, newRun, newStamp } from "../../../../lib/provider/settings/stamp";
import { NOT_CHECKED, SETTINGS } from "../../rollout/settings";

const NOW_MS = Date.UTC(2026, 10, 27, 12);
const MINUTE_MS = 60_000;
const PLACEHOLDER = { version: 0, deployedImageName: "caprover/caprover-placeholder-app:latest" };

interface Made {
  readonly owner?: string;
  readonly creation?: CreationMark;
  readonly minutesAgo?: number;
}
const tags = ({ owner = "us", creation = "started", minutesAgo = 5 }: Made = {}) => {
  const atMs = NOW_MS - minutesAgo * MINUTE_MS;
  return { tags: [{ tagName: formatStamp(newStamp(newRun(atMs, owner), atMs, 19, { creation })) }] };
};

const REGISTERED: JsonObject = {
  appName: "agent",
  hasPersistentData: true,
  isLegacyAppName: false,
  instanceCount: 1,
  versions: [PLACEHOLDER],
  deployedVersion: 0,
};
const RUNNING: JsonObject = {
  ...REGISTERED,
  volumes: [{ containerPath: "/data", volumeName: "data" }],
  serviceUpdateOverride: JSON.stringify({
    TaskTemplate: { ContainerSpec: { StopGracePeriod: 30_000_000_000 } },
  }),
  versions: [PLACEHOLDER, { version: 1, deployedImageName: "agent:1" }],
  deployedVersion: 1,
};
const UNFINISHED: JsonObject = {
  ...REGISTERED,
  ...tags({ owner: "them", creation: "unstarted", minutesAgo: 9999 }),
  instanceCount: 0,
  envVars: [{ key: "MODE", value: "theirs" }],
};

function adopt(raw: JsonObject, owner: string, image = "agent:1"): string | null {
  const target = {
    settings: { ...SETTINGS, environment: {} },
    source: { image, captainDefinition: "{}", fingerprint: "" },
    hasStartLine: false,
    longestStopSeconds: 30,
    appName: "agent",
    persistent: true,
    ready: NOT_CHECKED,
    credentials: undefined,
  };
  const wish = { persistent: true, projectId: "p1", target, secretKeys: ["API_KEY"] };
  return adoptedFrom(readApp(raw), wish, { run: newRun(NOW_MS, owner), nowMs: NOW_MS });
}

it.each<[string, JsonObject]>([
  ["was only registered", REGISTERED],
  ["was only registered, in the planned project", { ...REGISTERED, projectId: "p1" }],
  ["was registered and paused", { ...REGISTERED, instanceCount: 0 }],
  ["has a deploy that failed", { ...REGISTERED, versions: [PLACEHOLDER, { version: 1 }] }],
  ["was never started by its creation, however long ago and whoever did it", UNFINISHED],
])("an app that %s is taken without an owner", (_what, raw) => {
  expect(adopt(raw, "")).toBeNull();
});

it("a running app that its owner just created as planned is taken, with the time", () => {
  expect(adopt({ ...RUNNING, ...tags() }, "us")).toBe("2026-11-27T11:55:00Z");
  expect(adopt({ ...RUNNING, ...tags({ minutesAgo: 59 }) }, "us")).toBe("2026-11-27T11:01:00Z");
});

it.each<[string, JsonObject, string]>([
  ["without an owner", { ...RUNNING, ...tags() }, ""],
  ["that was created without an owner", { ...RUNNING, ...tags({ owner: "" }) }, "us"],
  ["of another owner", { ...RUNNING, ...tags({ owner: "them" }) }, "us"],
  ["that is an hour old", { ...RUNNING, ...tags({ minutesAgo: 60 }) }, "us"],
  ["that an update wrote last", { ...RUNNING, ...tags({ creation: "none" }) }, "us"],
  [
    "with a stamp of version 0.1.0",
    { ...RUNNING, tags: [{ tagName: "terraform-t7psd0-j-0123456789ab" }] },
    "us",
  ],
  ["that somebody has changed", { ...RUNNING, ...tags(), envVars: [{ key: "A", value: "1" }] }, "us"],
  ["that somebody paused", { ...RUNNING, ...tags(), instanceCount: 0 }, "us"],
  ["without any stamp", RUNNING, "us"],
])("a running app %s is refused", (_what, raw, owner) => {
  expect(() => adopt(raw, owner)).toThrow('There is an app "agent" already');
});

it("a running app with another image than the planned one is refused", () => {
  expect(() => adopt({ ...RUNNING, ...tags() }, "us", "agent:2")).toThrow("already");
});

it.each<[string, JsonObject]>([
  ["a description", { description: "mine" }],
  ["a tag", { tags: [{ tagName: "mine" }] }],
  ["another project", { projectId: "p2" }],
  ["a port", { containerHttpPort: 8080 }],
  ["websockets", { websocketSupport: true }],
  ["no address", { notExposeAsWebApp: true }],
  ["a custom domain", { customDomain: [{ publicDomain: "a.test", hasSsl: false }] }],
  ["a certificate", { hasDefaultSubDomainSsl: true }],
  ["a pre-deploy function", { preDeployFunction: "var preDeployFunction = 1" }],
  ["a git webhook", { appPushWebhook: { repoInfo: { repo: "github.com/me/app" } } }],
  ["basic auth", { httpAuth: { user: "greg", passwordHashed: "x" } }],
  ["a second instance", { instanceCount: 2 }],
  ["data where none is planned", { hasPersistentData: false }],
])("a registered app to which somebody gave %s is refused", (_what, raw) => {
  expect(() => adopt({ ...REGISTERED, ...raw }, "us")).toThrow('There is an app "agent" already');
});

it("an app that was never started is refused once a CI has deployed an image to it", () => {
  const versions = [PLACEHOLDER, { version: 1, deployedImageName: "agent:1", gitHash: "6f1d2c9" }];
  expect(() => adopt({ ...UNFINISHED, versions, deployedVersion: 1 }, "us")).toThrow("already");
});

it("the error has the import block, with the secrets that the app has", () => {
  const envVars = [{ key: "API_KEY", value: "k3y" }];
  expect(() => adopt({ ...RUNNING, envVars }, "us")).toThrow(
    expect.objectContaining({ detail: expect.stringContaining('id = "agent?secret=API_KEY"') }),
  );
});
