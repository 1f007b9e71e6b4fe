/**
 * The part of protocol buffers that Terraform's plugin protocol uses. Each message is described once, as data. Its
 * TypeScript types follow from the description.
 */
import { decodeUtf8 } from "./utf8";

/** Bytes that are not the expected message. */
export class ProtobufError extends Error {
  override readonly name = "ProtobufError";
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

class Writer {
  private readonly chunks: Uint8Array[] = [];

  varint(value: number | bigint): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    const bytes: number[] = [];
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.chunks.push(Uint8Array.from(bytes));
  }

  tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  lengthDelimited(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.chunks.push(bytes);
  }

  finish(): Uint8Array {
    return Buffer.concat(this.chunks);
  }
}

class Reader {
  private position = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.position >= this.bytes.length;
  }

  varint(): bigint {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.position++];
      if (byte === undefined) throw new ProtobufError("the message ends inside a number");
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, result);
    }
    throw new ProtobufError("a number is longer than 10 bytes");
  }

  /** A view, not a copy. */
  take(length: bigint): Uint8Array {
    const left = this.bytes.length - this.position;
    if (length > BigInt(left)) {
      throw new ProtobufError(`a field claims ${length} bytes where ${left} are left`);
    }
    const start = this.position;
    this.position += Number(length);
    return this.bytes.subarray(start, this.position);
  }

  lengthDelimited(): Uint8Array {
    return this.take(this.varint());
  }

  skip(wireType: number): void {
    if (wireType === VARINT) this.varint();
    else if (wireType === FIXED64) this.take(8n);
    else if (wireType === LENGTH_DELIMITED) this.lengthDelimited();
    else if (wireType === FIXED32) this.take(4n);
    else throw new ProtobufError(`wire type ${wireType} is unknown`);
  }
}

/** How one value is written and read, without its tag. */
interface Content<Out, In = Out> {
  readonly wireType: number;
  write(writer: Writer, value: In): void;
  read(reader: Reader): Out;
}
/** A value that is not written when it is the zero value. */
interface Scalar<Out, In = Out> extends Content<Out, In> {
  readonly zero: Out;
  isZero(value: In): boolean;
}

export const string: Scalar<string> = {
  wireType: LENGTH_DELIMITED,
  zero: "",
  isZero: (value) => value === "",
  write: (writer, value) => writer.lengthDelimited(Buffer.from(value, "utf8")),
  read: (reader) => decodeUtf8(reader.lengthDelimited()),
};

export const bytes: Scalar<Uint8Array> = {
  wireType: LENGTH_DELIMITED,
  zero: new Uint8Array(),
  isZero: (value) => value.length === 0,
  write: (writer, value) => writer.lengthDelimited(value),
  read: (reader) => reader.lengthDelimited(),
};

export const bool: Scalar<boolean> = {
  wireType: VARINT,
  zero: false,
  isZero: (value) => !value,
  write: (writer, value) => writer.varint(value ? 1 : 0),
  read: (reader) => reader.varint() !== 0n,
};

/** Also for enums, which have the same form. */
export const int64: Scalar<number> = {
  wireType: VARINT,
  zero: 0,
  isZero: (value) => value === 0,
  write: (writer, value) => writer.varint(value),
  read: (reader) => {
    const value = Number(BigInt.asIntN(64, reader.varint()));
    if (!Number.isSafeInteger(value)) throw new ProtobufError(`the number ${value} is beyond 2^53`);
    return value;
  },
};

/** One field of a message: what it is when absent, and how it is written and read. */
export interface Field<Out, In = Out> {
  readonly number: number;
  readonly wireType: number;
  initial(): Out;
  write(writer: Writer, value: In): void;
  read(reader: Reader, current: Out): Out;
}

/** A scalar field. As in proto3, its zero value is not written. */
export function field<Out, In>(number: number, scalar: Scalar<Out, In>): Field<Out, In> {
  return {
    number,
    wireType: scalar.wireType,
    initial: () => scalar.zero,
    write(writer, value) {
      if (scalar.isZero(value)) return;
      writer.tag(number, scalar.wireType);
      scalar.write(writer, value);
    },
    read: (reader) => scalar.read(reader),
  };
}

