/**
 * Reads msgpack one token at a time. The expected type decides how deep and how far to read, and nothing is allocated
 * by a length that a message only claims. Written here because the decoder of @msgpack/msgpack allocates by such
 * lengths, and drops the byte order mark of a long string.
 */
import { decodeUtf8 } from "./utf8";
import { UNKNOWN, type Unknown } from "./value";

/** Bytes that are not msgpack. */
export class MsgpackError extends Error {
  override readonly name = "MsgpackError";
}

/** The head of an array or a map. Its items follow: one for each element of an array, two for each entry of a map. */
export class Head {
  constructor(
    readonly kind: "array" | "map",
    readonly length: number,
  ) {}
}

/** A value, or the head of one that has parts. */
export type Token = null | boolean | number | bigint | string | Uint8Array | Unknown | Head;

/** Reads one message. */
export class MsgpackReader {
  private readonly view: DataView;
  private position = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.position === this.bytes.length;
  }

  /** @throws MsgpackError when the bytes end too early or are not msgpack */
  next(): Token {
    const first = this.view.getUint8(this.advance(1));
    if (first < 0x80) return first;
    if (first < 0x90) return this.head("map", first & 0x0f);
    if (first < 0xa0) return this.head("array", first & 0x0f);
    if (first < 0xc0) return decodeUtf8(this.take(first & 0x1f));
    if (first >= 0xe0) return first - 0x100;
    return this.long(first);
  }

  private long(first: number): Token {
    switch (first) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.take(this.length(first - 0xc4));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.extension(this.length(first - 0xc7));
      case 0xca:
        return this.view.getFloat32(this.advance(4));
      case 0xcb:
        return this.view.getFloat64(this.advance(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.length(first - 0xcc);
      case 0xcf:
        return this.view.getBigUint64(this.advance(8));
      case 0xd0:
        return this.view.getInt8(this.advance(1));
      case 0xd1:
        return this.view.getInt16(this.advance(2));
      case 0xd2:
        return this.view.getInt32(this.advance(4));
      case 0xd3:
        return this.view.getBigInt64(this.advance(8));
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.extension(2 ** (first - 0xd4));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return decodeUtf8(this.take(this.length(first - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.head("array", this.length(first - 0xdb));
      case 0xde:
      case 0xdf:
        return this.head("map", this.length(first - 0xdd));
      default:
        throw new MsgpackError(`the byte 0x${first.toString(16)} starts no value`);
    }
  }

  /** Every extension is an unknown value: type 0 a plain one, type 12 a refined one, others come with later versions. */
  private extension(length: number): Unknown {
    this.advance(1 + length);
    return UNKNOWN;
  }

  private head(kind: Head["kind"], length: number): Head {
    if (length > this.bytes.length - this.position) {
      throw new MsgpackError(
        `it claims to have ${length} items and has ${this.bytes.length - this.position} bytes left`,
      );
    }
    return new Head(kind, length);
  }

  /** @param size 0, 1 or 2 for one, two or four bytes */
  private length(size: number): number {
    const at = this.advance(2 ** size);
    if (size === 0) return this.view.getUint8(at);
    return size === 1 ? this.view.getUint16(at) : this.view.getUint32(at);
  }

  /** A view, not a copy. */
  private take(length: number): Uint8Array {
    const start = this.advance(length);
    return this.bytes.subarray(start, this.position);
  }

  /** @returns the position of the first of the bytes that it skips */
  private advance(count: number): number {
    const start = this.position;
    if (count > this.bytes.length - start) throw new MsgpackError("it ends too early");
    this.position += count;
    return start;
  }
}
