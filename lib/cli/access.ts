import type { AgentAccess } from "../operations/access/access";
import { capRoverAccess } from "../operations/access/caprover";
import { dockerAccess } from "../operations/access/docker";
import type { Manifest } from "../operations/manifest";
import type { PlaceOptions } from "./output";

/** Makes the access to an agent where the program, or the command line instead, says that it is. */
export function accessWith({ dockerHost, context, url }: PlaceOptions): (manifest: Manifest) => AgentAccess {
  return (manifest) =>
    manifest.place.kind === "docker"
      ? dockerAccess(manifest, { host: dockerHost, context })
      : capRoverAccess(manifest, { url, password: process.env["CAPROVER_PASSWORD"] });
}
