/**
 * A description for a terminal. Nothing but a mark or a label stands in the first columns, so that no text from
 * a program can look like a line of its own.
 */
import type {
  AgentDescription,
  ProfileDescription,
  ServiceDescription,
  StackDescription,
} from "./description";
import { orSensitive, placeInWords } from "./place-text";
import { hanging } from "./text";

export function descriptionAsText(stacks: readonly StackDescription[]): string {
  return stacks.map(stackAsText).join("\n");
}

function stackAsText(stack: StackDescription): string {
  const { dependsOn, agents, resources, variables, warnings, acknowledged } = stack;
  const after = dependsOn.length > 0 ? ` (after ${dependsOn.join(", ")})` : "";
  return [
    hanging("Stack ", `${stack.stack}${after}`),
    ...agents.flatMap(agentAsText),
    ...resources.map(({ address, agent, kind, name }) => {
      const what = kind === undefined ? "" : `  ${[kind, name].filter(Boolean).join(" ")}`;
      return hanging("  + ", `${address}${what}${agent === undefined ? "" : `  (of ${agent})`}`);
    }),
    ...variables.map(({ name, sensitive, description }) => {
      const secret = sensitive ? " (sensitive)" : "";
      const words = description === undefined ? "" : `: ${description}`;
      return hanging("  ? ", `${name}  set it for the deploy${secret}${words}`);
    }),
    ...warnings.map(({ path, message }) => hanging("  ! ", `${path}: ${message}`)),
    ...acknowledged.map(({ path, rule, place, reason }) => {
      const where = place === undefined ? "" : ` for ${place}`;
      return hanging("  ~ ", `${path}: ${rule} acknowledged${where}: ${reason}`);
    }),
    ...(resources.length === 0 ? ["  nothing"] : []),
  ].join("\n");
}

const LABEL_WIDTH = 12;

function agentAsText(described: AgentDescription): readonly string[] {
  const {
    agent,
    place,
    release,
    image,
    delivery,
    data,
    model,
    dashboard,
    apiServer,
    platforms,
    called,
    terminal,
    workspace = [],
    mind,
    profiles = [],
    takenOut = [],
  } = described;
  const inWords = (name: string) => {
    const service = called[name];
    return service === undefined ? name : `${name} (${serviceInWords(service)})`;
  };
  const rows: readonly (readonly [label: string, text: string])[] = [
    ["agent", agent],
    ["runs on", placeInWords(place)],
    ["release", release],
    ["image", `${orSensitive(image)}${delivery === undefined ? "" : DELIVERIES[delivery]}`],
    ["data", orSensitive(data)],
    ...(place.kind === "docker" && place.networks
      ? [["networks", place.networks.map(orSensitive).join(", ")] as const]
      : []),
    ...(place.kind === "docker" && place.sidecars
      ? [["sidecars", place.sidecars.map(({ name, image }) => `${name} (${image})`).join(", ")] as const]
      : []),
    ["model", model ? modelInWords(model) : "as the volume says"],
    ["dashboard", dashboard ? `${serviceInWords(dashboard)}, for ${dashboard.who}` : "off"],
    ["API server", apiServer ? serviceInWords(apiServer) : "off"],
    ["platforms", platforms.map(inWords).join(", ") || "as the volume says"],
    ...workspace.map(({ from, target }) => ["workspace", `${target}, of ${orSensitive(from)}`] as const),
    ...(terminal ? [["terminal", terminalInWords(terminal)] as const] : []),
    ...(mind ? [["mind", mindInWords(mind)] as const] : []),
    ...profiles.map((profile) => ["profile", profileInWords(profile)] as const),
    ...takenOut.map(
      (name) => ["profile", `${name}: taken out; the next boot stops it and keeps its data`] as const,
    ),
  ];
  return rows.map(([label, text]) => hanging(`  ${label.padEnd(LABEL_WIDTH)}`, text));
}

const DELIVERIES: Readonly<Record<NonNullable<AgentDescription["delivery"]>, string>> = {
  terraform: ", which a CI builds",
  token: ", for a new app; after that left to a CI, which deploys by the app's token",
};

function profileInWords({ name, ownGateway, model, apiServer, platforms, mind }: ProfileDescription): string {
  return [
    `${name}: ${model ? `${orSensitive(model.name)} of ${orSensitive(model.provider)}` : "model as the volume says"}`,
    ...(platforms.length > 0 ? [platforms.join(" and ")] : []),
    ...(apiServer ? [`API server ${serviceInWords(apiServer)}`] : []),
    ...(mind ? [mindInWords(mind)] : []),
    ...(ownGateway ? [] : ["served by the default profile's gateway"]),
  ].join(", ");
}

/** What is declared; all else is the agent's own. */
function mindInWords({ soul, ...lists }: NonNullable<AgentDescription["mind"]>): string {
  const named = Object.entries(MIND_WORDS).flatMap(([part, word]) => {
    const names = Object.entries(lists).find(([name]) => name === part)?.[1] ?? [];
    return names.length === 0 ? [] : [`${word} ${names.map(orSensitive).join(", ")}`];
  });
  return [...(soul ? ["soul"] : []), ...named].join("; ");
}

const MIND_WORDS = {
  skills: "skills",
  mcpServers: "MCP servers",
  crons: "jobs",
  fallbackModels: "fallback models",
  toolsets: "toolsets of",
  files: "files",
} as const satisfies Readonly<Record<Exclude<keyof NonNullable<AgentDescription["mind"]>, "soul">, string>>;

function terminalInWords({ backend, at }: NonNullable<AgentDescription["terminal"]>): string {
  return at === undefined ? backend : `${backend}, ${orSensitive(at)}`;
}

function serviceInWords({ port, url }: ServiceDescription): string {
  return url === undefined ? `no address, port ${port} in the container` : orSensitive(url);
}

function modelInWords({ provider, name, baseUrl, server }: NonNullable<AgentDescription["model"]>): string {
  const at = baseUrl === undefined ? "" : ` at ${orSensitive(baseUrl)}`;
  const by = server === undefined ? "" : `, by the container ${server.container}`;
  return `${orSensitive(name)} of ${orSensitive(provider)}${at}${by}`;
}
