import fc from "fast-check";
import { hashApr1, verifyApr1 } from "../../lib/support/apr1";

describe("apr1", () => {
  it.each([
    ["secret", "PPO3LWfL", "$apr1$PPO3LWfL$By.5joD.CaRI3SWjjZbzx0"],
    ["a longer password, with 33 chars!", "abc", "$apr1$abc$Ba5mCLeSKm8VHpa1l9NYt."],
    ["grün", "12345678", "$apr1$12345678$7L6LFDD6b2xhox/HwMOzI/"],
  ])("the password %s has the hash that OpenSSL makes", (password, salt, hash) => {
    expect(hashApr1(password, salt)).toBe(hash);
  });

  it("a password fits its own hash and no other", () => {
    const words = fc.string({ maxLength: 40 });
    fc.assert(
      fc.property(words, words, (password, other) => {
        const hash = hashApr1(password);
        expect(verifyApr1(password, hash)).toBe(true);
        expect(verifyApr1(other, hash)).toBe(other === password);
      }),
      { numRuns: 20 },
    );
  });

  it.each(["undefined", "", "$apr1$", "$2y$05$abc"])("no password fits the hash %p", (hash) => {
    expect(verifyApr1("undefined", hash)).toBe(false);
  });
});
