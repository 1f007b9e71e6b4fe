import type { ContainerUpload } from "@cdktf/provider-docker/lib/container";
import { BOOT_SCRIPT_PATH, bootScript } from "../../boot/boot-script";
import type { ContainerSpec } from "../../container-spec";
import { MANAGED_CONFIG_FILE, MANAGED_ENV_FILE } from "../../hermes/container-contract";
import { hasFeature } from "../../hermes/releases";
import { escapeTemplate } from "../../support/tokens";
import { managedConfigFile, managedEnvFile } from "../managed-files";

/** Single files: from v0.21.6 on the image has files of its own in /etc/hermes. The runtime user must read them. */
export function uploadBlocks(spec: ContainerSpec, secretsFile: string | undefined): ContainerUpload[] {
  const managed = [
    // If the host's own file is mounted, nothing can be added to it.
    { file: MANAGED_ENV_FILE, content: secretsFile ? "" : managedEnvFile(spec.secrets, spec.pinned) },
    { file: MANAGED_CONFIG_FILE, content: spec.config ? managedConfigFile(spec.config) : "" },
  ];
  const files = [
    ...(spec.managedScope ? managed.filter(({ content }) => content !== "") : []),
    ...spec.files.map(({ path, content }) => ({ file: path, content })),
    ...(isSupervised(spec)
      ? [
          {
            file: BOOT_SCRIPT_PATH,
            content: escapeTemplate(bootScript({ terminalKey: spec.terminalKey })),
          },
        ]
      : []),
  ];
  return files.map((file) => ({ ...file, permissions: "0644" }));
}

export function isSupervised({ image }: ContainerSpec): boolean {
  return hasFeature(image.release, "supervision");
}
