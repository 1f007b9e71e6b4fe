/** What a Dockerfile is built from. */

const FROM = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i;
const COPY_FROM = /^\s*COPY\s+(?:--\S+\s+)*--from=(\S+)/i;
const NO_IMAGE = "scratch";

/** What the last stage is built on, through the stages before it. */
export function baseOf(lines: readonly string[]): string | undefined {
  const bases = new Map<string, string>();
  let base: string | undefined;
  for (const line of lines) {
    const [, image, stage] = FROM.exec(line) ?? [];
    if (image === undefined) continue;
    base = bases.get(image.toLowerCase()) ?? image;
    if (stage !== undefined) bases.set(stage.toLowerCase(), base);
  }
  return base;
}

/** Every image that a build pulls. Those whose names only the build knows are left out. */
export function imagesIn(lines: readonly string[]): readonly string[] {
  const stages = new Set<string>([NO_IMAGE]);
  const images = new Set<string>();
  for (const line of lines) {
    const [, base, stage] = FROM.exec(line) ?? [];
    const image = base ?? COPY_FROM.exec(line)?.[1];
    if (image === undefined) continue;
    // A stage by its number is none either.
    if (!stages.has(image.toLowerCase()) && !/^\d+$|\$/.test(image)) images.add(image);
    if (stage !== undefined) stages.add(stage.toLowerCase());
  }
  return [...images];
}
