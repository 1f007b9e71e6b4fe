import { posix } from "node:path";
import type { BootFile } from "../../boot/boot-script";
import { bytesOf, type ContextFile } from "../../hermes/wrapper-context";
import { DOCKERFILE } from "../../hermes/wrapper-dockerfile";
import { jsonIn, record, strings } from "../../support/json-document";
import { escapeTemplate } from "../../support/tokens";

/**
 * A wrapper as a captain-definition, from which CapRover builds it. A definition that is not uploaded as an archive
 * has no files beside it, so the Dockerfile's lines contain them.
 */
export function captainDefinition(files: readonly ContextFile[], further: readonly BootFile[] = []): string {
  const lines = files
    .filter(({ path }) => path === DOCKERFILE)
    .map((file) => bytesOf(file).toString())
    .join("")
    .trimEnd()
    .split("\n")
    .flatMap((line) => withFiles(line, files));
  return definitionOf([...lines, ...further.flatMap(written)]);
}

/** An image and files, from which CapRover builds the app's own image. */
export function captainDefinitionWithFiles(image: string, files: readonly BootFile[]): string {
  return definitionOf([`FROM ${image}`, ...files.flatMap(written)]);
}

function written({ path, content }: BootFile): readonly string[] {
  return write(path, 0o644, Buffer.from(content));
}

function definitionOf(dockerfileLines: readonly string[]): string {
  return escapeTemplate(JSON.stringify({ schemaVersion: 2, dockerfileLines }));
}

/** `COPY file path` and `COPY folder/ path/` become commands; every other line stays. */
function withFiles(line: string, files: readonly ContextFile[]): readonly string[] {
  const [, from = "", to = ""] = /^COPY (\S+) (\S+)$/.exec(line) ?? [];
  if (from === "") return [line];
  return files
    .filter(({ path }) => path === from || (from.endsWith("/") && path.startsWith(from)))
    .flatMap((file) =>
      write(file.path === from ? to : posix.join(to, posix.basename(file.path)), file.mode, bytesOf(file)),
    );
}

/**
 * Writes a file in base64, which neither the shell nor Docker's two builders change. A line is one argument of a
 * process, for which Linux allows 128 KiB, so a long file is written in pieces.
 */
function write(path: string, mode: number, bytes: Buffer): readonly string[] {
  const pieces = Array.from({ length: Math.max(1, Math.ceil(bytes.length / PIECE_BYTES)) }, (_, i) =>
    bytes.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES).toString("base64"),
  );
  return pieces.map((text, i) => {
    const last = i === pieces.length - 1 ? ` && chmod ${mode.toString(8)} ${path}` : "";
    if (i > 0) return `RUN echo ${text} | base64 -d >> ${path}${last}`;
    return `RUN mkdir -p ${posix.dirname(path)} && echo ${text} | base64 -d > ${path}${last}`;
  });
}

const PIECE_BYTES = 60 * 1024;

/** A file that a line of a definition writes. */
export interface WrittenFile {
  readonly path: string;
  /** Its permissions, such as `644`. */
  readonly mode: string;
  readonly content: Buffer;
}

/** The Dockerfile of a definition, with each file in the place of the lines that write it; undefined for another text. */
export function linesOfDefinition(definition: string): readonly (string | WrittenFile)[] | undefined {
  const { dockerfileLines } = record(jsonIn(definition.replaceAll(/([$%])\1\{/g, "$1{")));
  if (!Array.isArray(dockerfileLines)) return undefined;
  const pieces: string[] = [];
  return strings(dockerfileLines).flatMap((line): readonly (string | WrittenFile)[] => {
    const [, text, mode, path = ""] = WRITES.exec(line) ?? [];
    if (text === undefined) return [line];
    pieces.push(text);
    if (mode === undefined) return [];
    const content = Buffer.concat(pieces.splice(0).map((piece) => Buffer.from(piece, "base64")));
    return [{ path, mode, content }];
  });
}

const WRITES =
  /^RUN (?:mkdir -p \S+ && )?echo ([A-Za-z0-9+/=]*) \| base64 -d >>? \S+(?: && chmod (\d+) (\S+))?$/;
