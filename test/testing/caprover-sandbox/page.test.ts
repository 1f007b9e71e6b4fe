import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSandboxArguments, SANDBOX_USAGE } from "../../../lib/testing/caprover-sandbox/command";
import { routes } from "../../../lib/testing/caprover-sandbox/http/api";

const read = (...path: string[]) => readFileSync(join(__dirname, ...path), "utf8");
const page = read("../../../docs/caprover-sandbox.md");

test("the page's first test is exactly usage.test.ts", () => {
  expect(page).toContain(`\`\`\`ts\n${read("usage.test.ts")}\`\`\`\n`);
});

test("the page has exactly the usage of the command", () => {
  expect(page).toContain(`\`\`\`\n${SANDBOX_USAGE}\`\`\`\n`);
});

test("the command accepts the page's file of images", () => {
  const [, images = ""] = /^```json\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const folder = mkdtempSync(join(tmpdir(), "sandbox-page-"));
  const file = join(folder, "images.json");
  writeFileSync(file, images);
  const references = Object.keys(JSON.parse(images));
  expect(references.length).toBeGreaterThan(0);
  const parsed = parseSandboxArguments(["--images", file]);
  expect(parsed === "help" ? undefined : Object.keys(parsed.images ?? {})).toEqual(references);
  rmSync(folder, { recursive: true });
});

test("the page lists every route that the sandbox models, and no other", () => {
  const [, section = ""] = page.split("## The HTTP API\n");
  const [list = ""] = section.split("\n\nBeside");
  const listed = [...list.matchAll(/`([A-Z]+ \/[^`]*)`/g)].map(([, route = ""]) =>
    route.replace("<app>", "*"),
  );
  expect(listed.sort()).toEqual(Object.keys(routes).sort());
});
