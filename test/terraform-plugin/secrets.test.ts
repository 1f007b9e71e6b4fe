import { redactor } from "../../lib/terraform-plugin/secrets";

test("secrets are redacted in their plain, JSON and URL spelling, the longest first", () => {
  const redact = redactor(["pass", 'pass word"1', "x"]);
  expect(redact(`a pass word"1 b pass word\\"1 c pass%20word%221 d pass e x`)).toBe(
    "a (sensitive value) b (sensitive value) c (sensitive value) d (sensitive value) e x",
  );
});

test("secrets of several lines are redacted as a whole and line by line", () => {
  const key = "-----BEGIN KEY-----\r\n  MIIEvQ+aa/==\nx}\n-----END KEY-----\n";
  const redact = redactor([key]);
  expect(redact(`a ${key} b`)).toBe("a (sensitive value) b");
  const printed = redact(
    key
      .split("\n")
      .map((line) => `#7 0.21 ${line.trim()}`)
      .join("\n"),
  );
  for (const part of ["BEGIN", "MIIEvQ", "END"]) expect(printed).not.toContain(part);
  expect(printed).toContain("#7 0.21 x}");
});
