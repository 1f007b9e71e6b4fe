import { createHash, randomBytes } from "node:crypto";

const ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ROUNDS = 1000;
/** the order in which the scheme writes the bytes of its last digest */
const BYTE_ORDER = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const;

/** Apache's MD5 password scheme, as `htpasswd -m` writes it and nginx reads it. */
export function hashApr1(password: string, salt: string = randomSalt()): string {
  const secret = Buffer.from(password, "utf8");
  const saltBytes = Buffer.from(salt, "utf8");
  const inner = md5(secret, saltBytes, secret);
  const parts: Buffer[] = [secret, Buffer.from("$apr1$"), saltBytes];
  for (let left = secret.length; left > 0; left -= 16) parts.push(inner.subarray(0, Math.min(16, left)));
  for (let bits = secret.length; bits > 0; bits >>= 1) {
    parts.push(bits % 2 === 1 ? Buffer.of(0) : secret.subarray(0, 1));
  }
  let digest = md5(...parts);
  for (let round = 0; round < ROUNDS; round++) {
    const odd = round % 2 === 1;
    digest = md5(
      odd ? secret : digest,
      round % 3 === 0 ? Buffer.alloc(0) : saltBytes,
      round % 7 === 0 ? Buffer.alloc(0) : secret,
      odd ? digest : secret,
    );
  }
  const at = (index: number) => digest.readUInt8(index);
  const triples = BYTE_ORDER.map(([a, b, c]) => encode((at(a) << 16) | (at(b) << 8) | at(c), 4));
  return `$apr1$${salt}$${triples.join("")}${encode(at(11), 2)}`;
}

export function verifyApr1(password: string, hash: string): boolean {
  const salt = /^\$apr1\$([^$]{1,8})\$/.exec(hash)?.[1];
  return salt !== undefined && hashApr1(password, salt) === hash;
}

function randomSalt(): string {
  return [...randomBytes(8)].map((byte) => ALPHABET.charAt(byte & 63)).join("");
}

function encode(value: number, length: number): string {
  return Array.from({ length }, (_, index) => ALPHABET.charAt((value >> (6 * index)) & 63)).join("");
}

function md5(...parts: Buffer[]): Buffer {
  const hash = createHash("md5");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
