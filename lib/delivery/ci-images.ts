/** The images of a synthesized app that a CI builds, and the agents that use them. */
import * as z from "zod";
import type { Manifest } from "../operations/manifest";
import { NoSynthesis, type SynthesizedStack } from "../operations/stacks";
import { record } from "../support/json-document";
import { lazily } from "../support/validation";

const METADATA = lazily(() =>
  z.strictObject({
    repository: z.string(),
    tag: z.string(),
    platforms: z.array(z.enum(["linux/amd64", "linux/arm64"])).readonly(),
    deploy: z.enum(["terraform", "token"]),
    names: z.strictObject({ url: z.string(), appToken: z.string(), password: z.string() }),
    release: z.string(),
    context: z.string(),
  }),
);

type Metadata = z.infer<ReturnType<typeof METADATA>>;

export interface CiImage extends Metadata {
  /** Path of the construct. */
  readonly path: string;
  /** Its stack's `cdk.tf.json`. */
  readonly document: string;
  readonly agents: readonly Manifest[];
}

/** @throws NoSynthesis for the output of another version */
export function ciImagesIn(stacks: readonly SynthesizedStack[]): readonly CiImage[] {
  const agents = stacks.flatMap((stack) => stack.agents);
  return stacks.flatMap((stack) =>
    Object.entries(record(stack.metadata["images"])).map(([path, stated]) => {
      const parsed = METADATA().safeParse(stated);
      if (!parsed.success)
        throw new NoSynthesis(
          `${stack.folder} was written by another version of cdktf-hermes; synthesize again`,
        );
      const name = `${parsed.data.repository}:${parsed.data.tag}`;
      return {
        ...parsed.data,
        path,
        document: `${stack.folder}/cdk.tf.json`,
        agents: agents.filter(({ image }) => image === name || image?.startsWith(`${name}@`)),
      };
    }),
  );
}

/** A short name for files, folders and jobs: the last part of the repository. */
export function shortName({ repository }: Pick<CiImage, "repository">): string {
  return repository.slice(repository.lastIndexOf("/") + 1);
}

/** The registry that a repository is in, as Docker finds it. */
export function registryOf({ repository }: Pick<CiImage, "repository">): string {
  const [first = "", ...rest] = repository.split("/");
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : "docker.io";
}
