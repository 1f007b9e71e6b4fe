import fc from "fast-check";
import { expand, type Variables } from "../../../../lib/testing/caprover-sandbox/engine/dockerfile";
import { buildDockerfile } from "../../../../lib/testing/caprover-sandbox/engine/dockerfile-build";
import { BuildError } from "../../../../lib/testing/caprover-sandbox/engine/errors";
import { ImageStore } from "../../../../lib/testing/caprover-sandbox/engine/image-store";

const WANTED = { startSeconds: 7 };
const images = () => new ImageStore({ "app:1": WANTED, "app:2": {}, "other:1": {}, "tools:9": {} });

function build(lines: readonly string[], given: Readonly<Record<string, string>> = {}) {
  const log: string[] = [];
  const values = Object.entries(given).map(([key, value]) => ({ key, value }));
  const image = buildDockerfile(lines, values, images(), (line) => log.push(line.trim()));
  return { image, log };
}

test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
  ["a default", ["ARG TAG=1", "FROM app:${TAG}"], {}],
  ["a name without braces", ["ARG IMAGE=app:1", "FROM $IMAGE"], {}],
  ["two ARGs", ["ARG NAME=app", "ARG TAG=1", "FROM ${NAME}:${TAG}"], {}],
  ["two ARGs in one line", ["ARG NAME=app TAG=1", "FROM ${NAME}:${TAG}"], {}],
  ["a default with another ARG in it", ["ARG TAG=1", "ARG IMAGE=app:${TAG}", "FROM ${IMAGE}"], {}],
  ["a default in quotes", ['ARG IMAGE="app:1"', "FROM ${IMAGE}"], {}],
  ["a variable of the app", ["ARG TAG=2", "FROM app:${TAG}"], { TAG: "1" }],
  ["a variable of the app without a default", ["ARG TAG", "FROM app:$TAG"], { TAG: "1" }],
  [":- for one that is not set", ["ARG TAG", "FROM app:${TAG:-1}"], {}],
  [":- for an empty one", ["ARG TAG=", "FROM app:${TAG:-1}"], {}],
  ["- for one that is not set", ["ARG TAG", "FROM app:${TAG-1}"], {}],
  [":- without a declaration", ["FROM app:${TAG:-1}"], {}],
  [":- within :-", ["ARG B=1", "FROM app:${A:-${B:-2}}"], {}],
  [":+ for one that is set", ["ARG TAG=9", "FROM app:${TAG:+1}"], {}],
  [":+ for one that is not set", ["ARG X", "FROM app:1${X:+2}"], {}],
  [":? for one that is set", ["ARG TAG=1", "FROM app:${TAG:?give-it}"], {}],
  ["a platform", ["FROM --platform=$BUILDPLATFORM app:1"], {}],
  ["lower case", ["arg tag=1", "from app:$tag as last"], {}],
  ["a comment and empty lines", ["# syntax=docker/dockerfile:1", "", "ARG TAG=1 ", "  FROM app:$TAG"], {}],
  ["an instruction of several lines", ["ARG TAG=1", "FROM \\", "  # a comment", "  app:$TAG"], {}],
  ["the last stage", ["FROM other:1 AS build", "FROM app:1", "COPY --from=build /a /b"], {}],
  ["a stage as base", ["FROM app:1 AS base", "FROM Base AS last", "RUN true"], {}],
  ["a stage that is not needed", ["FROM nowhere:1 AS tests", "FROM app:1"], {}],
  ["an ARG of a stage that shadows one before it", ["ARG TAG=1", "FROM app:$TAG", "ARG TAG=2"], {}],
  ["a file from another image", ["FROM app:1", "COPY --from=tools:9 /a /b"], {}],
  ["text that looks like a FROM", ["FROM app:1", "RUN cat <<EOF", "FROM nowhere:1", "EOF", "RUN true"], {}],
])("a Dockerfile is built from its base with %s", (_what, lines, given) => {
  expect(build(lines, given).image).toBe(WANTED);
});

test.each<[string, readonly string[], string]>([
  ["an ARG without a value", ["ARG TAG", "FROM ${TAG}"], "base name (${TAG}) should not be blank"],
  [
    "an ARG that only a stage declares",
    ["FROM app:1 AS a", "ARG B=app:1", "FROM $B"],
    "base name ($B) should not be blank",
  ],
  ["the variable of an app that no ARG declares", ["FROM $IMAGE"], "base name ($IMAGE) should not be blank"],
  [":? without a value", ["ARG TAG", "FROM app:${TAG:?give-it}"], "TAG: give-it"],
  ["a form that Docker does not know", ["FROM app:${TAG!1}"], "unsupported modifier"],
  ["words after its base", ["FROM app:1 build"], "FROM requires either one or three arguments"],
  ["an open brace", ["FROM app:${TAG"], "unexpected end of statement"],
  ["an image that does not exist", ["ARG TAG=3", "FROM app:${TAG}"], "manifest for app:3 not found"],
  ["no FROM", ["ARG TAG=1", "RUN true"], "no build stage in current context"],
  [
    "a needed stage whose command fails",
    ["FROM other:1 AS b", "RUN exit 3", "FROM app:1", "COPY --from=b /a /b"],
    "exit code: 3",
  ],
])("a Dockerfile with %s fails with the builder's message", (_what, lines, message) => {
  expect(() => build(lines, { IMAGE: "app:1" })).toThrow(message);
});

test("the log shows the values of the stage's own ARGs, and of those before FROM only where the stage names them", () => {
  const lines = [
    "ARG A=1",
    "ARG B=2",
    "FROM app:$A",
    "ARG B",
    "ARG C=3",
    "ARG AB",
    "RUN echo $A ${B} $C $AB.",
  ];
  expect(build(lines, { AB: "given" }).log).toContain("[2/2] RUN echo $A 2 3 given.");
});

test("a stage that is not needed does not run", () => {
  expect(build(["FROM other:1 AS tests", "RUN exit 1", "FROM app:1"]).image).toBe(WANTED);
});

const word = fc.stringMatching(/^[a-z0-9.:/_-]*$/);
test("text without variables stays as it is, and a variable becomes its value", () => {
  fc.assert(
    fc.property(word, word, word, (before, value, after) => {
      expect(expand(`${before}\${X}${after}`, { X: value })).toBe(`${before}${value}${after}`);
      expect(expand(`${before}\${Y:-${value}}${after}`, {})).toBe(`${before}${value}${after}`);
    }),
  );
});

test("no text makes the expansion fail with anything but the builder's error", () => {
  const piece = fc.constantFrom(
    "$",
    "{",
    "}",
    ":",
    "-",
    "+",
    "?",
    "\\",
    "'",
    '"',
    "X",
    "Y",
    " ",
    "${X",
    "${Y:-",
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const variables: Variables = { X: "x" };
      try {
        expect(typeof expand(pieces.join(""), variables)).toBe("string");
      } catch (error) {
        expect(error).toBeInstanceOf(BuildError);
      }
    }),
  );
});
