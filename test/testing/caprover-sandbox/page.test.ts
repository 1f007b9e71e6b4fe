import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { sandboxCommand } from "../../../lib/cli/sandbox";
import { routes } from "../../../lib/testing/caprover-sandbox/http/api";
import { readImages } from "../../../lib/testing/caprover-sandbox/json-images";

const read = (...path: string[]) => readFileSync(join(__dirname, ...path), "utf8");
const page = read("../../../docs/caprover-sandbox.md");

test("the page's first test is exactly usage.test.ts", () => {
  expect(page).toContain(`\`\`\`ts\n${read("usage.test.ts")}\`\`\`\n`);
});

test("the page has exactly the usage of the command", () => {
  let usage = "";
  const command = sandboxCommand();
  new Command("cdktf-hermes").addCommand(command);
  command.configureOutput({
    writeOut: (text) => {
      usage += text;
    },
  });
  command.outputHelp();
  expect(page).toContain(`\`\`\`\n${usage}\`\`\`\n`);
});

test("the command accepts the page's file of images", () => {
  const [, images = ""] = /^```json\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const references = Object.keys(JSON.parse(images));
  expect(references.length).toBeGreaterThan(0);
  expect(Object.keys(readImages("the page", images))).toEqual(references);
});

test("the page lists every route that the sandbox models, and no other", () => {
  const [, section = ""] = page.split("## The HTTP API\n");
  const [list = ""] = section.split("\n\nBeside");
  const listed = [...list.matchAll(/`([A-Z]+ \/[^`]*)`/g)].map(([, route = ""]) =>
    route.replace("<app>", "*"),
  );
  expect(listed.sort()).toEqual(Object.keys(routes).sort());
});
