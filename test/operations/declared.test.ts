import { declaredDeployments, withoutReferences } from "../../lib/operations/declared";
import { synthesize } from "../delivery/programs";

const { stacks } = synthesize({ target: "caprover", delivery: { deploy: "token" } });
const stack = stacks.find(({ agents }) => agents.length > 0);
const [declared] = stack?.agents ?? [];
if (stack === undefined || declared === undefined) throw new Error("The program has no agent.");
const REFERENCE = "${caprover_app.hermes.url}";

test("an agent counts as deployed as it is declared, without a state", () => {
  expect(declaredDeployments(stack).get(declared.agent)).toEqual({
    state: "deployed",
    manifest: declared,
    asDeclared: true,
  });
});

test("an address that only Terraform knows is left out, and every other setting stays", () => {
  const { place, services } = declared;
  const referring = {
    ...declared,
    place: { ...place, url: REFERENCE },
    services: { ...services, dashboard: { port: 9119, url: REFERENCE } },
  };
  const known = withoutReferences(referring);
  expect(JSON.stringify(known)).not.toContain("${");
  expect(known).toEqual({
    ...declared,
    place: { kind: "caprover", app: declared.name },
    services: { ...services, dashboard: { port: 9119, url: null } },
  });
});

test.each([
  { kind: "caprover" as const, app: REFERENCE },
  { kind: "docker" as const, container: REFERENCE },
])("an agent whose name only Terraform knows can't be looked at: %j", (place) => {
  const found = declaredDeployments({ ...stack, agents: [{ ...declared, place }] }).get(declared.agent);
  expect(found).toEqual({ state: "not-deployed", why: "only Terraform knows its name" });
});
