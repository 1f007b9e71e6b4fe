import { readFileSync } from "node:fs";
import { DOCUMENT, renderProviderDocs } from "../../scripts/provider-docs";

it("docs/caprover-provider.md says what the schema says (npm run docs:provider writes it)", () => {
  expect(readFileSync(DOCUMENT, "utf8")).toBe(renderProviderDocs());
});
