import { gunzipSync } from "node:zlib";

const BLOCK = 512;

/** The regular files of a tar archive, gzipped or not, by path without a leading `./`. */
export function readTar(archive: Buffer): Map<string, string> {
  const gzipped = archive.length > 2 && archive.readUInt16BE(0) === 0x1f8b;
  const bytes = gzipped ? gunzipSync(archive) : archive;
  const files = new Map<string, string>();
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    const name = text(header, 0, 100);
    if (name === "") break;
    const prefix = text(header, 257, 6).startsWith("ustar") ? text(header, 345, 155) : "";
    const size = Number.parseInt(text(header, 124, 12).trim() || "0", 8);
    if (!Number.isInteger(size) || size < 0) throw new Error("this is no tar archive");
    const type = text(header, 156, 1);
    if (type === "0" || type === "") {
      const path = (prefix === "" ? name : `${prefix}/${name}`).replace(/^\.\//, "");
      files.set(path, bytes.toString("utf8", at + BLOCK, at + BLOCK + size));
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** The parts of a multipart/form-data body, by field name. */
export function readMultipart(contentType: string, body: Buffer): Map<string, Buffer> {
  const parts = new Map<string, Buffer>();
  const match = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(contentType);
  const boundary = Buffer.from(`--${match?.[1] ?? match?.[2] ?? ""}`);
  let start = body.indexOf(boundary);
  while (start !== -1) {
    const next = body.indexOf(boundary, start + boundary.length);
    if (next === -1) break;
    const headersEnd = body.indexOf("\r\n\r\n", start);
    const headers = body.toString("utf8", start, headersEnd);
    const name = /\bname="([^"]*)"/i.exec(headers)?.[1];
    if (name !== undefined && headersEnd < next) parts.set(name, body.subarray(headersEnd + 4, next - 2));
    start = next;
  }
  return parts;
}

function text(buffer: Buffer, offset: number, length: number): string {
  const field = buffer.toString("utf8", offset, offset + length);
  const end = field.indexOf("\0");
  return end === -1 ? field : field.slice(0, end);
}
