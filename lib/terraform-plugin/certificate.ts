/**
 * A self-signed certificate for `localhost`, as go-plugin's AutoMTLS needs it: the client trusts exactly this
 * certificate, so it must be its own authority. Its DER form is written here because loading the smallest library for it
 * takes five times as long as the rest of a provider's start.
 */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

const DAY_MS = 24 * 60 * 60 * 1000;
const VALID_DAYS = 365;

interface Certificate {
  readonly keyPem: string;
  readonly certPem: string;
  readonly certDer: Buffer;
}

/** A new key, with a certificate for it. */
export function localhostCertificate(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(set(sequence(oid("550403"), utf8String("localhost"))));
  const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));
  const now = Date.now();
  const body = sequence(
    context(0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    ecdsaWithSha256,
    name,
    // A day early, because the clocks of containers may differ.
    sequence(generalizedTime(now - DAY_MS), generalizedTime(now + VALID_DAYS * DAY_MS)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    context(
      3,
      sequence(
        extension("551d13", true, sequence(boolean(true))), // basic constraints: is an authority
        extension("551d0f", true, bitString(Buffer.from([0b1000_0100]), 2)), // digital signature, certificate signing
        extension("551d25", false, sequence(oid("2b06010505070301"), oid("2b06010505070302"))), // server, client
        extension("551d11", false, sequence(der(0x82, Buffer.from("localhost")))), // alternative name
      ),
    ),
  );
  const certDer = sequence(body, ecdsaWithSha256, bitString(sign("sha256", body, privateKey), 0));
  const base64 = certDer.toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
  return {
    keyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certPem: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    certDer,
  };
}

/** Positive and without a leading zero byte: DER allows only the shortest form. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), derLength(body.length), body]);
}

function derLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  if (length < 0x100) return Buffer.from([0x81, length]);
  return Buffer.from([0x82, length >> 8, length & 0xff]);
}

const sequence = (...items: Buffer[]) => der(0x30, ...items);
const set = (...items: Buffer[]) => der(0x31, ...items);
const integer = (bytes: Buffer) => der(0x02, bytes);
const boolean = (value: boolean) => der(0x01, Buffer.from([value ? 0xff : 0]));
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const utf8String = (text: string) => der(0x0c, Buffer.from(text));
const bitString = (bytes: Buffer, unusedBits: number) => der(0x03, Buffer.from([unusedBits]), bytes);
const context = (tag: number, content: Buffer) => der(0xa0 | tag, content);
const generalizedTime = (ms: number) =>
  der(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`));
const extension = (id: string, critical: boolean, value: Buffer) =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), der(0x04, value));
