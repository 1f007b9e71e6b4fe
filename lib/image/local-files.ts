/** Files of this machine that become part of an image. */
import { isUtf8 } from "node:buffer";
import type { Construct } from "constructs";
import type { CopiedFile } from "../hermes/wrapper-contents";
import type { TextPlace } from "../support/credential-places";
import { refuse, showValue } from "../support/errors";
import { readRegularFile, unreadableBecause } from "../support/local-file";
import type { ImageFile } from "./props";

/** @throws HermesConfigError for a file that can't be read, has a private key or has no certificate */
export function readCertificate(scope: Construct, prop: string, path: string): string {
  const content = readLocalFile(scope, prop, path, "name a PEM file").toString("utf8");
  const refused = { prop, value: showValue(path) };
  if (hasPrivateKey(content)) {
    const problem = "holds a private key, which would become a layer of the image";
    refuse(scope, [{ ...refused, problem, fix: "name a file with certificates only" }]);
  }
  if (!content.includes("-----BEGIN CERTIFICATE-----")) {
    const problem = "holds no certificate";
    refuse(scope, [{ ...refused, problem, allowed: "a PEM file", fix: "convert it to PEM" }]);
  }
  return content;
}

/** @throws HermesConfigError for a file that can't be read or has a private key */
export function readCopiedFiles(
  scope: Construct,
  copy: { readonly [path: string]: ImageFile },
): Readonly<Record<string, CopiedFile>> {
  return Object.fromEntries(
    Object.entries(copy).map(([path, given]): [string, CopiedFile] => {
      const { executable = true } = given;
      if (given.platforms !== undefined) return [path, { executable, source: given.platforms }];
      if (given.url !== undefined)
        return [path, { executable, source: { url: given.url, sha256: given.sha256 } }];
      const prop = fileProp(path);
      const source = readLocalFile(scope, prop, given.file, "name a file of this machine");
      if (hasPrivateKey(source.toString("latin1"))) {
        const problem = "holds a private key, which would become a layer of the image";
        refuse(scope, [
          { prop, value: showValue(given.file), problem, fix: "give it to the agent as a secret" },
        ]);
      }
      return [path, { executable, source }];
    }),
  );
}

/** The prop that names the file of this machine, for messages. */
function fileProp(path: string): string {
  return `copy[${JSON.stringify(path)}].file`;
}

/** The files that are text, in which a credential may have been forgotten. */
export function copiedTexts(files: Readonly<Record<string, CopiedFile>>): readonly TextPlace[] {
  return Object.entries(files).flatMap(([path, { source }]) => {
    if (!Buffer.isBuffer(source) || source.length > LONGEST_TEXT_BYTES || !isUtf8(source)) return [];
    const value = source.toString();
    return value.includes("\0") ? [] : [{ prop: fileProp(path), name: "", value }];
  });
}

/** Longer files are programs and data, in which random bytes look like anything. */
const LONGEST_TEXT_BYTES = 256 * 1024;

function readLocalFile(scope: Construct, prop: string, path: string, fix: string): Buffer {
  try {
    return readRegularFile(path);
  } catch (error) {
    return refuse(scope, [{ prop, value: showValue(path), problem: unreadableBecause(error), fix }]);
  }
}

function hasPrivateKey(text: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
}
