import { Fn, TerraformElement, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { ContainerSpec } from "../container-spec";
import { isReadAtBoot } from "../hermes/environment";
import { MODEL_SETTINGS, wonByTheVolume } from "../hermes/model-settings";
import { isServiceName, SERVICE_NAMES, type Services } from "../hermes/services";
import { MANIFEST_VERSION, type Manifest, namesSeen, shortHash } from "../operations/manifest";
import type { AgentSubject } from "../rules/subject";
import type { ServerSpec } from "../server-spec";
import { credentialIn } from "../support/credentials";
import { METADATA_KEY } from "../support/metadata";
import type { Secret } from "../support/secret";
import { asExpression, isSensitive } from "../support/terraform-values";
import { escapeTemplate, isUnresolved } from "../support/tokens";
import type { Deployed } from "../targets/target";
import { platformsInUse } from "./settings/messaging";
import type { MindProps } from "./settings/mind";
import { isToolsetList } from "./settings/mind";
import type { MindContent } from "./settings/mind-content";
import { workspacesOf } from "./settings/mounts";
import type { TerminalSettings } from "./settings/terminal-props";
import { engineAddress } from "./settings/terminal-values";

/** States what an agent declared, in the stack's metadata and in an output of the stack. */
export function stateManifest(
  scope: Construct,
  agent: AgentSubject,
  spec: ContainerSpec,
  deployed: Deployed,
): void {
  const manifest = manifestOf(scope, agent, spec, deployed);
  new ManifestMetadata(scope, manifest);
  const output = new TerraformOutput(scope, "manifest", { value: asJson(manifest) });
  output.overrideLogicalId(`${TerraformStack.of(scope).getLogicalId(scope.node)}_manifest`);
}

/** Where nothing is left for Terraform to fill in, the text itself: CDKTF walks a function's argument leaf by leaf. */
function asJson(manifest: Manifest): string {
  const text = JSON.stringify(manifest);
  return isUnresolved(text) ? Fn.jsonencode(manifest) : escapeTemplate(text);
}

function manifestOf(
  scope: Construct,
  { name, release, services, access, settings, mind, secrets, profiles, stopGraceSeconds }: AgentSubject,
  spec: ContainerSpec,
  { place, urls, basicAuth, managed }: Deployed,
): Manifest {
  const { source } = spec.data;
  /** A plan would fail on an output with a sensitive part. */
  const shown = (value: string) => (isSensitive(scope, value) ? null : value);
  const shownUrl = (value: string) => (credentialIn(value) === undefined ? shown(value) : null);
  /** @param at what comes before the services' names for the target */
  const servicesIn = (services: Services, at: "" | `${string}.` = "") =>
    Object.fromEntries(
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
              ...named("passwordVariable", variableOf(scope, asked.password)),
            },
          }),
        };
        return [[service, stated] as const];
      }),
    );
  const ownOf = (
    { secrets, mind, settings }: Pick<AgentSubject, "secrets" | "mind" | "settings">,
    server?: ServerSpec,
  ) => ({
    secrets: secrets.flatMap(({ name: variable, value }) => {
      const from = variableOf(scope, value);
      return from === undefined ? [] : [{ variable, from }];
    }),
    platforms: Object.fromEntries(
      platformsInUse(settings.messaging).map(({ name, platform, values }) => [
        name,
        Object.entries(platform.settings).flatMap(([prop, row]) =>
          (row.kind === "secret" || row.proof !== undefined) && values[prop] !== undefined
            ? [row.variable]
            : [],
        ),
      ]),
    ),
    ...(settings.model && {
      model: {
        provider: shown(settings.model.provider),
        name: shown(settings.model.name),
        ...(settings.model.baseUrl !== undefined && { baseUrl: shownUrl(settings.model.baseUrl) }),
        ...(server && { server: { container: server.name, image: server.image } }),
      },
    }),
    ...statedMind(settings, mind, shown),
  });
  const workspaces = workspacesOf(settings);
  const stated = {
    version: MANIFEST_VERSION,
    agent: scope.node.path,
    name,
    place,
    release: release.tag,
    image: shown(spec.image.reference),
    ...(spec.image.delivery && { delivery: spec.image.delivery.deploy }),
    data: shown(source.kind === "volume" ? source.name : source.hostPath),
    services: servicesIn(services),
    ...(access && { login: access.kind }),
    ...(access?.kind === "basic" && {
      username: shown(access.username),
    }),
    ...ownOf({ secrets, mind, settings }, serverOf(spec, "model")),
    ...(settings.terminal && { terminal: statedTerminal(settings.terminal, shown) }),
    ...(workspaces.length > 0 && {
      workspace: workspaces.map(({ mount: { hostPath, volume = "", target } }) => ({
        from: shown(hostPath ?? volume),
        target,
      })),
    }),
    ...(profiles.length > 0 && {
      profiles: Object.fromEntries(
        profiles.map(({ profile, prop, services: own, secrets, mind, declared }) => [
          profile,
          {
            ownGateway: spec.declared?.declaration.profiles[profile]?.ownGateway === true,
            services: servicesIn(own, `${profile}.`),
            ...ownOf({ secrets, mind, settings: declared }, serverOf(spec, `${prop}.model`)),
          },
        ]),
      ),
    }),
    ...(managed && {
      managed: { variables: namesSeen(managed.variables), config: namesSeen(managed.settings) },
    }),
    variables: variablesOf(spec, settings.model?.provider),
    healthCheck: spec.healthCheck !== undefined,
    stopGraceSeconds,
  } as const;
  return { ...stated, hash: shortHash(asExpression(scope, JSON.stringify(stated))) };
}

