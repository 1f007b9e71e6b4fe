/** The small parts that read what a captain sends, which may be anything. */
import fc from "fast-check";
import { readApp } from "../../lib/provider/app";
import { parseLog } from "../../lib/provider/app-logs";
import { quietFromMs, windowSeconds } from "../../lib/provider/app-planner";
import { asPlanned } from "../../lib/provider/app-state";
import { isLoopback, parseCaptainUrl } from "../../lib/provider/captain-url";
import { Clock } from "../../lib/provider/clock";
import { isSketchOf, readSketch, sketchOf } from "../../lib/provider/definition-watch";
import type { JsonObject } from "../../lib/provider/json";
import { speedFor } from "../../lib/provider/provider";
import { SecretDigests } from "../../lib/provider/secret-digests";
import { ServerTime } from "../../lib/provider/server-time";
import { formatStamp, newStamp, parseStamp, type Stamper, stampOf, stampsOf } from "../../lib/provider/stamp";
import { webAddress } from "../../lib/provider/web-address";
import { UNKNOWN } from "../../lib/terraform-plugin";
import { frameLogLines } from "../../lib/testing/caprover-sandbox/engine/log-stream";

const STAMPERS: readonly Stamper[] = ["app", "ssl", "redirect"];
const WINDOW = { longestStopSeconds: 0 };

describe("a stamp", () => {
  it("is read as it was written, in letters that a tag may have", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 0, max: 86_400 }),
        fc.constantFrom<Parameters<typeof newStamp>[2]>(
          ...STAMPERS.map((by) => ({ by })),
          { isCreation: true },
          { fingerprint: "0123456789abcdef" },
        ),
        (startedMs, window, more) => {
          const stamp = newStamp(startedMs, window, more);
          expect(formatStamp(stamp)).toMatch(/^[a-z0-9-]+$/);
          // a fingerprint stands in a git hash, which may be longer than a tag
          expect(formatStamp({ ...stamp, fingerprint: "" }).length).toBeLessThanOrEqual(50);
          expect(parseStamp(formatStamp(stamp))).toEqual(stamp);
        },
      ),
    );
  });

  it("is nothing else", () => {
    fc.assert(fc.property(fc.string(), (text) => parseStamp(text) === undefined));
  });
});

it("each resource that changes an app has a stamp of its own on it", () => {
  const stamps = STAMPERS.map((by, index) => newStamp(1000 * index, 19, { by }));
  const app = readApp({ tags: ["mine", ...stamps.map(formatStamp)].map((tagName) => ({ tagName })) });
  expect(STAMPERS.map((by) => stampOf(app, by))).toEqual(stamps);
  expect(stampsOf(app)).toEqual(stamps);
});

describe("an app's address", () => {
  const address = (more: JsonObject) =>
    webAddress(
      readApp({ appName: "a", customDomain: [{ publicDomain: "own.test", hasSsl: true }], ...more }),
      "apps.test",
    ).href;

  it("is the one that answers by itself, with the scheme that it has", () => {
    expect(address({})).toBe("http://a.apps.test/");
    expect(address({ hasDefaultSubDomainSsl: true })).toBe("https://a.apps.test/");
    expect(address({ redirectDomain: "own.test" })).toBe("https://own.test/");
    expect(address({ redirectDomain: "elsewhere.test", hasDefaultSubDomainSsl: true })).toBe(
      "http://elsewhere.test/",
    );
  });
});

describe("the window after a write", () => {
  const live = (tags: string[], override = ""): ReturnType<typeof readApp> =>
    readApp({
      appName: "a",
      hasPersistentData: true,
      instanceCount: 1,
      deployedVersion: 1,
      versions: [{ version: 1, deployedImageName: "i:1" }],
      volumes: [{ containerPath: "/d", volumeName: "v" }],
      tags: tags.map((tagName) => ({ tagName })),
      serviceUpdateOverride: override,
    });
  it("holds the longest stop that anybody knows of", () => {
    const saved = live([], '{"TaskTemplate":{"ContainerSpec":{"StopGracePeriod":30000000000}}}');
    expect(windowSeconds(undefined, WINDOW)).toBe(3 + 10 + 6);
    expect(windowSeconds(saved, WINDOW)).toBe(3 + 30 + 6);
    expect(windowSeconds(saved, { longestStopSeconds: 60 })).toBe(3 + 60 + 6);
  });

  it("counts from the first look at a definition that somebody else may have written just before", () => {
    expect(quietFromMs(live([]), 1_000_000, WINDOW, 5000)).toBe(1_000_000 + 19_000);
    expect(quietFromMs(live([]), undefined, WINDOW, 5000)).toBe(5000);
    expect(quietFromMs(live([]), 1_000_000, WINDOW, 2_000_000)).toBe(2_000_000);
  });

  it("is as long as the grace of the container that stops, which an earlier stamp tells", () => {
    const stamp = formatStamp(newStamp(1000, 69));
    expect(quietFromMs(live([stamp]), 1_000_000, WINDOW, 0)).toBe(1_000_000 + 69_000);
  });
});

