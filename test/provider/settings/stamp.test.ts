import fc from "fast-check";
import { readApp } from "../../../lib/provider/captain/app";
import {
  formatStamp,
  newRun,
  newStamp,
  parseStamp,
  type Stamper,
  stampOf,
  stampsOf,
} from "../../../lib/provider/settings/stamp";

const STAMPERS: readonly Stamper[] = ["app", "ssl", "redirect"];

describe("a stamp", () => {
  it("a stamp is read as it was written, and has only characters that a tag may have", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2e12 }),
        fc.integer({ min: 0, max: 86_400 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.string(),
        fc.constantFrom<Parameters<typeof newStamp>[3]>(
          ...STAMPERS.map((by) => ({ by })),
          { creation: "unstarted" },
          { creation: "started" },
          { fingerprint: "0123456789abcdef" },
        ),
        (startedMs, window, ageSeconds, owner, more) => {
          const run = newRun(startedMs, owner);
          const stamp = newStamp(run, startedMs + ageSeconds * 1000, window, more);
          expect(formatStamp(stamp)).toMatch(/^[a-z0-9-]+$/);
          // a fingerprint stands in a git hash, which may be longer than a tag
          expect(formatStamp({ ...stamp, fingerprint: "" }).length).toBeLessThanOrEqual(50);
          expect(parseStamp(formatStamp(stamp))).toEqual(stamp);
        },
      ),
    );
  });

  it("a stamp tells its run and its owner from others, and shows nothing of the owner", () => {
    const [mine, again, other] = ["prod/agent", "prod/agent", "test/agent"].map((owner) =>
      newRun(1000, owner),
    );
    expect(mine?.owner).toBe(again?.owner);
    expect(mine?.owner).not.toBe(other?.owner);
    expect(mine?.nonce).not.toBe(again?.nonce);
    expect(newRun(1000, "").owner).toBe("");
    expect(mine && formatStamp(newStamp(mine, 1000, 19))).not.toContain("prod");
  });

  it.each([
    ["terraform-t7psd0-j-0123456789ab", "app", "none", ""],
    ["terraform-t7psd0-j-0123456789ab-new", "app", "unstarted", ""],
    ["terraform-t7psd0-j-0123456789ab-ssl", "ssl", "none", ""],
    ["terraform-t7psd0-j-0123456789ab-redirect", "redirect", "none", ""],
    ["terraform-t7psd0-j-0123456789ab-0123456789abcdef", "app", "none", "0123456789abcdef"],
  ])("%s, which version 0.1.0 wrote, is read", (text, by, creation, fingerprint) => {
    const startedMs = Number.parseInt("t7psd0", 36) * 1000;
    expect(parseStamp(text)).toEqual({
      startedMs,
      windowSeconds: 19,
      nonce: "0123456789ab",
      by,
      creation,
      run: undefined,
      fingerprint,
    });
  });

  it("any other text is no stamp", () => {
    fc.assert(fc.property(fc.string(), (text) => parseStamp(text) === undefined));
  });
});

it("each resource that changes an app leaves a stamp of its own", () => {
  const stamps = STAMPERS.map((by, index) => newStamp(newRun(0, ""), 1000 * index, 19, { by }));
  const app = readApp({ tags: ["mine", ...stamps.map(formatStamp)].map((tagName) => ({ tagName })) });
  expect(STAMPERS.map((by) => stampOf(app, by))).toEqual(stamps);
  expect(stampsOf(app)).toEqual(stamps);
});
