/** An image of an earlier version than the one that wrote the app's data, which it may not be able to read. */
import { compareNumbers } from "../../../support/compare-numbers";
import { baseOf } from "../../../support/dockerfile";
import { taggedImage } from "../../../support/image-reference";
import { jsonIn, record } from "../../../support/json-document";
import type { AppDraft, AppState } from "./schema";

export interface EarlierImage {
  /** The image that wrote the data, such as `postgres:16`. */
  readonly from: string;
  readonly to: string;
}

type WithImage = Pick<AppDraft, "image" | "captain_definition">;

/** Undefined unless both are images of one repository, and the planned one has a lower version in its tag. */
export function earlierImage(
  prior: Pick<AppState, "image" | "captain_definition">,
  planned: WithImage,
): EarlierImage | undefined {
  const [before, after] = [versionedImage(prior), versionedImage(planned)];
  if (before === undefined || after === undefined || before.repository !== after.repository) return undefined;
  return compareNumbers(after.version, before.version) < 0
    ? { from: before.reference, to: after.reference }
    : undefined;
}

interface VersionedImage {
  readonly reference: string;
  readonly repository: string;
  readonly version: readonly number[];
}

/** A build counts as the image that it is based on. */
function versionedImage({
  image: named,
  captain_definition: definition,
}: WithImage): VersionedImage | undefined {
  const reference = typeof definition === "string" ? imageOf(definition) : named;
  if (typeof reference !== "string") return undefined;
  const image = taggedImage(reference);
  const [, numbers] = VERSION.exec(image?.tag ?? "") ?? [];
  if (image === undefined || numbers === undefined) return undefined;
  return { reference, repository: image.repository, version: numbers.split(".").map(Number) };
}

/** `1.2.3`, `v2026.7.30-amd64`, `16`, `16-alpine`. A long number alone may be part of a commit's hash. */
const VERSION = /^v?(\d+(?:\.\d+)+|\d{1,4})(?![.\w])/;

function imageOf(definition: string): string | undefined {
  const { imageName, dockerfileLines } = record(jsonIn(definition));
  if (typeof imageName === "string") return imageName;
  return Array.isArray(dockerfileLines) ? baseOf(dockerfileLines.map(String)) : undefined;
}
