import { readFileSync } from "node:fs";
import { DOCUMENT, renderProviderDocs } from "../../scripts/provider-docs";

it("docs/caprover-provider.md is up to date with the schema (npm run docs:provider writes it)", () => {
  expect(readFileSync(DOCUMENT, "utf8")).toBe(renderProviderDocs());
});

it("docs/caprover-provider.md says that an app on another node is down while its image is pulled", () => {
  expect(readFileSync(DOCUMENT, "utf8")).toMatch(/`node_id` .* on any other one after that/);
});
