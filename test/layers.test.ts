import { circleIn, type Layers, modulesIn, wrongImports } from "./imports";

/** From top to bottom, as CONTRIBUTING.md draws it. What knows Hermes and what knows Terraform meet in the middle. */
const LAYERS: Layers = [
  ["lib/index.ts", "lib/cli"],
  ["lib/delivery"],
  ["lib/testing", "lib/operations"],
  // What a plan of Terraform does to agents, for the matchers and for the command.
  ["lib/plan"],
  ["lib/hermes-app.ts"],
  ["lib/agent"],
  ["lib/targets"],
  ["lib/container-spec.ts", "lib/operations/manifest.ts"],
  [
    "lib/hermes-image.ts",
    "lib/local-model.ts",
    "lib/persistent-data-volume.ts",
    "lib/dashboard-auth.ts",
    "lib/caprover",
  ],
  // What an image and a model's server are made of.
  ["lib/image", "lib/local-model"],
  // A server beside agents.
  ["lib/server-health.ts"],
  ["lib/server-spec.ts"],
  ["lib/rules"],
  ["lib/image-delivery.ts"],
  // An agent's settings as plain values.
  ["lib/agent/settings"],
  // Scripts that run inside the container at boot and stop.
  ["lib/boot"],
  // What a CapRover server accepts, for the constructs and for the provider's process.
  ["lib/caprover-server"],
  ["lib/hermes", "lib/support", "lib/provider/captain", "lib/terraform-plugin"],
  // The versions that a new repository gets. A build embeds them.
  ["scripts/new-repository"],
];

/** The provider is a process of its own, with layers of its own. */
const modules = modulesIn("lib").filter(({ file }) => !/^lib\/(?:provider|terraform-plugin)\//.test(file));

test("no modules import each other in a circle, including type imports", () => {
  expect(circleIn(modulesIn("lib"))).toBeUndefined();
});

test("each module imports only what is below it", () => {
  expect(wrongImports(modules, LAYERS)).toEqual([]);
});

test("the library and the provider's process share only what is known of a CapRover server, its client, and support", () => {
  const imports = modules
    .filter(
      ({ file }) => !["lib/operations/access/caprover.ts", "lib/delivery/caprover-api.ts"].includes(file),
    )
    .flatMap(({ imports }) => imports);
  expect(imports.filter((file) => /^lib\/(?:provider|terraform-plugin)\//.test(file))).toEqual([]);
});
