import { circleIn, type Layers, modulesIn, wrongImports } from "../imports";

const LAYERS: Layers = [
  ["lib/provider/main.ts"],
  ["lib/provider/provider.ts"],
  ["lib/provider/resources"],
  ["lib/provider/rollout"],
  ["lib/provider/settings", "lib/provider/secrets"],
  ["lib/provider/captain"],
  ["lib/caprover-server", "lib/terraform-plugin"],
  ["lib/support"],
];
const modules = modulesIn("lib/provider");

test("the provider's modules import each other in no circle", () => {
  expect(circleIn(modules)).toBeUndefined();
});

test("each group of the provider imports only groups below it", () => {
  expect(wrongImports(modules, LAYERS)).toEqual([]);
});
