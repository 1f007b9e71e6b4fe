import fc from "fast-check";
import { describeStacks, type StackDescription } from "../../lib/operations/description";
import { descriptionAsText } from "../../lib/operations/description-text";
import type { Manifest } from "../../lib/operations/manifest";
import type { SynthesizedStack } from "../../lib/operations/stacks";
import { SERVER_LABEL, SETTINGS_LABEL } from "../../lib/targets/docker/unapplied-settings";
import { HOSTILE, linesOf } from "./hostile";
import { ON_CAPROVER, ON_DOCKER } from "./manifests";

const STACK: SynthesizedStack = {
  name: "agent",
  folder: "stacks/agent",
  dependsOn: [],
  document: {},
  metadata: {},
  warnings: [],
  agents: [],
};

const LOCAL = { provider: "custom", name: "qwen3", baseUrl: "http://qwen:11434/v1" };

const textOf = (stack: Partial<SynthesizedStack>) =>
  descriptionAsText(describeStacks([{ ...STACK, ...stack }]));
const rowsOf = (manifest: Partial<Manifest>) => textOf({ agents: [{ ...ON_DOCKER, ...manifest }] });

test("an agent on Docker is described with engine, image, data, addresses, users and platforms", () => {
  expect(textOf({ agents: [ON_DOCKER] })).toBe(
    [
      "Stack agent",
      "  agent       agent/hermes",
      "  runs on     container hermes, Docker engine ssh://deploy@one.example.com",
      "  release     v2026.7.30",
      "  image       nousresearch/hermes-agent:v2026.7.30",
      "  data        hermes-data",
      "  model       gpt-5.5 of openai-codex",
      "  dashboard   http://127.0.0.1:9119, for one user with a password (greg)",
      "  API server  no address, port 8642 in the container",
      "  platforms   slack",
      "  nothing",
    ].join("\n"),
  );
});

test("an agent's terminal and places of work are described", () => {
  const text = rowsOf({
    terminal: { backend: "ssh", at: "agent@build.lan" },
    workspace: [
      { from: "/srv/site", target: "/workspace" },
      { from: null, target: "/scratch" },
    ],
  });
  expect(text).toContain("  workspace   /workspace, of /srv/site\n  workspace   /scratch, of (sensitive)\n");
  expect(text).toContain("  terminal    ssh, agent@build.lan\n");
  expect(rowsOf({ terminal: { backend: "modal" } })).toContain("  terminal    modal\n");
});

test("an agent on CapRover is described with its server and app", () => {
  expect(textOf({ agents: [ON_CAPROVER] })).toContain(
    "app hermes of the CapRover server https://captain.apps.example.com",
  );
});

test.each<[string, Partial<Manifest>, string]>([
  ["no engine", { place: { kind: "docker", container: "hermes" } }, "Docker engine of this machine"],
  ["a context", { place: { kind: "docker", container: "hermes", context: "far" } }, "Docker context far"],
  ["a secret host", { place: { kind: "docker", container: "hermes", host: null } }, "engine (sensitive)"],
  ["no server", { place: { kind: "caprover", app: "hermes" } }, "that CAPROVER_URL names"],
  ["a reference", { services: { apiServer: { port: 1, url: "${a.b}" } } }, "API server  ${a.b}"],
  ["an image that is secret", { image: null }, "image       (sensitive)"],
  [
    "a platform that calls it",
    { platforms: { sms: [], slack: [] }, services: { sms: { port: 8080, url: "http://127.0.0.1:8080" } } },
    "platforms   sms (http://127.0.0.1:8080), slack",
  ],
  ["an image that a CI builds", { delivery: "terraform" }, ", which a CI builds"],
  ["an image that a CI deploys by token", { delivery: "token" }, "left to a CI"],
  ["no platforms", { platforms: {} }, "platforms   as the volume says"],
  [
    "the host's network",
    { place: { kind: "docker", container: "hermes", hostNetwork: true } },
    "container hermes on the host's network",
  ],
  [
    "sidecars",
    {
      place: {
        kind: "docker",
        container: "hermes",
        sidecars: [{ name: "search", container: "hermes-search", image: "searxng:1" }],
      },
    },
    "sidecars    search (searxng:1)",
  ],
  [
    "a model's server",
    { model: { ...LOCAL, server: { container: "qwen", image: "ollama:1" } } },
    "model       qwen3 of custom at http://qwen:11434/v1, by the container",
  ],
  ["a model elsewhere", { model: LOCAL }, "model       qwen3 of custom at http://qwen:11434/v1\n"],
  ["an API server with an address", { services: { apiServer: { port: 1, url: "https://x" } } }, "https://x"],
])("the description of an agent with %s says so", (_, manifest, expected) => {
  expect(rowsOf(manifest)).toContain(expected);
});

