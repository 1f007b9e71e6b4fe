import { baseOf, imagesIn } from "../../lib/support/dockerfile";

test.each<[string, string, readonly string[], string | undefined]>([
  ["one image", "FROM a:1\nRUN x", ["a:1"], "a:1"],
  ["two stages", "from a:1 as one\nFROM b:2\nCOPY --from=one /x /x", ["a:1", "b:2"], "b:2"],
  ["a stage on another one", "FROM a:1 AS one\nFROM One", ["a:1"], "a:1"],
  ["a platform", "FROM --platform=linux/amd64 a:1", ["a:1"], "a:1"],
  ["a file of another image", "FROM a:1\nCOPY --chown=1 --from=b:2 /x /x", ["a:1", "b:2"], "a:1"],
  ["a stage by its number", "FROM a:1\nFROM b:2\nCOPY --from=0 /x /x", ["a:1", "b:2"], "b:2"],
  ["nothing below", "FROM scratch\nCOPY x /", [], "scratch"],
  ["a name that the build is given", "ARG BASE\nFROM ${BASE}", [], "${BASE}"],
  ["no stage", "RUN echo FROM a:1", [], undefined],
])("a Dockerfile with %s is built from these images", (_, text, images, base) => {
  expect(imagesIn(text.split("\n"))).toEqual(images);
  expect(baseOf(text.split("\n"))).toBe(base);
});
