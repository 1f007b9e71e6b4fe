/**
 * A description as a flowchart of Mermaid, which code hosts draw: the engines and CapRover servers with their agents,
 * images, data and networks, and what is published to whom.
 */
import type { AgentDescription, StackDescription } from "./description";
import { hostInWords, orSensitive } from "./place-text";
import { oneLine } from "./text";

export function descriptionAsDiagram(stacks: readonly StackDescription[]): string {
  const drawing = new Drawing();
  const hosts = new Map<string, AgentDescription[]>();
  for (const agent of stacks.flatMap(({ agents }) => agents)) {
    const host = hostInWords(agent.place);
    hosts.set(host, [...(hosts.get(host) ?? []), agent]);
  }
  const boxes = [...hosts].flatMap(([host, agents]) => [
    `  subgraph ${drawing.id(`host ${host}`)}[${quoted(host)}]`,
    ...agents.flatMap((agent) => drawing.agent(host, agent)).map((line) => `    ${line}`),
    "  end",
  ]);
  return ["flowchart LR", ...boxes, ...drawing.outside.map((line) => `  ${line}`)].join("\n");
}

/** Gives each thing an id of its own, since names may be anything. */
class Drawing {
  readonly #ids = new Map<string, string>();
  /** What stands outside of all engines and servers. */
  readonly outside: string[] = [];

  id(key: string): string {
    const id = this.#ids.get(key) ?? `n${this.#ids.size}`;
    this.#ids.set(key, id);
    return id;
  }

  /** A node, drawn where it is first named. */
  #node(key: string, lines: string[], shape: (id: string) => string): string {
    const isNew = !this.#ids.has(key);
    const id = this.id(key);
    if (isNew) lines.push(shape(id));
    return id;
  }

  agent(host: string, agent: AgentDescription): readonly string[] {
    const lines: string[] = [];
    const { place, image, data, release } = agent;
    const runsAs = place.kind === "docker" ? `container ${place.container}` : `app ${place.app}`;
    const own = this.#node(
      `agent ${agent.agent}`,
      lines,
      (id) => `${id}[${quoted(agent.agent, runsAs, release)}]`,
    );
    const from = this.#node(
      `image ${host} ${image}`,
      lines,
      (id) => `${id}[/${quoted("image", orSensitive(image))}/]`,
    );
    const on = this.#node(
      `data ${host} ${data}`,
      lines,
      (id) => `${id}[(${quoted("data", orSensitive(data))})]`,
    );
    lines.push(`${from} -.-> ${own}`, `${own} --- ${on}`);
    for (const network of place.kind === "docker" ? (place.networks ?? []) : []) {
      const joined = this.#node(
        `network ${host} ${network}`,
        lines,
        (id) => `${id}{{${quoted("network", orSensitive(network))}}}`,
      );
      lines.push(`${own} --- ${joined}`);
    }
    for (const { name, container, image } of place.kind === "docker" ? (place.sidecars ?? []) : []) {
      const beside = this.#node(
        `sidecar ${host} ${container}`,
        lines,
        (id) => `${id}[${quoted(`sidecar ${name}`, `container ${container}`, image)}]`,
      );
      lines.push(`${own} --> ${beside}`);
    }
    const { server } = agent.model ?? {};
    if (server !== undefined) {
      const model = this.#node(
        `model ${host} ${server.container}`,
        lines,
        (id) => `${id}[${quoted("model", `container ${server.container}`, server.image)}]`,
      );
      lines.push(`${own} --> ${model}`);
    }
    this.#users(own, agent);
    return lines;
  }

  /** Who reaches the agent from outside, and where. */
  #users(own: string, { dashboard, apiServer }: AgentDescription): void {
    const services = [
      { title: "dashboard", who: dashboard?.who ?? "", url: dashboard?.url },
      { title: "API server", who: "whoever has the API server's key", url: apiServer?.url },
    ];
    for (const { title, who, url } of services) {
      if (url === undefined) continue;
      const users = this.#node(`users ${who}`, this.outside, (id) => `${id}([${quoted(who)}])`);
      this.outside.push(`${users} -->|${quoted(title, orSensitive(url))}| ${own}`);
    }
  }
}

/** A label of several lines. Character codes keep its text from ending it, and from being read as HTML or Markdown. */
function quoted(...lines: readonly string[]): string {
  const shown = lines.map((line) =>
    oneLine(line).replaceAll(/[^\p{L}\p{N} .,/-]/gu, (character) => `#${character.codePointAt(0)};`),
  );
  return `"${shown.join("<br/>")}"`;
}
