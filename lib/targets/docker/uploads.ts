import type { ContainerUpload } from "@cdktf/provider-docker/lib/container";
import type { Construct } from "constructs";
import type { ContainerSpec } from "../../container-spec";
import { MANAGED_CONFIG_FILE, MANAGED_ENV_FILE } from "../../hermes/container-contract";
import { managedConfigFile, managedEnvFile } from "../managed-files";
import { bootUploads } from "./boot-files";

/** Single files: from v0.21.6 on the image has files of its own in /etc/hermes. The runtime user must read them. */
export function uploadBlocks(
  scope: Construct,
  spec: ContainerSpec,
  secretsFile: string | undefined,
): ContainerUpload[] {
  const hides = secretsFile !== undefined && !spec.severalProfiles;
  const managed = [
    // If the host's own file is mounted there, nothing can be added to it.
    { file: MANAGED_ENV_FILE, content: hides ? "" : managedEnvFile(spec.secrets, spec.pinned) },
    { file: MANAGED_CONFIG_FILE, content: spec.config ? managedConfigFile(spec.config) : "" },
  ];
  const files = spec.managedScope ? managed.filter(({ content }) => content !== "") : [];
  return [
    ...files.map((file) => ({ ...file, permissions: "0644" })),
    ...(spec.declared ? bootUploads(scope, spec.declared, spec.workDirectories) : []),
  ];
}
