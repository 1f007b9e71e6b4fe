/** Files of this machine that become part of an image. */
import { readFileSync } from "node:fs";
import type { Construct } from "constructs";
import { refuse, showValue } from "../support/errors";
import { isRecord } from "../support/objects";

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

function readLocalFile(scope: Construct, prop: string, path: string, fix: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const problem = `cannot be read (${isRecord(error) ? error["code"] : error})`;
    return refuse(scope, [{ prop, value: showValue(path), problem, fix }]);
  }
}

function hasPrivateKey(text: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
}
