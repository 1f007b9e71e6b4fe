import { createHash } from "node:crypto";
import { canonical, parseJson } from "../captain/json";

/** The same for a captain-definition whatever its white space and the order of its keys. */
export function fingerprintOf(captainDefinition: string): string {
  const normal = canonical(parseJson(captainDefinition));
  return createHash("sha256").update(normal).digest("hex").slice(0, 16);
}
