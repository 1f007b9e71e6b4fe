import { Fn, TerraformElement, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { ContainerSpec } from "../container-spec";
import { isReadAtBoot } from "../hermes/environment";
import { MODEL_SETTINGS, wonByTheVolume } from "../hermes/model-settings";
import { MANIFEST_VERSION, type Manifest, namesSeen, shortHash } from "../operations/manifest";
import type { AgentSubject } from "../rules/subject";
import type { ServerSpec } from "../server-spec";
import { METADATA_KEY } from "../support/metadata";
import { asExpression } from "../support/terraform-values";
import { escapeTemplate, isUnresolved } from "../support/tokens";
import type { Deployed } from "../targets/target";
import { workspacesOf } from "./settings/mounts";
import { shownIn, statedOwn, statedServices, statedTerminal } from "./stated";

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
  agent: AgentSubject,
  spec: ContainerSpec,
  deployed: Deployed,
): Manifest {
  const { name, release, services, access, settings, profiles, stopGraceSeconds } = agent;
  const { place, managed } = deployed;
  const { source } = spec.data;
  const shown = shownIn(scope);
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
    services: statedServices(scope, services, deployed),
    ...(access && { login: access.kind }),
    ...(access?.kind === "basic" && { username: shown(access.username) }),
    ...statedOwn(scope, agent, serverOf(spec, "model")),
    ...(settings.terminal && { terminal: statedTerminal(settings.terminal, shown) }),
    ...(workspaces.length > 0 && {
      workspace: workspaces.map(({ mount: { hostPath, volume = "", target } }) => ({
        from: shown(hostPath ?? volume),
        target,
      })),
    }),
    ...(profiles.length > 0 && {
      profiles: Object.fromEntries(
        profiles.map((one) => [
          one.profile,
          {
            ownGateway: spec.declared?.declaration.profiles[one.profile]?.ownGateway === true,
            services: statedServices(scope, one.services, deployed, `${one.profile}.`),
            ...statedOwn(scope, { ...one, settings: one.declared }, serverOf(spec, `${one.prop}.model`)),
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

/** The server in a container of the model that the prop names. */
function serverOf({ localModels }: ContainerSpec, prop: string): ServerSpec | undefined {
  return localModels.find(({ props }) => props.includes(prop))?.model.server?.spec;
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
