import { BuildError, messageOf } from "./errors";
import type { SimulatedImage } from "./image";
import type { ImageStore } from "./image-store";

export interface BuildArgument {
  readonly key: string;
  readonly value: string;
}

/**
 * Builds a Dockerfile as far as a client can see: it writes the log, with the values of build arguments, and fails at
 * a step that exits with an error. The image behaves as its base does.
 * @throws BuildError
 */
export function buildDockerfile(
  lines: readonly string[],
  given: readonly BuildArgument[],
  images: ImageStore,
  log: (line: string) => void,
): SimulatedImage {
  const steps = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  const from = steps.find((step) => /^FROM\s/i.test(step));
  if (from === undefined) throw new BuildError("no build stage in current context");
  const reference = from.split(/\s+/)[1] ?? "";
  log("Ignore warnings for unconsumed build-args if there is any");
  log("[internal] load remote build context\n");
  log(`[internal] load metadata for ${reference}\n`);
  let base: SimulatedImage;
  try {
    base = images.pull(reference);
  } catch (error) {
    throw new BuildError(messageOf(error).trim());
  }
  const declared = steps.flatMap((step) => /^ARG\s+(\w+)/i.exec(step)?.[1] ?? []);
  const shown = steps.filter((step) => /^(FROM|RUN|COPY|ADD|WORKDIR)\s/i.test(step));
  for (const [index, step] of shown.entries()) {
    const told = `[${index + 1}/${shown.length}] ${withArguments(step, declared, given)}`;
    for (const line of told.split("\n")) log(`${line}\n`);
    const code =
      /^RUN\b.*\bexit ([1-9]\d*)/i.exec(step)?.[1] ?? (/^RUN\s+false$/i.test(step) ? "1" : undefined);
    if (code !== undefined) {
      throw new BuildError(
        `executor failed running [/bin/sh -c ${step.slice(4).trim()}]: exit code: ${code}`,
      );
    }
  }
  log("exporting to image\n");
  return base;
}

function withArguments(step: string, declared: readonly string[], given: readonly BuildArgument[]): string {
  return declared.reduce((text, name) => {
    const value = given.find(({ key }) => key === name)?.value ?? "";
    return text.replaceAll(`$\{${name}}`, value).replaceAll(`$${name}`, value);
  }, step);
}
