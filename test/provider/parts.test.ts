/** The small parts that read what a captain sends, which may be anything. */
import fc from "fast-check";
import { readApp } from "../../lib/provider/app";
import { parseLog } from "../../lib/provider/app-logs";
import { quietFromMs, windowSeconds } from "../../lib/provider/app-planner";
import { asPlanned } from "../../lib/provider/app-state";
import { isLoopback, parseCaptainUrl } from "../../lib/provider/captain-url";
import { Clock } from "../../lib/provider/clock";
import type { JsonObject } from "../../lib/provider/json";
import { speedFor } from "../../lib/provider/provider";
import { SecretDigests } from "../../lib/provider/secret-digests";
import { ServerTime } from "../../lib/provider/server-time";
import {
  formatStamp,
  latestStamp,
  newStamp,
  parseStamp,
  type Stamper,
  stampOf,
} from "../../lib/provider/stamp";
import { webAddress } from "../../lib/provider/web-address";
import { UNKNOWN } from "../../lib/terraform-plugin";
import { frameLogLines } from "../../lib/testing/caprover-sandbox/log-framing";

const STAMPERS: readonly Stamper[] = ["app", "ssl", "redirect"];
const WINDOW = { longestStopSeconds: 0 };

describe("a stamp", () => {
  it("is read as it was written, in letters that a tag may have", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 0, max: 86_400 }),
        fc.constantFrom(...STAMPERS),
        (startedMs, window, by) => {
          const stamp = newStamp(startedMs, window, by);
          expect(formatStamp(stamp)).toMatch(/^[a-z0-9-]{1,50}$/);
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
  const stamps = STAMPERS.map((by, index) => newStamp(1000 * index, 19, by));
  const app = readApp({ tags: ["mine", ...stamps.map(formatStamp)].map((tagName) => ({ tagName })) });
  expect(STAMPERS.map((by) => stampOf(app, by))).toEqual(stamps);
  expect(latestStamp(app)).toEqual(stamps[2]);
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
  const memory = { confirmed: new Set<string>(), quietAtMs: 0, version: 1 };
  const seen = { sinceMs: 1_000_000, toClockMs: (ms: number) => ms };

  it("holds the longest stop that anybody knows of", () => {
    const saved = live([], '{"TaskTemplate":{"ContainerSpec":{"StopGracePeriod":30000000000}}}');
    expect(windowSeconds(undefined, WINDOW)).toBe(3 + 10 + 6);
    expect(windowSeconds(saved, WINDOW)).toBe(3 + 30 + 6);
    expect(windowSeconds(saved, { longestStopSeconds: 60 })).toBe(3 + 60 + 6);
  });

  it("counts from the stamp's time, and from the first look where there is none", () => {
    const stamp = formatStamp({
      startedMs: 990_000,
      windowSeconds: 19,
      nonce: "0123456789ab",
      by: "app",
      fingerprint: "",
    });
    expect(quietFromMs({ ...seen, app: live([stamp]) }, WINDOW, memory)).toBe(990_000 + 19_000);
    expect(quietFromMs({ ...seen, app: live([]) }, WINDOW, memory)).toBe(1_000_000 + 19_000);
  });

  it("is never longer than from the first look, whatever time a stamp claims", () => {
    const future = formatStamp({
      startedMs: 9e12,
      windowSeconds: 19,
      nonce: "0123456789ab",
      by: "app",
      fingerprint: "",
    });
    expect(quietFromMs({ ...seen, app: live([future]) }, WINDOW, memory)).toBe(1_000_000 + 19_000);
  });

  it("counts anew when somebody else has deployed", () => {
    const stamp = formatStamp({
      startedMs: 1000,
      windowSeconds: 19,
      nonce: "0123456789ab",
      by: "app",
      fingerprint: "",
    });
    expect(quietFromMs({ ...seen, app: live([stamp]) }, WINDOW, { ...memory, version: 0 })).toBe(1_019_000);
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
