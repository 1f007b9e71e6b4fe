/** The repository and the tag of an image's name, whose host may have a port; undefined for a name without a tag. */
export function taggedImage(
  reference: string,
): { readonly repository: string; readonly tag: string } | undefined {
  const [, repository, tag] = REFERENCE.exec(reference) ?? [];
  return repository === undefined || tag === undefined ? undefined : { repository, tag };
}

/** A digest may follow. */
const REFERENCE = /^([^@]+):([^:/@]+)(?:@.+)?$/;
