import fc from "fast-check";
import { SecretDigests } from "../../../lib/provider/secrets/digests";

it("a secret matches its own digest, and no other secret or name does", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (secret, other) => {
      const kept = new Map<string, string>();
      SecretDigests.write(kept, new Map([["env:A", secret]]));
      const digests = SecretDigests.read(kept);
      expect(digests.matches("env:A", secret)).toBe(true);
      expect(digests.matches("env:A", other)).toBe(secret === other);
      expect(digests.matches("env:B", secret)).toBe(false);
      if (secret.length > 8) expect([...kept.values()].join()).not.toContain(secret);
    }),
  );
});
