import fc from "fast-check";
import { plansAsMarkdown, plansAsText } from "../../../lib/operations/plan/plan-text";
import type { PlannedAgent, PlannedStack } from "../../../lib/operations/plan/planned-stack";
import { HOSTILE, linesOf } from "../hostile";
import { ON_CAPROVER, ON_DOCKER } from "../manifests";

const AGENT: PlannedAgent = {
  agent: "agents/hermes",
  name: "hermes",
  place: ON_DOCKER.place,
  address: "docker_container.hermes",
  effect: "replace",
  attributes: ["env", "image"],
  replacedBy: ["image"],
  notes: [],
  release: { before: "v2026.7.30", after: "v0.21.6" },
  data: "kept",
  failures: ["replace"],
};

const PLANS: readonly PlannedStack[] = [
  { stack: "images", dependsOn: [], result: "planned", agents: [], resources: [] },
  {
    stack: "agents",
    dependsOn: ["images"],
    result: "planned",
    agents: [
      AGENT,
      { ...AGENT, agent: "agents/ada", effect: "none", attributes: [], replacedBy: [], failures: [] },
      {
        ...AGENT,
        agent: "agents/greg",
        place: ON_CAPROVER.place,
        effect: "restart",
        attributes: ["volumes"],
        replacedBy: [],
        data: "moved",
        why: 'caprover_app.greg would move from the volume "a" to the volume "b", without its data',
        failures: ["data-move"],
      },
    ],
    resources: [
      {
        address: "docker_image.old",
        effect: "destroy",
        attributes: [],
        replacedBy: [],
        notes: ["an earlier replacement left it over"],
        failures: ["destroy"],
      },
    ],
  },
  {
    stack: "far",
    dependsOn: [],
    result: "no-plan",
    why: "these variables have no value: TF_VAR_key",
    fix: "set TF_VAR_key",
  },
];

test("all stacks stand in one table, with the place and the reason of each change below it", () => {
  expect(plansAsText(PLANS, ["data-move", "downgrade"])).toBe(
    [
      "    AGENT          CHANGE       DATA",
      "Stack images",
      "    nothing changes",
      "Stack agents",
      "  ± agents/hermes  replacement  kept",
      "      container hermes, Docker engine ssh://deploy@one.example.com",
      "      release v2026.7.30 → v0.21.6",
      "      changes env, image",
      "      replaced for image",
      "    agents/ada     no change    kept",
      "  ~ agents/greg    restart      OTHER PLACE",
      "      app hermes of the CapRover server https://captain.apps.example.com",
      "      release v2026.7.30 → v0.21.6",
      "      changes volumes",
      '      caprover_app.greg would move from the volume "a" to the volume "b",',
      "      without its data",
      "  - docker_image.old: destroyed; an earlier replacement left it over",
      "Stack far",
      "  ✗ no plan: these variables have no value: TF_VAR_key",
      "    fix: set TF_VAR_key",
      "✗ --fail-on data-move: agents/greg in agents",
    ].join("\n"),
  );
});

test("a long path stands on a line of its own, and the columns stay where they are", () => {
  const agent = { ...AGENT, agent: `agents/${"long".repeat(12)}` };
  const text = plansAsText(
    [{ stack: "s", dependsOn: [], result: "planned", agents: [AGENT, agent], resources: [] }],
    [],
  );
  const columns = text
    .split("\n")
    .flatMap((line) => (/ kept$/.test(line) ? [line.indexOf("replacement")] : []));
  expect(columns).toEqual([columns[0], columns[0]]);
});

test("the table of a pull request has a row for each agent, each other change and each stack without a plan", () => {
  const lines = plansAsMarkdown(PLANS, ["data-move"]).split("\n");
  expect(lines.filter((line) => line.startsWith("|"))).toHaveLength(2 + 1 + 3 + 1 + 1);
  expect(lines[3]).toBe(
    "| <code>agents</code> | <code>agents/hermes</code> | <code>container hermes, Docker engine ssh&#58;//deploy&#64;one.example.com</code> | replacement; <code>v2026.7.30 → v0.21.6</code>; <code>changes env, image</code>; <code>replaced for image</code> | kept |",
  );
  expect(lines.at(-1)).toBe("- ✗ `--fail-on data-move`: <code>agents/greg in agents</code>");
});

const hostile: fc.Arbitrary<PlannedStack> = fc.oneof(
  fc.record({
    stack: HOSTILE,
    dependsOn: fc.constant([]),
    result: fc.constant("no-plan" as const),
    why: HOSTILE,
    fix: HOSTILE,
  }),
  fc.record({
    stack: HOSTILE,
    dependsOn: fc.constant([]),
    result: fc.constant("planned" as const),
    agents: fc.array(
      fc.record({
        agent: HOSTILE,
        name: HOSTILE,
        place: fc.record({ kind: fc.constant("docker" as const), container: HOSTILE, host: HOSTILE }),
        address: HOSTILE,
        effect: fc.constant("replace" as const),
        attributes: fc.array(HOSTILE, { maxLength: 2 }),
        replacedBy: fc.array(HOSTILE, { maxLength: 2 }),
        notes: fc.array(HOSTILE, { maxLength: 2 }),
        data: fc.constant("kept" as const),
        why: HOSTILE,
        failures: fc.constant(["replace" as const]),
      }),
      { maxLength: 2 },
    ),
    resources: fc.constant([]),
  }),
);

test("no name, address or message forges a line of the text", () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 2 }), (stacks) => {
      const lines = linesOf(plansAsText(stacks, ["replace"]));
      expect(lines.filter((line) => line.startsWith("Stack "))).toHaveLength(stacks.length);
      expect(lines.filter((line) => line.startsWith("✗ --fail-on "))).toHaveLength(
        stacks.reduce((sum, stack) => sum + (stack.result === "planned" ? stack.agents.length : 0), 0),
      );
      for (const line of lines) {
        expect(line).toMatch(/^(?:Stack |✗ --fail-on replace: | {2})/);
        expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      }
    }),
  );
});

test("no name, address or message forges a row, a cell, a link or a mention of the Markdown", () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 2 }), (stacks) => {
      const lines = linesOf(plansAsMarkdown(stacks, []));
      const rows = stacks.map((stack) => (stack.result === "planned" ? Math.max(1, stack.agents.length) : 1));
      expect(lines).toHaveLength(2 + rows.reduce((sum, count) => sum + count, 0));
      for (const line of lines) {
        expect(line.match(/\|/g)).toHaveLength(6);
        const outside = line.replaceAll(/<code>[^<>|@`*_[\]!\\]*<\/code>/g, "");
        expect(outside).not.toMatch(/[<>@`*_[\]!\\]/);
      }
    }),
  );
});
