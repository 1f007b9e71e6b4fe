import {
  declaredIn,
  expand,
  type Instruction,
  parseDockerfile,
  type Stage,
  type Variables,
} from "./dockerfile";
import { BuildError, messageOf } from "./errors";
import type { SimulatedImage } from "./image";
import type { ImageStore } from "./image-store";

export interface BuildArgument {
  readonly key: string;
  readonly value: string;
}

/** What a FROM can use without a declaration. */
const PLATFORM: Variables = Object.fromEntries(
  ["BUILD", "TARGET"].flatMap((of) => [
    [`${of}PLATFORM`, "linux/amd64"],
    [`${of}OS`, "linux"],
    [`${of}ARCH`, "amd64"],
    [`${of}VARIANT`, ""],
  ]),
);

/** The steps that the builder's log shows. */
const SHOWN = ["RUN", "COPY", "ADD", "WORKDIR"];

/**
 * Builds a Dockerfile as far as a client can see: it writes the log, with the values of build arguments, and fails at
 * a step that exits with an error. The image behaves as the base of its last stage does.
 * @throws BuildError
 */
export function buildDockerfile(
  lines: readonly string[],
  given: readonly BuildArgument[],
  images: ImageStore,
  log: (line: string) => void,
): SimulatedImage {
  const { globals, stages } = parseDockerfile(lines);
  const values: Variables = Object.fromEntries(given.map(({ key, value }) => [key, value]));
  const usable = { ...PLATFORM, ...declaredIn(globals, values, PLATFORM) };
  log("Ignore warnings for unconsumed build-args if there is any");
  log("[internal] load remote build context\n");

  /** The images by their stages; the others are not built. */
  const built = new Map<Stage, SimulatedImage>();
  const stageOf = (name: string, before: number): number =>
    stages.findLastIndex((one, i) => i < before && one.name !== "" && one.name === name.toLowerCase());

  const build = (index: number): SimulatedImage => {
    const stage = stages[index];
    if (stage === undefined) throw new BuildError(`invalid stage ${index}`);
    const known = built.get(stage);
    if (known !== undefined) return known;
    const base = expand(stage.base, usable);
    if (base === "") throw new BuildError(`base name (${stage.base}) should not be blank`);
    const from = stageOf(base, index);
    const image = from >= 0 ? build(from) : base === "scratch" ? {} : pulled(base, images, log);
    built.set(stage, image);
    for (const other of copiedFrom(stage)) {
      const at = /^\d+$/.test(other) ? Number(other) : stageOf(other, index);
      if (at >= 0) build(at);
      else pulled(other, images, log);
    }
    run(stage, base, labelOf(stage, index, stages.length), declaredIn(stage.steps, values, usable), log);
    return image;
  };
  const image = build(stages.length - 1);
  log("exporting to image\n");
  return image;
}

function pulled(reference: string, images: ImageStore, log: (line: string) => void): SimulatedImage {
  log(`[internal] load metadata for ${reference}\n`);
  try {
    return images.pull(reference);
  } catch (error) {
    throw new BuildError(messageOf(error).trim());
  }
}

function copiedFrom({ steps }: Stage): readonly string[] {
  return steps.flatMap(({ keyword, text }) =>
    keyword === "COPY" ? (/^(?:--\S+\s+)*?--from=(\S+)/.exec(text)?.[1] ?? []) : [],
  );
}

const labelOf = ({ name }: Stage, index: number, stages: number): string =>
  stages === 1 ? "" : `${name || `stage-${index}`} `;

function run(
  { steps }: Stage,
  base: string,
  label: string,
  declared: Variables,
  log: (line: string) => void,
): void {
  const from: Instruction = { keyword: "FROM", text: base };
  const shown = [from, ...steps.filter(({ keyword }) => SHOWN.includes(keyword))];
  for (const [index, { keyword, text }] of shown.entries()) {
    const step = `${keyword} ${text}`;
    const told = `[${label}${index + 1}/${shown.length}] ${withArguments(step, declared)}`;
    for (const line of told.split("\n")) log(`${line}\n`);
    const code = keyword !== "RUN" ? undefined : text === "false" ? "1" : /\bexit ([1-9]\d*)/.exec(text)?.[1];
    if (code !== undefined) {
      throw new BuildError(`executor failed running [/bin/sh -c ${text}]: exit code: ${code}`);
    }
  }
}

function withArguments(step: string, declared: Variables): string {
  return step.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (written, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? "";
    return Object.hasOwn(declared, name) ? (declared[name] ?? "") : written;
  });
}
