import { Container, type ContainerMounts } from "@cdktf/provider-docker/lib/container";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import type { ServerSpec } from "../../server-spec";
import { escapedText, escapedValues, escapeTemplate } from "../../support/tokens";
import { allowTime, containerCare } from "./container-care";
import { PULL_SECONDS } from "./image";
import { mountBlock } from "./mounts";
import { healthCheckBlock, SERVER_LABEL, settingsHash, waitSeconds } from "./unapplied-settings";

/** How long a server may take to stop. */
const STOP_SECONDS = 30;

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
  allowTime(container, PULL_SECONDS + (healthCheck ? waitSeconds(healthCheck) : 0));
  return container;
}
