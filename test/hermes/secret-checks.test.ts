import fc from "fast-check";
import { hashPassword, newSessionSecret } from "../../lib/hermes/password";
import { PLATFORMS, type Platform } from "../../lib/hermes/platforms";
import { parseRelease, type Release } from "../../lib/hermes/releases";
import {
  ANY_SECRET,
  API_KEY_PLACEHOLDERS,
  apiServerKeyCheck,
  DASHBOARD_PASSWORD,
  DRAIN_SECRET,
  NEVER_ESCAPED,
  SCRYPT_HASH,
  SESSION_SECRET,
  type SecretCheck,
} from "../../lib/hermes/secret-checks";
import { NEWEST } from "../agents";
import { describeWithTerraform, outputsOf } from "../terraform";

function release(tag: string): Release {
  const parsed = parseRelease(tag);
  if (parsed === undefined) throw new Error(`${tag} is no release`);
  return parsed;
}

/** What each platform requires of its tokens, by their variables. */
const PLATFORM_CHECKS: Readonly<Record<string, SecretCheck>> = Object.fromEntries(
  Object.values<Platform>(PLATFORMS)
    .flatMap(({ settings }) => Object.values(settings))
    .flatMap((setting) => (setting.kind === "secret" ? [setting] : []))
    .flatMap(({ variable, checks }) =>
      checks.map((check, i): [string, SecretCheck] => [
        i === 0 ? variable : `${variable}_${i + 1}`,
        typeof check === "function" ? check(release(NEWEST)) : check,
      ]),
    ),
);

const CHECKS: Readonly<Record<string, SecretCheck>> = {
  ANY_SECRET,
  NEVER_ESCAPED,
  SCRYPT_HASH,
  SESSION_SECRET,
  DASHBOARD_PASSWORD,
  DRAIN_SECRET,
  ...PLATFORM_CHECKS,
  API_KEY: apiServerKeyCheck(release("v0.21.6")),
  OLD_API_KEY: apiServerKeyCheck(release("v2026.6.5")),
};

const HEX = "0123456789abcdef";
const HASH = hashPassword("correct horse", Buffer.alloc(16, 7));

/** Values at the edges of every check. */
const EDGES: readonly string[] = [
  "",
  " ",
  "x",
  " x",
  "x ",
  "\tx",
  "x\t",
  "x\n",
  "\nx",
  "x\ny",
  "x\ry",
  "x y",
  "\u00a0x",
  "x\u2003",
  "\ufeffx",
  "x\ufeff",
  "\u000bx",
  "\u000cx",
  "\u0085x",
  "\u200bx",
  "\u1680x",
  "\u3000x",
  "\u2028x",
  "x\u2028y",
  "x\u0000y",
  "\u001fx",
  "a${b}",
  "a${",
  "$",
  "${",
  "{",
  "$x",
  "$$",
  "a$",
  "a%{b}",
  "%{",
  "a'b",
  'a"b',
  "a\\b",
  "a\\",
  "\\",
  "\\\\",
  "'",
  "ä",
  "👍",
  "7chars!",
  "8 chars!",
  "a".repeat(11),
  "a".repeat(12),
  "a".repeat(15),
  "a".repeat(16),
  ` ${"a".repeat(15)}`,
  "ä".repeat(8),
  "ä".repeat(16),
  "👍".repeat(6),
  "👍".repeat(8),
  "👍🏽".repeat(6),
  "👍".repeat(12),
  "👍".repeat(16),
  "0123456789abcde\u007f",
  "0123456789abcd\te",
  HEX.repeat(3).slice(0, 42),
  HEX.repeat(3).slice(0, 43),
  "0123456789abcde".repeat(3),
  `${"a".repeat(28)}${HEX.slice(0, 15)}é`,
  `${"a".repeat(27)}👍${HEX.slice(1)}`,
  "xoxb-",
  "xoxb-1",
  "Xoxb-1",
  " xoxb-1",
  "xapp-",
  "xapp-1",
  "xoxb-xapp-",
  ...API_KEY_PLACEHOLDERS,
  ...API_KEY_PLACEHOLDERS.map((text) => text.toUpperCase()),
  "Your_Api_Key_Here ",
  "your_api_key_here2",
  HASH,
  `${HASH} `,
  HASH.replace("scrypt", "bcrypt"),
  HASH.replace("16384", "016384"),
  HASH.replace("=", ""),
  HASH.replaceAll("$", "$$$$"),
  HASH.slice(0, 24),
  "scrypt$1$1$1$a$b",
  "scrypt$0$1$1$a$b",
  "scrypt$1$1$1$$b",
  "scrypt$1$1$1$a$b$c",
  "scrypt$1$1$1$a===$b",
  "scrypt$1$1$1$a$b\n",
];

