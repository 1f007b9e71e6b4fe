/**
 * A description for a terminal. Nothing but a mark or a label stands in the first columns, so that no text from
 * a program can look like a line of its own.
 */
import type { AgentDescription, ServiceDescription, StackDescription } from "./description";
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
  const { agent, place, release, image, data, model, dashboard, apiServer, platforms, called } = described;
  const inWords = (name: string) => {
    const service = called[name];
    return service === undefined ? name : `${name} (${serviceInWords(service)})`;
  };
  const rows: readonly (readonly [label: string, text: string])[] = [
    ["agent", agent],
    ["runs on", placeInWords(place)],
    ["release", release],
    ["image", orSensitive(image)],
    ["data", orSensitive(data)],
    ...(place.kind === "docker" && place.networks
      ? [["networks", place.networks.map(orSensitive).join(", ")] as const]
      : []),
    ["model", model ? `${orSensitive(model.name)} of ${orSensitive(model.provider)}` : "as the volume says"],
    ["dashboard", dashboard ? `${serviceInWords(dashboard)}, for ${dashboard.who}` : "off"],
    ["API server", apiServer ? serviceInWords(apiServer) : "off"],
    ["platforms", platforms.map(inWords).join(", ") || "as the volume says"],
  ];
  return rows.map(([label, text]) => hanging(`  ${label.padEnd(LABEL_WIDTH)}`, text));
}

function serviceInWords({ port, url }: ServiceDescription): string {
  return url === undefined ? `no address, port ${port} in the container` : orSensitive(url);
}
