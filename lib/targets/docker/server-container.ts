import { Container, type ContainerMounts } from "@cdktf/provider-docker/lib/container";
import { type TerraformProvider, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { ServerSpec } from "../../server-spec";
import { AtSynthesis } from "../../support/at-synthesis";
import { escapedText, escapedValues, escapeTemplate } from "../../support/tokens";
import { containerCare } from "./container-care";
import { mountBlock } from "./mounts";
import { admitsBelow4, dockerProviderConstraint } from "./provider-version";
import { goDuration, healthCheckBlock, SERVER_LABEL, settingsHash, waitSeconds } from "./unapplied-settings";

/** How long a server may take to stop. */
const STOP_SECONDS = 30;

/** How long the pull of its image may take: vLLM's has about 10 GB. */
const PULL_SECONDS = 3600;

export interface ServerPlace {
  /** The network on which agents reach it, and its name there. */
  readonly network: string;
  readonly alias: string;
  readonly provider: TerraformProvider | undefined;
}

/** A server with the same care as an agent's container. Nothing of it is published on the host. */
export function serverContainer(
  scope: Construct,
  id: string,
  spec: ServerSpec,
  place: ServerPlace,
): Container {
  const { name, image, entrypoint, command, healthCheck, shmMiB, gpus } = spec;
  const mounts: ContainerMounts[] = spec.mounts.map(mountBlock);
  const unapplied = {
    // The image's entrypoint may be an init itself, which has to be process 1.
    init: false,
    ...(mounts.length > 0 && { mounts }),
    ...(healthCheck && { healthcheck: healthCheckBlock(healthCheck) }),
  };
  const env = [...Object.entries(escapedValues(spec.environment)), ...Object.entries(spec.secrets)].map(
    ([variable, value]) => `${variable}=${value}`,
  );
  const upload = Object.entries(spec.files).map(([file, content]) => ({
    file,
    content: escapeTemplate(content),
    permissions: "0644",
  }));
  const container = new Container(scope, id, {
    ...unapplied,
    ...containerCare({ ...spec, stopGraceSeconds: STOP_SECONDS }),
    ...(place.provider && { provider: place.provider }),
    name,
    image,
    ...(entrypoint && { entrypoint: entrypoint.map(escapedText) }),
    ...(command && { command: command.map(escapedText) }),
    ...(env.length > 0 && { env: env.sort() }),
    ...(upload.length > 0 && { upload }),
    ...(shmMiB !== undefined && { shmSize: shmMiB }),
    ...(gpus !== undefined && { gpus }),
    labels: [{ label: SERVER_LABEL, value: settingsHash(unapplied) }],
    networksAdvanced: [{ name: place.network, aliases: [place.alias] }],
  });
  if (healthCheck) allowTime(container, PULL_SECONDS + waitSeconds(healthCheck));
  return container;
}

/**
 * Terraform ends what the provider does after 20 minutes, however long it was told to wait (#254, #257). Version 4 lets a
 * container have another limit (#777), which the bindings do not know.
 */
function allowTime(container: Container, seconds: number): void {
  new AtSynthesis(container, "create-timeout", () => {
    if (admitsBelow4(dockerProviderConstraint(TerraformStack.of(container)))) return;
    container.addOverride("timeouts", { create: goDuration(seconds) });
  });
}
