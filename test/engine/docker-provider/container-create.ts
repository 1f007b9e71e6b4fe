import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerInspectInfo } from "dockerode";
import { TerraformError } from "../../../lib/terraform-plugin";
import type { Behaviour } from "./behaviour";
import { asked, type Client, reasonOf } from "./client";
import { createOptions } from "./container-options";
import type { Planned } from "./container-schema";
import { uploadFiles } from "./container-upload";
import { findImage } from "./image";

interface Creation {
  readonly client: Client;
  readonly behaviour: Behaviour;
  readonly signal: AbortSignal;
  /** Called as soon as the container exists. If a later step fails, the container is tainted in the state. */
  readonly exists: (id: string) => void;
}

/** @returns the container's id */
export async function createContainer(
  planned: Planned,
  { client, behaviour, signal, exists }: Creation,
): Promise<string> {
  try {
    await findImage(client, planned.image);
  } catch (error) {
    throw new TerraformError(`Unable to create container with image ${planned.image}: ${reasonOf(error)}`);
  }
  if (planned.cpus !== null && behaviour.cpus === "panics") {
    client.panic("interface conversion: interface {} is string, not float32");
  }
  const { id } = await asked(
    "Unable to create container",
    client.docker.createContainer(createOptions(planned)),
  );
  exists(id);
  await connectNetworks(client, id, planned.networks_advanced);
  await uploadFiles(client, id, planned.upload);
  if (planned.start) {
    await asked("Unable to start container", client.docker.getContainer(id).start());
    if (planned.wait) await waitForHealth(client, id, planned.wait_timeout, signal);
  }
  return id;
}

async function connectNetworks(
  { docker }: Client,
  id: string,
  networks: Planned["networks_advanced"],
): Promise<void> {
  if (networks.length === 0) return;
  try {
    await docker.getNetwork("bridge").disconnect({ Container: id });
  } catch (error) {
    if (!reasonOf(error).includes("is not connected to the network bridge")) {
      throw new TerraformError(`Unable to disconnect the default network: ${reasonOf(error)}`);
    }
  }
  for (const { name, aliases, ipv4_address, ipv6_address } of networks) {
    const connected = docker.getNetwork(name).connect({
      Container: id,
      EndpointConfig: {
        Aliases: [...(aliases ?? [])],
        IPAMConfig: {
          ...(ipv4_address !== null && { IPv4Address: ipv4_address }),
          ...(ipv6_address !== null && { IPv6Address: ipv6_address }),
        },
      },
    });
    await asked(`Unable to connect to network '${name}'`, connected);
  }
}

/** It does not check whether the container has ended or is unhealthy: only the timeout ends the wait. */
async function waitForHealth(
  { docker }: Client,
  id: string,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  const end = AbortSignal.timeout(timeoutSeconds * 1000);
  const either = AbortSignal.any([signal, end]);
  while (!end.aborted) {
    const info: ContainerInspectInfo = await asked(
      "error inspecting container state",
      docker.getContainer(id).inspect(),
    );
    const health = info.State.Health;
    if (health === undefined || health === null) {
      throw new TerraformError(
        "you have supplied a 'wait' argument, but the container does not have a healthcheck defined. " +
          "Please remove the 'wait' argument or add a 'healthcheck' attribute",
      );
    }
    if (health.Status === "healthy") return;
    await sleep(1000, undefined, { signal: either }).catch(() => signal.throwIfAborted());
  }
  throw new TerraformError("container failed to be in healthy state");
}
