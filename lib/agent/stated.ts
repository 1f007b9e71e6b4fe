/** What a manifest states of one agent, and in the same words of each of its profiles. */
import type { Construct } from "constructs";
import { isServiceName, SERVICE_NAMES, type Services } from "../hermes/services";
import type { Manifest } from "../operations/manifest";
import type { AgentSubject } from "../rules/subject";
import type { ServerSpec } from "../server-spec";
import { credentialIn } from "../support/credentials";
import type { Secret } from "../support/secret";
import { asExpression, isSensitive } from "../support/terraform-values";
import type { Deployed } from "../targets/target";
import { platformsInUse } from "./settings/messaging";
import { isToolsetList } from "./settings/mind";
import type { TerminalSettings } from "./settings/terminal-props";
import { engineAddress } from "./settings/terminal-values";

/** The value, or null where it is sensitive: a plan would fail on an output with a sensitive part. */
export type Shown = (value: string) => string | null;

export const shownIn =
  (scope: Construct): Shown =>
  (value) =>
    isSensitive(scope, value) ? null : value;

/** The agent, or a profile: what both have of their own. */
type Stated = Pick<AgentSubject, "secrets" | "mind" | "settings">;

/** @param server the container in which its model runs, if it is one beside the agents */
export function statedOwn(scope: Construct, { secrets, mind, settings }: Stated, server?: ServerSpec) {
  return {
    secrets: secrets.flatMap(({ name: variable, value }) => {
      const from = variableOf(scope, value);
      return from === undefined ? [] : [{ variable, from }];
    }),
    platforms: statedPlatforms(settings),
    ...statedModel(settings, server, shownIn(scope)),
    ...statedMind(settings, mind, shownIn(scope)),
  };
}

/** @param at what comes before the services' names for the target */
export function statedServices(
  scope: Construct,
  services: Services,
  { urls, basicAuth }: Pick<Deployed, "urls" | "basicAuth">,
  at: "" | `${string}.` = "",
): Manifest["services"] {
  const shown = shownIn(scope);
  return Object.fromEntries(
    SERVICE_NAMES.flatMap((service) => {
      const port = services[service]?.port;
      const name = `${at}${service}`;
      const url = isServiceName(name) ? urls[name] : undefined;
      const asked = isServiceName(name) ? basicAuth?.[name] : undefined;
      if (port === undefined) return [];
      const stated = {
        port,
        ...(url !== undefined && { url: shown(url) }),
        ...(asked && {
          basicAuth: {
            username: shown(asked.username),
            ...passwordFrom(variableOf(scope, asked.password)),
          },
        }),
      };
      return [[service, stated] as const];
    }),
  );
}

/** @returns names alone: each platform with the variables of what proves it */
function statedPlatforms({ messaging }: AgentSubject["settings"]): Manifest["platforms"] {
  return Object.fromEntries(
    platformsInUse(messaging).map(({ name, platform, values }) => [
      name,
      Object.entries(platform.settings).flatMap(([prop, row]) =>
        (row.kind === "secret" || row.proof !== undefined) && values[prop] !== undefined
          ? [row.variable]
          : [],
      ),
    ]),
  );
}

function statedModel(
  { model }: AgentSubject["settings"],
  server: ServerSpec | undefined,
  shown: Shown,
): { readonly model?: NonNullable<Manifest["model"]> } {
  if (model === undefined) return {};
  const { provider, name, baseUrl } = model;
  return {
    model: {
      provider: shown(provider),
      name: shown(name),
      ...(baseUrl !== undefined && {
        baseUrl: credentialIn(baseUrl) === undefined ? shown(baseUrl) : null,
      }),
      ...(server && { server: { container: server.name, image: server.image } }),
    },
  };
}

/** Names alone: a text may be long, and nobody asked for it here. */
function statedMind(
  { mcpServers = {}, crons = {}, fallbackModels = [], toolsets = [] }: AgentSubject["settings"],
  { soul, skills, files }: AgentSubject["mind"],
  shown: Shown,
): { readonly mind?: NonNullable<Manifest["mind"]> } {
  const mind = {
    soul: soul !== undefined,
    skills: skills.map(({ name }) => name),
    mcpServers: Object.keys(mcpServers),
    crons: Object.keys(crons),
    fallbackModels: fallbackModels.map(({ provider, name }) => shown(`${provider} ${name}`)),
    toolsets: isToolsetList(toolsets) ? (toolsets.length > 0 ? ["all"] : []) : Object.keys(toolsets),
    files: Object.keys(files),
  };
  const declared = Object.values(mind).some(
    (part) => part === true || (Array.isArray(part) && part.length > 0),
  );
  return declared ? { mind } : {};
}

export function statedTerminal(terminal: TerminalSettings, shown: Shown): NonNullable<Manifest["terminal"]> {
  const { backend } = terminal;
  if (terminal.backend === "docker") return { backend, at: shown(engineAddress(terminal.engine)) };
  return terminal.backend === "ssh"
    ? { backend, at: shown(`${terminal.user}@${terminal.host}`) }
    : { backend };
}

/** A variable of the stack is given to Terraform, and so to whoever proves what it opens, by its environment. */
function variableOf(scope: Construct, secret: Secret | undefined): string | undefined {
  const name =
    typeof secret === "string" ? /^\$\{var\.([\w-]+)\}$/.exec(asExpression(scope, secret))?.[1] : undefined;
  return name === undefined ? undefined : `TF_VAR_${name}`;
}

const passwordFrom = (variable: string | undefined) =>
  variable === undefined ? {} : { passwordVariable: variable };