describe("a definition", () => {
  const stamp = (more: Parameters<typeof newStamp>[2] = {}) => ({
    tagName: formatStamp(newStamp(1000, 19, more)),
  });
  const [own, ssl] = [stamp(), stamp({ by: "ssl" })];
  const base: JsonObject = {
    appName: "a",
    instanceCount: 1,
    envVars: [{ key: "KEY", value: "a secret" }],
    forceSsl: false,
    redirectDomain: "",
    tags: [own, ssl],
  };
  const sketch = sketchOf(readApp(base));
  const known = (more: JsonObject) => isSketchOf(sketch, readApp({ ...base, ...more }));

  it("is known again, also while it is built and with another certificate", () => {
    expect(known({})).toBe(true);
    expect(known({ isAppBuilding: true, versions: [{ version: 1 }], hasDefaultSubDomainSsl: true })).toBe(
      true,
    );
    expect(JSON.stringify(sketch)).not.toContain("a secret");
    expect(readSketch({ sketch: JSON.parse(JSON.stringify(sketch)) })).toEqual(sketch);
    expect(readSketch({})).toBeUndefined();
  });

  it.each<[string, JsonObject]>([
    ["the number of instances", { instanceCount: 0 }],
    ["a variable", { envVars: [] }],
    ["the image", { deployedVersion: 2 }],
    ["a tag", { tags: [own, ssl, { tagName: "mine" }] }],
    ["something that the provider doesn't know", { preDeployFunction: "x" }],
    ["https by hand", { forceSsl: true }],
    ["a redirect by hand", { redirectDomain: "a.test" }],
    ["another stamp of the app's own", { tags: [stamp(), ssl] }],
  ])("is not, where somebody has changed %s", (_what, more) => {
    expect(known(more)).toBe(false);
  });

  it("is, where only a resource beside it wrote, which leaves a stamp of its own", () => {
    expect(known({ forceSsl: true, tags: [own, stamp({ by: "ssl" })] })).toBe(true);
    expect(known({ redirectDomain: "a.test", tags: [own, ssl, stamp({ by: "redirect" })] })).toBe(true);
  });
});

it("any JSON is read as an app", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (json) => {
      const raw: JsonObject = JSON.parse(JSON.stringify(json));
      expect(readApp(raw).raw).toBe(raw);
    }),
  );
});

it("a log is read out of its frames, and broken frames end it", () => {
  const at = new Date("2026-11-21T06:19:31.842Z");
  const stream = frameLogLines([
    { at, stream: "stdout", line: "one" },
    { at, stream: "stderr", line: "zwei ü €" },
  ]);
  expect(parseLog(stream)).toEqual([
    { atMs: at.getTime(), text: "one" },
    { atMs: at.getTime(), text: "zwei ü €" },
  ]);
  fc.assert(
    fc.property(fc.nat(stream.length), fc.uint8Array(), (end, noise) => {
      expect(parseLog(Buffer.concat([stream.subarray(0, end), noise])).length).toBeLessThanOrEqual(
        2 + noise.length / 8 + 1,
      );
    }),
  );
});

it("a secret's digest tells the same from another, and from another of the same value", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (secret, other) => {
      const kept = new Map<string, string>();
      SecretDigests.write(kept, new Map([["env:A", secret]]));
      const digests = SecretDigests.read(kept);
      expect(digests.matches("env:A", secret)).toBe(true);
      expect(digests.matches("env:A", other)).toBe(secret === other);
      expect(digests.matches("env:B", secret)).toBe(false);
      if (secret.length > 8) expect([...kept.values()].join()).not.toContain(secret);
    }),
  );
});

describe("the address of a captain", () => {
  it("is https, or http to this machine", () => {
    expect(parseCaptainUrl("https://captain.example.com/api/v2", false).href).toBe(
      "https://captain.example.com/",
    );
    expect(parseCaptainUrl("http://127.0.0.1:3000", false).port).toBe("3000");
    expect(() => parseCaptainUrl("http://captain.example.com", false)).toThrow(/in clear/);
    expect(parseCaptainUrl("http://captain.example.com", true).protocol).toBe("http:");
    expect(() => parseCaptainUrl("https://me:pw@captain.example.com", false)).toThrow(/password in its own/);
  });

  it("decides whether a clock may run faster", () => {
    expect(speedFor(new URL("http://127.0.0.1:3000"), "100")).toBe(100);
    expect(speedFor(new URL("https://captain.example.com"), "100")).toBe(1);
    expect(speedFor(new URL("http://127.0.0.1"), "nonsense")).toBe(1);
    expect(isLoopback(new URL("http://[::1]:3000"))).toBe(true);
    expect(isLoopback(new URL("http://127.0.0.1.example.com"))).toBe(false);
  });
});

it("the captain's time is taken from its answers and is never behind them", () => {
  const time = new ServerTime(new Clock());
  time.observe("Sat, 21 Nov 2026 10:00:00 GMT");
  const first = time.nowMs();
  time.observe("Sat, 21 Nov 2026 10:00:04 GMT");
  expect(time.nowMs()).toBeGreaterThanOrEqual(first + 4000 - 1000);
  time.observe("no date");
  time.observe("Sat, 21 Nov 2026 09:00:00 GMT");
  expect(new Date(time.nowMs()).toISOString()).toMatch(/^2026-11-21T09:00:0/);
});

it("what a plan said stays what an apply says, and the rest is as it was found", () => {
  const found = {
    id: "web",
    deployed_version: 3,
    image: "app:v2",
    url: "https://web.apps.test",
    internal_host: "srv-captain--web",
    root_domain: "apps.test",
  };
  const planned: Parameters<typeof asPlanned>[0] = { image: null, deployed_version: 2, url: UNKNOWN };
  expect(asPlanned(planned, found)).toEqual({ ...found, image: null, deployed_version: 2 });
});
