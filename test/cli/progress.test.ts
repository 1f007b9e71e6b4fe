import { PassThrough } from "node:stream";
import { Progress } from "../../lib/cli/progress";

function shown(isTTY: boolean, ...texts: readonly string[]): string {
  const stream = Object.assign(new PassThrough(), { isTTY });
  const progress = new Progress(stream);
  for (const text of texts) progress.show(text);
  progress.end();
  return String(stream.read() ?? "");
}

test("where stderr is no terminal, each change is a line without control codes", () => {
  expect(shown(false, "a", "a", "b")).toBe("a\nb\n");
  expect(shown(false, "forged\u001b[2J\nline")).toBe("forged [2J line\n");
});

test("on a terminal there is one line that changes, and none at the end", () => {
  const written = shown(true, "waits for the gateway", "waits for the model");
  expect(written).not.toContain("\n");
  expect(written.endsWith("\u001b[1G\u001b[2K")).toBe(true);
});

test("a text is cut so that no terminal breaks it", () => {
  expect(shown(false, "x".repeat(500)).trimEnd().length).toBeLessThan(80);
});

test("without a word there is nothing to take away", () => {
  expect(shown(true)).toBe("");
});
