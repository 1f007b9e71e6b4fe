/** Keeps a byte order mark, which a decoder drops by default: a string must come back unchanged. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Decodes UTF-8. Other bytes become the replacement character. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
