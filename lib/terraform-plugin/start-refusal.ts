/** What a provider's process needs from what started it. */
import { X509Certificate } from "node:crypto";
import { engines } from "../../package.json";

/** Terraform sets it for each plugin that it starts. */
export const MAGIC_COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
/** The version of the plugin protocol. */
export const PROTOCOL = 6;
/** The oldest supported Node.js, such as `20.9`. */
const NODE_FLOOR = engines.node.replace(">=", "");

/** Why this process can't serve, in one line. Undefined when it can. */
export function startRefusal(
  environment: Readonly<Record<string, string | undefined>>,
  nodeVersion: string = process.versions.node,
): string | undefined {
  if (environment["TF_PLUGIN_MAGIC_COOKIE"] !== MAGIC_COOKIE) {
    return "This is a Terraform provider, which Terraform or OpenTofu starts. Run terraform init and terraform plan (tofu init, tofu plan) instead.";
  }
  if (isBelow(nodeVersion, NODE_FLOOR)) {
    return `This provider needs Node.js ${NODE_FLOOR} or later. The node on PATH is ${nodeVersion} (${process.execPath}).`;
  }
  const offered = (environment["PLUGIN_PROTOCOL_VERSIONS"] ?? "").split(",");
  if (!offered.includes(String(PROTOCOL))) {
    return `This provider needs plugin protocol ${PROTOCOL}, and what started it offers ${offered.join() || "none"}. Use Terraform 1.0, OpenTofu 1.6 or later.`;
  }
  const certificate = environment["PLUGIN_CLIENT_CERT"] ?? "";
  if (certificate !== "" && !isCertificate(certificate)) {
    return "PLUGIN_CLIENT_CERT is not a PEM certificate, so the provider can't verify that Terraform calls it.";
  }
  return undefined;
}

function isBelow(version: string, floor: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [floorMajor = 0, floorMinor = 0] = floor.split(".").map(Number);
  return major < floorMajor || (major === floorMajor && minor < floorMinor);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
