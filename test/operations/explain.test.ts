import fc from "fast-check";
import { parseRelease } from "../../lib/hermes/releases";
import { logFileAccess } from "../../lib/operations/access/log-file";
import { explainLog } from "../../lib/operations/explain";
import { timedLines } from "../../lib/operations/log-text";

const ids = (log: string, options?: Parameters<typeof explainLog>[1]) =>
  explainLog(log, options).map(({ id, kind }) => `${kind} ${id}`);

test.each([
  [
    "a good log of an image before the supervisor",
    "Dropping root privileges\nStarting hermes dashboard on 0.0.0.0:9119\nHermes Gateway Starting...\n",
    ["good gateway", "good privileges", "good dashboard"],
  ],
  ["a start of the interactive CLI", "Warning: Input is not a terminal\nGoodbye!\n", ["bad interactive"]],
  [
    "a login that belongs to root",
    "Permission denied: /opt/data/auth.json\nNo Codex credentials stored\nNo inference provider configured\n",
    ["bad permission", "bad codexMissing", "bad providerMissing"],
  ],
])("%s is explained without a release being named", (_, log, explained) => {
  expect(ids(log)).toEqual(explained);
});

test("a line of another release than the named one is not explained", () => {
  const release = parseRelease("v2026.7.20");
  expect(ids("Dropping root privileges\n", { release })).toEqual([]);
});

test.each([
  ["an image before the supervisor", "Dropping root privileges\n", ["missing gateway", "good privileges"]],
  [
    "an image with the supervisor",
    "[stage2] Setup complete; starting user services\n",
    ["missing supervised", "missing gateway", "good setup"],
  ],
])("a whole log of %s lacks the lines of its own generation alone", (_, log, explained) => {
  expect(ids(log, { whole: true })).toEqual(explained);
});

test("the dashboard's line is missing only for an agent with a dashboard", () => {
  const whole = { whole: true, services: ["dashboard"] } as const;
  expect(ids("", whole)).toContain("missing dashboard");
  expect(ids("", { whole: true })).not.toContain("missing dashboard");
});

test("a missing allow list is explained, except for an agent without chat platforms", () => {
  const log = "WARNING No env user allowlists configured. All messages are denied.\n";
  expect(ids(log)).toEqual(["bad nobodyAllowed"]);
  expect(ids(log, { platforms: ["slack"] })).toEqual(["bad nobodyAllowed"]);
  expect(ids(log, { platforms: [] })).toEqual([]);
});

test("Slack's reason is found on the line after the one that names the failure", () => {
  const log = [
    "ERROR [Slack] Connection failed: The request to the Slack API failed. (url: https://slack.com/api/auth.test)",
    "The server responded with: {'ok': False, 'error': 'invalid_auth'}",
  ];
  expect(ids(log.join("\n"))).toEqual(["bad slackRejected"]);
  expect(ids(log.reverse().join("\n"))).toEqual([]);
});

test("a line of `docker logs --timestamps` is read without its time, and one without a zone as it is", () => {
  const local = "2026-11-28 01:36:23,633 WARNING gateway.run: x";
  expect(timedLines(`2026-11-28T01:36:23.633000001Z Goodbye!\n${local}\nhello`)).toEqual([
    { text: "Goodbye!", atMs: Date.parse("2026-11-28T01:36:23.633Z") },
    { text: local },
    { text: "hello" },
  ]);
});

test("no text of a log is lost by reading its times", () => {
  const line = fc.string().filter((text) => !/[\r\n]/.test(text));
  const date = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("2099-01-01") });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.option(date), line)), (lines) => {
      const log = lines.map(([at, text]) => (at ? `${at.toISOString()} ${text}` : `|${text}`)).join("\n");
      const texts = timedLines(log).map(({ text }) => text);
      const written = lines.map(([at, text]) => (at ? text.trimStart() : `|${text}`));
      expect(texts.map((text) => text.trim())).toEqual(
        (lines.length ? written : [""]).map((text) => text.trim()),
      );
    }),
  );
});

test("a log that can't be read says which file and why", async () => {
  await expect(logFileAccess("/no/such/log").log?.()).rejects.toThrow("/no/such/log can't be read (ENOENT)");
});
