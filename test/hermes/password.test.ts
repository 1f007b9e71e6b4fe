import fc from "fast-check";
import { hashPassword, newSessionSecret } from "../../lib/hermes/password";
import { SCRYPT_HASH, SESSION_SECRET } from "../../lib/hermes/secret-checks";
import { hasModule, python } from "../python";

const SALT = Buffer.from(Array.from({ length: 16 }, (_, i) => i));

/** The hashes that Python's hashlib.scrypt makes with that salt. */
const VECTORS: readonly (readonly [string, string])[] = [
  ["correct horse battery staple", "11kKyiyYAc8G7rp3KmncMc44YlkdllIqxOa7pq0fMaU="],
  ["pässwörd ✓", "VpVnVaQLKexhk76UjAkzklZfC5/vFHLQFzpRU38m0Sk="],
];

test.each(VECTORS)("the hash of %j is what Python's scrypt makes", (password, key) => {
  expect(hashPassword(password, SALT)).toBe(`scrypt$16384$8$1$AAECAwQFBgcICQoLDA0ODw==$${key}`);
});

(hasModule("hashlib") ? test : test.skip)(
  "any password's hash is accepted by Python (skipped without python3)",
  () => {
    const passwords = fc.sample(fc.string({ unit: "grapheme" }), { numRuns: 5, seed: 1 });
    const verify = `
import base64, hashlib, json, sys
def right(password, encoded):
    scheme, n, r, p, salt, key = encoded.split("$")
    made = hashlib.scrypt(password.encode(), salt=base64.b64decode(salt), n=int(n), r=int(r), p=int(p), dklen=32)
    return scheme == "scrypt" and made == base64.b64decode(key)
print(json.dumps([right(*pair) for pair in json.load(sys.stdin)]))`;
    const pairs = passwords.map((password) => [password, hashPassword(password)]);
    expect(python(verify, pairs)).toEqual(pairs.map(() => true));
  },
);

test("each hash has its own salt and the form that Hermes accepts", () => {
  const [one, two] = [hashPassword("secret"), hashPassword("secret")];
  expect(one).not.toBe(two);
  expect(SCRYPT_HASH.test(one)).toBe(true);
});

test("a session secret is 32 new random bytes that Hermes accepts", () => {
  const secret = newSessionSecret();
  expect(Buffer.from(secret, "base64")).toHaveLength(32);
  expect(SESSION_SECRET.test(secret)).toBe(true);
  expect(newSessionSecret()).not.toBe(secret);
});
