import { Volume } from "@cdktf/provider-docker/lib/volume";
import { type TerraformProvider, TerraformStack } from "cdktf";
import type { VolumeOptions } from "../../agent/settings/agent-settings";
import type { PersistentDataVolume } from "../../persistent-data-volume";
import { refuse, showValue } from "../../support/errors";
import { ClaimRegistry } from "../../support/registry";
import { requireDockerProvider } from "./provider";
import { requireDockerProvider4 } from "./provider-version";

/** The resource of a volume with options. It is made for the first agent that mounts it. */
export function dockerVolume(
  data: PersistentDataVolume,
  name: string,
  options: VolumeOptions,
  provider: TerraformProvider | undefined,
): Volume {
  const existing = data.node.tryFindChild("Default");
  if (existing instanceof Volume) return existing;
  requireDockerProvider4(data);
  const address = volumeAddress(name);
  const claim = `${TerraformStack.of(data).node.path} address ${address}`;
  const holder = ClaimRegistry.of(data).claim(claim, data.node.path);
  if (holder !== undefined) {
    const problem = `${holder} already has the Terraform address that this name leads to in the stack`;
    const fix = "use that construct; for another engine, use another stack or another name";
    refuse(data, [{ prop: "name", value: showValue(name), problem, fix }]);
  }
  requireDockerProvider(data, provider, "provider");
  const volume = new Volume(data, "Default", {
    name,
    driver: options.driver,
    driverOpts: options.driverOptions,
    ...(provider && { provider }),
    lifecycle: { preventDestroy: true },
  });
  volume.overrideLogicalId(address);
  return volume;
}

/** Resources of data volumes have names that begin with it. */
export const VOLUME_ADDRESS_PREFIX = "hermes_data_";

/** An address that only this name leads to, wherever the construct is in the tree. */
function volumeAddress(name: string): string {
  const encoded = name.replaceAll("_", "__").replaceAll(".", "_d");
  return `${VOLUME_ADDRESS_PREFIX}${encoded}`;
}
