import { Fn, TerraformElement, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { ContainerSpec } from "../container-spec";
import { SERVICE_NAMES } from "../hermes/services";
import { MANIFEST_VERSION, type Manifest, namesSeen, shortHash } from "../operations/manifest";
import type { AgentSubject } from "../rules/subject";
import { METADATA_KEY } from "../support/metadata";
import type { Secret } from "../support/secret";
import { asExpression, isSensitive } from "../support/terraform-values";
import type { Deployed } from "../targets/target";
import { platformsInUse } from "./settings/messaging";

/** States what an agent declared, in the stack's metadata and in an output of the stack. */
export function stateManifest(
  scope: Construct,
  agent: AgentSubject,
  spec: ContainerSpec,
  deployed: Deployed,
): void {
  const manifest = manifestOf(scope, agent, spec, deployed);
  new ManifestMetadata(scope, manifest);
  const output = new TerraformOutput(scope, "manifest", { value: Fn.jsonencode(manifest) });
  output.overrideLogicalId(`${TerraformStack.of(scope).getLogicalId(scope.node)}_manifest`);
}

function manifestOf(
  scope: Construct,
  { name, release, services, access, settings, stopGraceSeconds }: AgentSubject,
  spec: ContainerSpec,
  { place, urls, managed }: Deployed,
): Manifest {
  const { source } = spec.data;
  const { model } = settings;
  /** A plan would fail on an output with a sensitive part. */
  const shown = (value: string) => (isSensitive(scope, value) ? null : value);
  const stated = {
    version: MANIFEST_VERSION,
    agent: scope.node.path,
    name,
    place,
    release: release.tag,
    image: shown(spec.image.reference),
    ...(spec.image.delivery && { delivery: spec.image.delivery.deploy }),
    data: shown(source.kind === "volume" ? source.name : source.hostPath),
    services: Object.fromEntries(
      SERVICE_NAMES.flatMap((service) => {
        const port = services[service]?.port;
        const url = urls[service];
        return port === undefined
          ? []
          : [[service, { port, ...(url !== undefined && { url: shown(url) }) }] as const];
      }),
    ),
    ...(access && { login: access.kind }),
    ...(access?.kind === "basic" && { username: shown(access.username) }),
    ...apiKeyVariable(scope, settings.apiServer?.key),
    platforms: Object.fromEntries(
      platformsInUse(settings.messaging).map(({ name, platform }) => [
        name,
        Object.values(platform.settings).flatMap((row) => (row.kind === "secret" ? [row.variable] : [])),
      ]),
    ),
    ...(model && { model: { provider: shown(model.provider), name: shown(model.name) } }),
    ...(managed && {
      managed: { variables: namesSeen(managed.variables), config: namesSeen(managed.settings) },
    }),
    healthCheck: spec.healthCheck !== undefined,
    stopGraceSeconds,
  } as const;
  return { ...stated, hash: shortHash(asExpression(scope, JSON.stringify(stated))) };
}

/** A variable of the stack is given to Terraform, and so to whoever proves the API server, by its environment. */
function apiKeyVariable(scope: Construct, key: Secret | undefined): { readonly apiKeyVariable?: string } {
  const name =
    typeof key === "string" ? /^\$\{var\.([\w-]+)\}$/.exec(asExpression(scope, key))?.[1] : undefined;
  return name === undefined ? {} : { apiKeyVariable: `TF_VAR_${name}` };
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