function statedTerminal(
  terminal: TerminalSettings,
  shown: (value: string) => string | null,
): NonNullable<Manifest["terminal"]> {
  const { backend } = terminal;
  if (terminal.backend === "docker") return { backend, at: shown(engineAddress(terminal.engine)) };
  return terminal.backend === "ssh"
    ? { backend, at: shown(`${terminal.user}@${terminal.host}`) }
    : { backend };
}

/** Names alone: a text may be long, and nobody asked for it here. */
function statedMind(
  { mcpServers = {}, crons = {}, fallbackModels = [], toolsets = [] }: MindProps,
  { soul, skills, files }: MindContent,
  shown: (value: string) => string | null,
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

/** By their names. What the boot alone reads, no line of a `.env` can change; and lines of the program's own are right. */
function variablesOf(
  { environment, secrets, pinned, managedScope, severalProfiles, declared }: ContainerSpec,
  provider: string | undefined,
): Manifest["variables"] {
  const names = [
    ...Object.keys(environment),
    ...secrets.map(({ name }) => name),
    ...(managedScope ? Object.keys(pinned) : []),
  ];
  const homes = Object.values(severalProfiles ? (declared?.declaration.profiles ?? {}) : {});
  const written = new Set(homes.flatMap(({ env }) => Object.keys(env)));
  const given = [...new Set(names)].filter((name) => !isReadAtBoot(name) && !written.has(name)).sort();
  const key = given.includes(MODEL_SETTINGS.apiKey.variable);
  return { given, volumeWins: [...wonByTheVolume(key ? provider : undefined, given)].sort() };
}

/** A variable of the stack is given to Terraform, and so to whoever proves what it opens, by its environment. */
function variableOf(scope: Construct, secret: Secret | undefined): string | undefined {
  const name =
    typeof secret === "string" ? /^\$\{var\.([\w-]+)\}$/.exec(asExpression(scope, secret))?.[1] : undefined;
  return name === undefined ? undefined : `TF_VAR_${name}`;
}

function named<Name extends string>(
  name: Name,
  value: string | undefined,
): { readonly [Key in Name]?: string };
function named(name: string, value: string | undefined): Readonly<Record<string, string>> {
  return value === undefined ? {} : { [name]: value };
}

class ManifestMetadata extends TerraformElement {
  constructor(
    owner: Construct,
    private readonly manifest: Manifest,
  ) {
    super(owner, "manifest-metadata");
  }

  override toMetadata(): object {
    return { [METADATA_KEY]: { agents: { [this.manifest.agent]: this.manifest } } };
  }
}

/** The server in a container of the model that the prop names. */
function serverOf({ localModels }: ContainerSpec, prop: string): ServerSpec | undefined {
  return localModels.find(({ props }) => props.includes(prop))?.model.server?.spec;
}
