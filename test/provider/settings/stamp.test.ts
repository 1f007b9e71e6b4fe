import fc from "fast-check";
import { readApp } from "../../../lib/provider/captain/app";
import {
  formatStamp,
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

  it("any other text is no stamp", () => {
    fc.assert(fc.property(fc.string(), (text) => parseStamp(text) === undefined));
  });
});

it("each resource that changes an app leaves a stamp of its own", () => {
  const stamps = STAMPERS.map((by, index) => newStamp(1000 * index, 19, { by }));
  const app = readApp({ tags: ["mine", ...stamps.map(formatStamp)].map((tagName) => ({ tagName })) });
  expect(STAMPERS.map((by) => stampOf(app, by))).toEqual(stamps);
  expect(stampsOf(app)).toEqual(stamps);
});