test("every variable without a default is named, sensitive or not", () => {
  const variable = {
    key: { sensitive: true, description: "from the console" },
    region: {},
    size: { default: 1 },
    optional: { default: null },
  };
  const [{ variables } = { variables: [] }] = describeStacks([{ ...STACK, document: { variable } }]);
  expect(variables).toEqual([
    { name: "TF_VAR_key", sensitive: true, description: "from the console" },
    { name: "TF_VAR_region", sensitive: false },
  ]);
});

test("a server beside agents is listed as that, and an agent's own container is not", () => {
  const container = (name: string, label: string) => ({ name, labels: [{ label, value: "1" }] });
  const docker_container = {
    search: container("hermes-search", SERVER_LABEL),
    own: container("hermes", SETTINGS_LABEL),
  };
  const [{ resources } = { resources: [] }] = describeStacks([
    { ...STACK, document: { resource: { docker_container } } },
  ]);
  expect(resources).toEqual([
    { address: "docker_container.search", kind: "server beside agents", name: "hermes-search" },
    { address: "docker_container.own" },
  ]);
});

test("each resource is listed by its address, with the agent that it belongs to", () => {
  const at = (path: string) => ({ "//": { metadata: { path } } });
  const resource = {
    docker_container: { hermes: { ...at("agent/hermes/container"), name: "hermes", image: "a:b" } },
    docker_image: { image: { ...at("agent/image/Default"), name: "a:b", build: {} } },
    docker_volume: { other: { ...at("agent/hermes-data/volume"), name: "other" } },
    random_pet: { name: {} },
  };
  const [{ resources } = { resources: [] }] = describeStacks([
    { ...STACK, agents: [ON_DOCKER], document: { resource } },
  ]);
  expect(resources).toEqual([
    { address: "docker_container.hermes", agent: "agent/hermes" },
    { address: "docker_image.image", kind: "built image", name: "a:b" },
    { address: "docker_volume.other", kind: "volume", name: "other" },
    { address: "random_pet.name" },
  ]);
});

test("the stacks stand in the order of the deploy, a circle of them included", () => {
  const stack = (name: string, ...dependsOn: string[]) => ({ ...STACK, name, dependsOn });
  const order = (...stacks: SynthesizedStack[]) => describeStacks(stacks).map(({ stack }) => stack);
  expect(order(stack("c", "b"), stack("b", "a"), stack("a"))).toEqual(["a", "b", "c"]);
  expect(order(stack("a", "b"), stack("b", "a"))).toEqual(["b", "a"]);
});

const MARK =
  /^(?:Stack | {2}[+?!~] | {2}(?:agent|runs on|release|image|data|model|dashboard|API server|platforms) {2,}| {2}nothing$)/;

const described: fc.Arbitrary<StackDescription> = fc.record({
  stack: HOSTILE,
  dependsOn: fc.array(HOSTILE, { maxLength: 2 }),
  agents: fc.array(
    fc.record({
      agent: HOSTILE,
      name: HOSTILE,
      place: fc.oneof(
        fc.record({ kind: fc.constant("docker" as const), container: HOSTILE, host: HOSTILE }),
        fc.record({ kind: fc.constant("caprover" as const), app: HOSTILE, url: HOSTILE }),
      ),
      release: HOSTILE,
      image: HOSTILE,
      data: HOSTILE,
      model: fc.record({ provider: HOSTILE, name: HOSTILE }),
      dashboard: fc.record({
        port: fc.nat(),
        url: HOSTILE,
        login: fc.constant("basic" as const),
        who: HOSTILE,
      }),
      platforms: fc.array(HOSTILE, { maxLength: 2 }),
      called: fc.dictionary(HOSTILE, fc.record({ port: fc.nat(), url: HOSTILE }), { maxKeys: 2 }),
    }),
    { maxLength: 2 },
  ),
  resources: fc.array(fc.record({ address: HOSTILE, agent: HOSTILE, kind: HOSTILE, name: HOSTILE }), {
    minLength: 1,
    maxLength: 2,
  }),
  variables: fc.array(fc.record({ name: HOSTILE, sensitive: fc.boolean(), description: HOSTILE }), {
    maxLength: 2,
  }),
  warnings: fc.array(fc.record({ path: HOSTILE, message: HOSTILE }), { maxLength: 2 }),
  acknowledged: fc.array(fc.record({ path: HOSTILE, rule: HOSTILE, place: HOSTILE, reason: HOSTILE }), {
    maxLength: 2,
  }),
});

test("no name, label, reason or warning forges a line of the description", () => {
  fc.assert(
    fc.property(described, (stack) => {
      const lines = linesOf(descriptionAsText([stack]));
      const { agents, resources, variables, warnings, acknowledged } = stack;
      const items = resources.length + variables.length + warnings.length + acknowledged.length;
      expect(lines.filter((line) => MARK.test(line))).toHaveLength(1 + agents.length * 9 + items);
      for (const line of lines) {
        expect(line).toMatch(MARK.test(line) ? MARK : /^ {4}/);
        expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      }
    }),
  );
});