/** A field whose zero value counts as present, such as a member of a `oneof`. */
export function explicit<Out, In>(
  number: number,
  content: Content<Out, In>,
): Field<Out | undefined, In | undefined> {
  return {
    number,
    wireType: content.wireType,
    initial: () => undefined,
    write(writer, value) {
      if (value === undefined) return;
      writer.tag(number, content.wireType);
      content.write(writer, value);
    },
    read: (reader) => content.read(reader),
  };
}

/** A message inside a message. The type is given by a function, so that messages can refer to each other. */
export function embedded<Out, In>(
  number: number,
  type: () => Message<Out, In>,
): Field<Out | undefined, In | undefined> {
  return explicit(number, messageContent(type));
}

/** A list of messages. */
export function repeated<Out, In>(
  number: number,
  type: () => Message<Out, In>,
): Field<readonly Out[], readonly In[]> {
  const content = messageContent(type);
  return {
    number,
    wireType: content.wireType,
    initial: () => [],
    write(writer, values) {
      for (const value of values) {
        writer.tag(number, content.wireType);
        content.write(writer, value);
      }
    },
    read: (reader, current) => [...current, content.read(reader)],
  };
}

/** `map<string, Message>`, which is written as a list of messages with key and value. */
export function map<Out, In>(
  number: number,
  type: () => Message<Out, In>,
): Field<ReadonlyMap<string, Out | undefined>, ReadonlyMap<string, In | undefined>> {
  const entry = message({ key: field(1, string), value: embedded(2, type) });
  return {
    number,
    wireType: LENGTH_DELIMITED,
    initial: () => new Map(),
    write(writer, values) {
      for (const [key, value] of values) {
        writer.tag(number, LENGTH_DELIMITED);
        writer.lengthDelimited(entry.encode({ key, value }));
      }
    },
    read(reader, current) {
      const { key, value } = entry.decode(reader.lengthDelimited());
      return new Map([...current, [key, value]]);
    },
  };
}

function messageContent<Out, In>(type: () => Message<Out, In>): Content<Out, In> {
  return {
    wireType: LENGTH_DELIMITED,
    write: (writer, value) => writer.lengthDelimited(type().encode(value)),
    read: (reader) => type().decode(reader.lengthDelimited()),
  };
}

/** A type of message, with its codec. */
export interface Message<Out, In = Partial<Out>> {
  encode(value: In): Uint8Array;
  /** @throws ProtobufError when the bytes are not such a message */
  decode(bytes: Uint8Array): Out;
}

type Fields = { readonly [name: string]: Field<unknown> };
type DecodedFields<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer Out, infer _In> ? Out : never;
};
type EncodableFields<F extends Fields> = {
  readonly [K in keyof F]?: F[K] extends Field<infer _Out, infer In> ? In | undefined : never;
};

/** The decoded form of a message. */
export type Decoded<M> = M extends Message<infer Out, infer _In> ? Out : never;
/** What a message is encoded from. */
export type Encodable<M> = M extends Message<infer _Out, infer In> ? In : never;

/** Describes a type of message by its fields. */
export function message<F extends Fields>(fields: F): Message<DecodedFields<F>, EncodableFields<F>>;
export function message(fields: Fields): Message<Record<string, unknown>, Record<string, unknown>> {
  const named = Object.entries(fields);
  const byNumber = new Map(named.map(([name, one]) => [one.number, { name, one }]));
  return {
    encode(value) {
      const writer = new Writer();
      for (const [name, one] of named) {
        const item = value[name];
        if (item !== undefined) one.write(writer, item);
      }
      return writer.finish();
    },
    decode(input) {
      const result: Record<string, unknown> = {};
      for (const [name, one] of named) result[name] = one.initial();
      const reader = new Reader(input);
      while (!reader.done) {
        const tag = reader.varint();
        const wireType = Number(tag & 7n);
        const known = byNumber.get(Number(tag >> 3n));
        // A newer peer may send fields that are unknown here. As in proto3, they are skipped.
        if (known === undefined) reader.skip(wireType);
        else if (known.one.wireType !== wireType) {
          throw new ProtobufError(`field ${known.name} has wire type ${wireType}`);
        } else result[known.name] = known.one.read(reader, result[known.name]);
      }
      return result;
    },
  };
}
