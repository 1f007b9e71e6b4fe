import { randomBytes, scryptSync } from "node:crypto";

/** The parameters of Hermes' own `hash_password`. */
const SCRYPT = { N: 16384, r: 8, p: 1, saltBytes: 16, keyBytes: 32 } as const;

/** A password hash in the form that Hermes' basic provider verifies: `scrypt$n$r$p$<salt>$<key>`, base64. */
export function hashPassword(password: string, salt: Buffer = randomBytes(SCRYPT.saltBytes)): string {
  const { N, r, p, keyBytes } = SCRYPT;
  const key = scryptSync(password, salt, keyBytes, { N, r, p });
  return `scrypt$${N}$${r}$${p}$${salt.toString("base64")}$${key.toString("base64")}`;
}

/** A key that signs dashboard sessions: 32 random bytes, base64. */
export function newSessionSecret(): string {
  return randomBytes(32).toString("base64");
}
