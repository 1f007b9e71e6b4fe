import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { TerraformError } from "../../../lib/terraform-plugin";
import { asked, type Client } from "./client";
import type { Planned } from "./container-schema";

type Upload = Planned["upload"][number];

/** Before the start, so that the first process finds the files. Volumes are mounted for it. */
export async function uploadFiles(client: Client, id: string, uploads: readonly Upload[]): Promise<void> {
  const container = client.docker.getContainer(id);
  for (const upload of uploads) {
    const archive = tarOf(upload.file, await contentOf(upload, client.directory), modeOf(upload));
    await asked("Unable to upload volume content", container.putArchive(archive, { path: "/" }));
  }
}

/** Empty text counts as not set, so that an empty file can't be uploaded. */
async function contentOf({ content, content_base64, source }: Upload, directory: string): Promise<Buffer> {
  const ways = [content, content_base64, source].filter((way) => way !== null && way !== "");
  const names = "'content', 'content_base64', or 'source'";
  if (ways.length === 0) throw new TerraformError(`error with upload content: one of ${names} must be set`);
  if (ways.length > 1) throw new TerraformError(`error with upload content: only one of ${names} can be set`);
  if (source) return readFile(resolve(directory, source));
  return content_base64 ? Buffer.from(content_base64, "base64") : Buffer.from(content ?? "");
}

function modeOf({ permissions, executable }: Upload): number {
  if (permissions !== null && permissions !== "") return Number.parseInt(permissions, 8);
  return executable ? 0o744 : 0o644;
}

const BLOCK = 512;
const LONGEST_NAME = 100;

/** One file, owned by root. The engine creates the folders above it. */
function tarOf(file: string, content: Buffer, mode: number): Buffer {
  const name = Buffer.from(file);
  if (name.length > LONGEST_NAME) {
    throw new TerraformError(
      `The stand-in uploads to paths of at most ${LONGEST_NAME} bytes, and not to ${file}`,
    );
  }
  const header = Buffer.alloc(BLOCK);
  name.copy(header);
  const octal = (value: number, at: number, digits: number) =>
    header.write(`${value.toString(8).padStart(digits, "0")}\0`, at);
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(content.length, 124, 11);
  octal(Math.floor(Date.now() / 1000), 136, 11);
  header.fill(" ", 148, 156);
  header.write("0", 156);
  header.write("ustar\0" + "00", 257);
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, content, padding, Buffer.alloc(2 * BLOCK)]);
}
