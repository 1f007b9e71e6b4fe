import { RELEASE_LABEL } from "../hermes/container-contract";
import { NotFinished, runProgram } from "../operations/access/program";
import { lastLine } from "../operations/text";
import { jsonIn } from "../support/json-document";
import { isRecord } from "../support/objects";

/** Of an image in its registry: the releases that its labels name, or why they can't be read. */
export type ImageRelease = { readonly releases: readonly string[] } | { readonly why: string };

const SECONDS = 120;

/** Asks the registry with the docker command line, which has its login. An image has labels for each platform. */
export async function releaseOfImage(image: string): Promise<ImageRelease> {
  try {
    const { code, stdout, stderr } = await runProgram(
      "docker",
      ["buildx", "imagetools", "inspect", image, "--format", "{{json .Image}}"],
      { seconds: SECONDS },
    );
    if (code !== 0) return { why: lastLine(stderr) };
    return { releases: [...new Set(labelsIn(jsonIn(stdout)))] };
  } catch (error) {
    if (!(error instanceof NotFinished)) throw error;
    return { why: error.inWords("docker", "docker buildx imagetools inspect", SECONDS) };
  }
}

/** The label wherever it is, since one image has one configuration, and an index one for each platform. */
function labelsIn(value: unknown): readonly string[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === RELEASE_LABEL && typeof item === "string" ? [item] : labelsIn(item),
  );
}
