import fc from "fast-check";
import { earlierImage } from "../../../../lib/provider/resources/app/earlier-image";
import { UNKNOWN } from "../../../../lib/terraform-plugin";

const image = (reference: string | null) => ({ image: reference, captain_definition: null });
const knownAfterApply: Parameters<typeof earlierImage>[1] = { image: UNKNOWN, captain_definition: null };
const built = (...lines: readonly string[]) => ({
  image: "img-captain-agent:3",
  captain_definition: JSON.stringify({ schemaVersion: 2, dockerfileLines: lines }),
});
const goesBack = (
  prior: Parameters<typeof earlierImage>[0],
  planned: Parameters<typeof earlierImage>[1],
): string | undefined => {
  const earlier = earlierImage(prior, planned);
  return earlier && `${earlier.from} -> ${earlier.to}`;
};

describe("an image of an earlier version on the same data", () => {
  it.each([
    ["v2026.7.30", "v2026.7.20"],
    ["v2026.8.1", "v2026.7.30"],
    ["v2026.7.30-amd64", "v2026.7.20"],
    ["v2026.7.30.2", "v2026.7.30"],
    ["1.10.0", "1.9.0"],
    ["16", "15"],
    ["16-alpine", "15.4-alpine"],
    ["0.20.5@sha256:aa", "0.19.0"],
  ])("from %s to %s is seen", (before, after) => {
    expect(goesBack(image(`host:5000/acme/agent:${before}`), image(`host:5000/acme/agent:${after}`))).toBe(
      `host:5000/acme/agent:${before} -> host:5000/acme/agent:${after}`,
    );
  });

  it("is seen in what a build is based on, through its stages", () => {
    const from = built("FROM acme/agent:1.3.0 AS base", "FROM base", "RUN true");
    const to = built("FROM node:24 AS tools", "FROM --platform=linux/amd64 acme/agent:1.2.0", "RUN true");
    expect(goesBack(from, to)).toBe("acme/agent:1.3.0 -> acme/agent:1.2.0");
    expect(goesBack(to, from)).toBeUndefined();
    expect(goesBack(image("acme/agent:1.3.0"), to)).toBe("acme/agent:1.3.0 -> acme/agent:1.2.0");
  });

  it.each([
    ["a later one", image("acme/agent:1.9.0"), image("acme/agent:1.10.0")],
    ["the same version, with a digest", image("acme/agent:1.9.0"), image("acme/agent:1.9.0@sha256:aa")],
    ["the same version, with fewer digits", image("acme/agent:1.9.0"), image("acme/agent:1.9")],
    ["another repository", image("acme/agent:2.0.0"), image("other/agent:1.0.0")],
    ["a tag without a version", image("acme/agent:latest"), image("acme/agent:stable")],
    ["a tag that moves", image("acme/agent:2"), image("acme/agent:latest")],
    ["a commit's hash of digits", image("acme/agent:7654321"), image("acme/agent:1234567")],
    ["a commit's hash", image("acme/agent:9f0c1a2"), image("acme/agent:1f0c1a2")],
    ["no tag on a host with a port", image("host:5000/agent"), image("host:4000/agent")],
    ["an image that is known after apply", image("acme/agent:2.0.0"), knownAfterApply],
    ["a definition that is no JSON", image("acme/agent:2.0.0"), { image: null, captain_definition: "{" }],
    ["no image", image("acme/agent:2.0.0"), image(null)],
  ])("is not seen in %s", (_, prior, planned) => {
    expect(goesBack(prior, planned)).toBeUndefined();
  });

  it("is seen in one direction at most", () => {
    const version = fc.array(fc.nat({ max: 30 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(version, version, (one, other) => {
        const [a, b] = [image(`acme/agent:${one.join(".")}`), image(`acme/agent:${other.join(".")}`)];
        const both = [goesBack(a, b), goesBack(b, a)].filter((seen) => seen !== undefined);
        const length = Math.max(one.length, other.length);
        const padded = (all: readonly number[]) => Array.from({ length }, (_, i) => all[i] ?? 0).join(".");
        expect(both).toHaveLength(padded(one) === padded(other) ? 0 : 1);
      }),
    );
  });
});
