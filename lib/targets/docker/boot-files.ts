/** Files for the container that Terraform reads from beside the program's output, so that no state contains them. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { ContainerUpload } from "@cdktf/provider-docker/lib/container";
import { App, AssetType, TerraformAsset, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { BOOT_SCRIPT_PATH, bootScript } from "../../boot/boot-script";
import { DECLARATION_PATH, VALUES_PATH } from "../../boot/declaration";
import { declarationFile } from "../../boot/merge";
import type { ContainerSpec, Declared } from "../../container-spec";
import { managedConfigFile } from "../managed-files";

/** What the boot needs: its script, what is declared of the data, and the values that only Terraform knows. */
export function bootUploads(
  scope: Construct,
  { declaration, values }: Declared,
  {
    workDirectories,
    keyInSecretsFile,
    severalProfiles,
  }: Pick<ContainerSpec, "workDirectories" | "keyInSecretsFile" | "severalProfiles">,
): readonly ContainerUpload[] {
  const script = bootScript({
    own: workDirectories,
    managedWithout: severalProfiles ? undefined : keyInSecretsFile,
    merge: { dropped: declaration.dropped },
  });
  return [
    fromFile(scope, "boot-script", BOOT_SCRIPT_PATH, script),
    fromFile(scope, "declaration", DECLARATION_PATH, declarationFile(declaration)),
    ...(Object.keys(values).length > 0
      ? [{ file: VALUES_PATH, content: managedConfigFile(values), permissions: "0600" }]
      : []),
  ];
}

function fromFile(scope: Construct, name: string, file: string, content: string): ContainerUpload {
  const hash = createHash("sha256").update(content).digest("hex");
  return { file, source: fileOfStack(scope, name, hash, content), sourceHash: hash, permissions: "0644" };
}

/**
 * The file's path for Terraform. A stack has each content once, under a name that is made of the content alone: its
 * path is a part of each container that has it, so a container would be replaced for a path that has changed.
 */
function fileOfStack(scope: Construct, name: string, hash: string, content: string): string {
  const stack = TerraformStack.of(scope);
  const id = `${name}-${hash.slice(0, 12)}`;
  const known = stack.node.tryFindChild(id);
  if (known instanceof TerraformAsset) return known.path;
  const path = resolve(App.of(scope).outdir, FOLDER, hash, name);
  write(path, content);
  return new TerraformAsset(stack, id, { path, assetHash: hash.slice(0, 32), type: AssetType.FILE }).path;
}

const FOLDER = "boot-files";

/** The content of such a file; undefined for an upload of another kind. */
export function uploadedText(
  outdir: string,
  { source, source_hash: hash }: { readonly [attribute: string]: unknown },
): string | undefined {
  if (typeof source !== "string" || typeof hash !== "string") return undefined;
  const path = join(outdir, FOLDER, hash, basename(source));
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Several stacks may have the same one. */
function write(path: string, content: string): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  const whole = `${path}.${process.pid}`;
  writeFileSync(whole, content);
  renameSync(whole, path);
}
