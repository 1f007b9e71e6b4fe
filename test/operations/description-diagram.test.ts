import fc from "fast-check";
import { describeStacks } from "../../lib/operations/description";
import { descriptionAsDiagram } from "../../lib/operations/description-diagram";
import type { Manifest } from "../../lib/operations/manifest";
import { HOSTILE, linesOf } from "./hostile";
import { ON_CAPROVER, ON_DOCKER } from "./manifests";

const diagramOf = (...agents: readonly Manifest[]) =>
  descriptionAsDiagram(
    describeStacks([
      { name: "s", folder: "", dependsOn: [], document: {}, metadata: {}, warnings: [], agents },
    ]),
  );

const JOINED = { ...ON_DOCKER.place, networks: ["shared"] } as const;

test("an agent is drawn in its engine, with image, data, network, and who reaches it where", () => {
  expect(diagramOf({ ...ON_DOCKER, place: JOINED })).toBe(
    [
      "flowchart LR",
      '  subgraph n0["Docker engine ssh#58;//deploy#64;one.example.com"]',
      '    n1["agent/hermes<br/>container hermes<br/>v2026.7.30"]',
      '    n2[/"image<br/>nousresearch/hermes-agent#58;v2026.7.30"/]',
      '    n3[("data<br/>hermes-data")]',
      "    n2 -.-> n1",
      "    n1 --- n3",
      '    n4{{"network<br/>shared"}}',
      "    n1 --- n4",
      "  end",
      '  n5(["one user with a password #40;greg#41;"])',
      '  n5 -->|"dashboard<br/>http#58;//127.0.0.1#58;9119"| n1',
    ].join("\n"),
  );
});

test("agents of one engine stand in one box, and what they share is drawn once", () => {
  const second = { ...ON_DOCKER, agent: "agent/second", data: "second-data" };
  const diagram = diagramOf(ON_DOCKER, second, { ...ON_CAPROVER, agent: "agent/third" });
  expect(diagram.match(/subgraph/g)).toHaveLength(2);
  expect(diagram.match(/"image<br\/>/g)).toHaveLength(2);
  expect(diagram.match(/-\.->/g)).toHaveLength(3);
  expect(diagram.match(/one user with a password/g)).toHaveLength(1);
});

test("sidecars and a model's server are drawn beside their agents, and a shared server once", () => {
  const model = {
    provider: "custom",
    name: "qwen3",
    server: { container: "qwen", image: "ollama:1" },
  };
  const withSearch = (name: string): Manifest => ({
    ...ON_DOCKER,
    agent: `agent/${name}`,
    place: {
      kind: "docker",
      container: name,
      sidecars: [{ name: "search", container: `${name}-search`, image: "searxng:1" }],
    },
    model,
  });
  const diagram = diagramOf(withSearch("work"), withSearch("home"));
  expect(
    diagram.match(/"sidecar search<br\/>container (?:work|home)-search<br\/>searxng#58;1"/g),
  ).toHaveLength(2);
  expect(diagram.match(/"model<br\/>container qwen<br\/>ollama#58;1"/g)).toHaveLength(1);
  expect(diagram.match(/-->/g)).toHaveLength(4 + 2);
});

test("what is sensitive, not published or not known is drawn as that", () => {
  const hidden: Manifest = {
    ...ON_DOCKER,
    image: null,
    services: { dashboard: { port: 1, url: null }, apiServer: { port: 2, url: "${a.b}" } },
  };
  const diagram = diagramOf(hidden);
  expect(diagram).toContain('"image<br/>#40;sensitive#41;"');
  expect(diagram).toContain('|"dashboard<br/>#40;sensitive#41;"|');
  expect(diagram).toContain('|"API server<br/>#36;#123;a.b#125;"|');
  expect(diagramOf({ ...ON_DOCKER, services: {} })).not.toContain("-->");
});

/** What Mermaid reads, as far as it is used here. */
const LABEL = '"(?:[\\p{L}\\p{N} .,/-]|#\\d+;|<br/>)*"';
const LINE = new RegExp(
  `^(?:flowchart LR|  subgraph n\\d+\\[${LABEL}\\]|  end|(?:  ){1,2}(?:n\\d+(?:\\[${LABEL}\\]|\\[/${LABEL}/\\]|\\[\\(${LABEL}\\)\\]|\\{\\{${LABEL}\\}\\}|\\(\\[${LABEL}\\]\\))|n\\d+ (?:-\\.->|---|-->\\|${LABEL}\\|) n\\d+))$`,
  "u",
);

const hostile: fc.Arbitrary<Manifest> = fc
  .record({
    agent: HOSTILE,
    name: HOSTILE,
    release: HOSTILE,
    image: fc.option(HOSTILE),
    data: fc.option(HOSTILE),
    username: HOSTILE,
    place: fc.oneof(
      fc.record({
        kind: fc.constant("docker" as const),
        container: HOSTILE,
        host: HOSTILE,
        networks: fc.array(HOSTILE, { maxLength: 2 }),
      }),
      fc.record({ kind: fc.constant("caprover" as const), app: HOSTILE, url: HOSTILE }),
    ),
    services: fc.record({
      dashboard: fc.record({ port: fc.nat(), url: HOSTILE }),
      apiServer: fc.record({ port: fc.nat(), url: HOSTILE }),
    }),
  })
  .map((given) => ({ ...ON_DOCKER, ...given }));

test("no name, address or label leaves the grammar of the diagram", () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 3 }), (agents) => {
      const lines = linesOf(diagramOf(...agents));
      for (const line of lines) expect(line).toMatch(LINE);
      // Each node that an arrow joins is drawn, once.
      const drawn = lines.flatMap((line) => /^ +(?:subgraph )?(n\d+)[[({]/.exec(line)?.[1] ?? []);
      expect(new Set(drawn).size).toBe(drawn.length);
      const joined = lines.flatMap((line) => {
        const [, from, to] = /^ +(n\d+) (?:-\.->|---|-->\|.*\|) (n\d+)$/u.exec(line) ?? [];
        return from !== undefined && to !== undefined ? [from, to] : [];
      });
      expect(joined.filter((id) => !drawn.includes(id))).toEqual([]);
    }),
  );
});
