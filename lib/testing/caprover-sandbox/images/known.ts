/** The public images that the sandbox can pull without being told of them. */
import { isFloatingTag, parseRelease, UPSTREAM_REPOSITORY } from "../../../hermes/releases";
import { PLACEHOLDER_IMAGE } from "../captain/app-definition";
import type { SimulatedImage } from "../engine/image";
import { hermesImage } from "./hermes";
import { REVERSE_PROXY } from "./reverse-proxy";

const PROXY_REPOSITORY = "caprover/nginx-reverse-proxy";
/** A repository of Docker Hub, with a tag, a digest, or both. */
const REFERENCE = /^(?:(?:index\.)?docker\.io\/)?([^:@]+)(?::([^:@]+))?(?:@sha256:[0-9a-f]{64})?$/;

/** @returns undefined for an image that is in no registry */
export function knownImage(reference: string): SimulatedImage | undefined {
  const [, repository, tag] = REFERENCE.exec(reference) ?? [];
  if (reference === PLACEHOLDER_IMAGE) return {};
  if (repository === PROXY_REPOSITORY) return REVERSE_PROXY;
  if (repository !== UPSTREAM_REPOSITORY) return undefined;
  const isPublished = tag === undefined || isFloatingTag(tag) || parseRelease(tag) !== undefined;
  return isPublished ? hermesImage(tag ?? "latest") : undefined;
}
