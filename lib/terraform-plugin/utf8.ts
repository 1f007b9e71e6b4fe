/** Keeps a byte order mark, as the decoder does not by itself: a text comes back as it went. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What is no UTF-8 becomes the replacement character. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
