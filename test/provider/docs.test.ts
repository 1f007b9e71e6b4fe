import { readFileSync } from "node:fs";
import { DOCUMENT, renderProviderDocs } from "../../scripts/provider-docs";

it("docs/caprover-provider.md says what the schema says (npm run docs:provider writes it)", () => {
  expect(readFileSync(DOCUMENT, "utf8")).toBe(renderProviderDocs());
});

it("they tell who places an app on another node that it is down for its pull", () => {
  expect(readFileSync(DOCUMENT, "utf8")).toMatch(/`node_id` .* on any other one after that/);
});
