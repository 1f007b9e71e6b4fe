/** What the log of a CapRover app tells of its starts. */
import { GATEWAY_STARTS, START_LINES } from "../../lib/hermes/container-log";
import { parseRelease, type Release } from "../../lib/hermes/releases";
import { appStartsIn, ownLinesSince } from "../../lib/operations/app-starts";

const NOW_MS = Date.parse("2026-11-28T12:00:00Z");

function release(tag: string): Release {
  const parsed = parseRelease(tag);
  if (parsed === undefined) throw new Error(`${tag} is no release`);
  return parsed;
}

const S6 = release("v2026.7.30");
const TINI = release("v2026.5.16");

/** Lines that were printed so many seconds ago. */
const ago = (seconds: number, lines: readonly string[]) =>
  lines.map((line) => `${new Date(NOW_MS - 1000 * seconds).toISOString()} ${line}`);

const boots = (one: Release, ...seconds: readonly number[]) =>
  seconds.flatMap((at) => ago(at, START_LINES[one.generation]));

const starts = (one: Release, ...lines: readonly (readonly string[])[]) =>
  appStartsIn(lines.flat().join("\n"), one, NOW_MS);

test.each<[string, Release, readonly string[], { container: number; gateway: number }]>([
  ["one start", S6, boots(S6, 100), { container: 1, gateway: 0 }],
  ["one start of an image without supervision", TINI, boots(TINI, 100), { container: 1, gateway: 0 }],
  ["starts of before", S6, boots(S6, 7200, 7000, 900), { container: 0, gateway: 0 }],
  ["many starts", S6, boots(S6, 500, 400, 300, 200, 100, 50, 5), { container: 3, gateway: 0 }],
  [
    "many starts of an image without supervision",
    TINI,
    boots(TINI, 500, 400, 300, 200, 100, 50, 5),
    { container: 3, gateway: 0 },
  ],
  [
    "starts of the gateway alone",
    S6,
    [...boots(S6, 900), ...[300, 200, 100].flatMap((at) => ago(at, [GATEWAY_STARTS]))],
    { container: 0, gateway: 3 },
  ],
  [
    "one start of eight profiles",
    S6,
    [
      ...boots(S6, 300),
      ...Array.from({ length: 7 }, (_, i) =>
        ago(299, [`reconcile: profile=p${i} prior_state=running action=started`, GATEWAY_STARTS]),
      ).flat(),
    ],
    { container: 0, gateway: 0 },
  ],
  [
    "a start at the very edge of ten minutes",
    S6,
    [...ago(602, START_LINES.s6.slice(0, 3)), ...ago(598, [GATEWAY_STARTS])],
    { container: 0, gateway: 0 },
  ],
])("a log with %s is counted as such", (_, one, lines, expected) => {
  expect(starts(one, lines)).toMatchObject(expected);
});

test.each([
  ["nothing", ""],
  ["lines without a time", START_LINES.s6.join("\n")],
  ["no start", ago(5, ["some line"]).join("\n")],
])("a log with %s tells of no start", (_, log) => {
  expect(appStartsIn(log, S6, NOW_MS)).toBeUndefined();
});

test("lines of the container before do not count as the container's own", () => {
  const since = (...seconds: readonly number[]) => {
    const found = starts(S6, boots(S6, ...seconds));
    return found && (NOW_MS - ownLinesSince(found)) / 1000;
  };
  expect(since(900, 300)).toBe(310);
  expect(since(20)).toBe(30);
});

test("in a restart loop the lines of the starts before count too", () => {
  const found = starts(S6, boots(S6, 100, 80, 60, 40, 20, 4));
  expect(found && (NOW_MS - ownLinesSince(found)) / 1000).toBe(124);
});
