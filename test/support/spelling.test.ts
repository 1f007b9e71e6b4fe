import fc from "fast-check";
import { nearest } from "../../lib/support/spelling";

const WORDS = ["memoryMiB", "cpus", "dashboard", "stopGraceSeconds", "networks"];

describe("the word that was meant", () => {
  test("a word with a wrong, missing, doubled or swapped letter is recognized", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...WORDS),
        fc.nat(),
        fc.constantFrom("x", "7", ""),
        (word, position, letter) => {
          const at = position % (word.length - 1);
          const swapped = `${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}`;
          const replaced = `${word.slice(0, at)}${letter}${word.slice(at + 1)}`;
          const doubled = `${word.slice(0, at)}${word[at]}${word.slice(at)}`;
          for (const typo of [swapped, replaced, doubled, word.toUpperCase()])
            expect(nearest(typo, WORDS)).toBe(word);
        },
      ),
    );
  });

  test("of several similar words, the most similar one is meant", () => {
    expect(nearest("appTokn", ["botToken", "appToken"])).toBe("appToken");
  });

  test.each(["", "x", "user", "restart", "port"])("no word is similar to %j", (word) => {
    expect(nearest(word, WORDS)).toBeUndefined();
  });
});
