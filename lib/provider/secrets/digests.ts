/** Tells whether a secret that CapRover shows is still the one that was sent, without keeping the secret. */
import { createHmac, randomBytes } from "node:crypto";
import { isJsonObject, objectAt, parseJson, textAt } from "../captain/json";

const KEY = "secrets";

/** HMACs by name, with a salt of their own. They stand in the private state. */
export class SecretDigests {
  private constructor(
    private readonly salt: string,
    private readonly digests: ReadonlyMap<string, string>,
  ) {}

  static read(privateState: ReadonlyMap<string, string>): SecretDigests {
    const json = parseJson(privateState.get(KEY) ?? "");
    const stored = isJsonObject(json) ? json : {};
    const digests = objectAt(stored, "digests");
    return new SecretDigests(
      textAt(stored, "salt"),
      new Map(Object.keys(digests).map((name) => [name, textAt(digests, name)])),
    );
  }

  /** Replaces all digests. */
  static write(privateState: Map<string, string>, secrets: ReadonlyMap<string, string>): void {
    const salt = randomBytes(16).toString("hex");
    const digests = [...secrets].map(([name, secret]) => [name, hmac(salt, name, secret)]);
    privateState.set(KEY, JSON.stringify({ salt, digests: Object.fromEntries(digests) }));
  }

  matches(name: string, secret: string | undefined): boolean {
    const digest = this.digests.get(name);
    return secret === undefined ? digest === undefined : digest === hmac(this.salt, name, secret);
  }
}

const hmac = (salt: string, name: string, secret: string): string =>
  createHmac("sha256", salt).update(`${name}\0${secret}`).digest("base64url");