describe("secrets that Hermes silently rejects", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["NEVER_ESCAPED", ["", "x y", "ä$", 'a/b"c'], ["a'b", "a\\b", "\\", "'"]],
    ["ANY_SECRET", ["x", "x y", "a'b", "ä$", "a\\b"], ["", " ", "x ", "a\nb", "a${HOME}", "a\\"]],
    [
      "SCRYPT_HASH",
      [HASH, "scrypt$1$1$1$a$b"],
      ["", "password", "scrypt$16384$8$1$salt", HASH.replace("scrypt", "argon2")],
    ],
    ["SESSION_SECRET", ["a".repeat(16), newSessionSecret()], ["a".repeat(15), ""]],
    ["DASHBOARD_PASSWORD", ["a".repeat(12)], ["a".repeat(11), ""]],
    [
      "DRAIN_SECRET",
      [HEX.repeat(4), newSessionSecret()],
      [HEX.repeat(2), "a".repeat(64), "0123456789abcde".repeat(4)],
    ],
    ["SLACK_BOT_TOKEN", ["xoxb-1"], ["xapp-1", ""]],
    ["SLACK_APP_TOKEN", ["xapp-1"], ["xoxb-1", ""]],
    ["API_KEY", ["a".repeat(16)], ["a".repeat(15), "ä".repeat(16), "your_api_key_here", "YOUR_API_KEY_HERE"]],
    ["OLD_API_KEY", ["a".repeat(8)], ["a".repeat(7), "changeme", "CHANGEME"]],
  ])("the check %s accepts good values and refuses bad ones", (name, good, bad) => {
    for (const value of good) expect([value, CHECKS[name]?.test(value)]).toEqual([value, true]);
    for (const value of bad) expect([value, CHECKS[name]?.test(value)]).toEqual([value, false]);
  });

  test("no condition has braces, which CDKTF would count", () => {
    for (const { condition } of Object.values(CHECKS)) expect(condition("x")).not.toMatch(/[{}]/);
  });
});

describeWithTerraform("Terraform's own test of a secret", () => {
  test("Terraform's condition gives the same result as the test at synthesis, for every value", () => {
    // Terraform stores text in normal form C, and can't store half a surrogate pair.
    const random = fc.sample(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 24 }),
        fc.string({ unit: "grapheme", maxLength: 24 }),
        fc.string({ minLength: 10, maxLength: 20 }),
      ),
      { numRuns: 400, seed: 20_26 },
    );
    const samples = [...EDGES, ...random].map((value) => value.normalize("NFC"));
    const output = Object.fromEntries(
      Object.entries(CHECKS).map(([name, { condition }]) => [
        name,
        { value: `\${[for value in var.samples : ${condition("value")}]}` },
      ]),
    );
    const variable = { samples: { type: "list(string)" } };
    const answers = outputsOf({ variable, output }, { samples });
    for (const [name, { test }] of Object.entries(CHECKS)) {
      const here = samples.map((value) => [name, value, test(value)]);
      const there = answers[name];
      expect(samples.map((value, i) => [name, value, Array.isArray(there) && there[i]])).toEqual(here);
    }
  });
});
