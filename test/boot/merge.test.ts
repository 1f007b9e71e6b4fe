import { readFileSync } from "node:fs";
import { bootScript, LONGEST_FILES_BYTES } from "../../lib/boot/boot-script";
import { DECLARATION_VERSION, type Declaration } from "../../lib/boot/declaration";
import { declarationBytes, packed, unpacked } from "../../lib/boot/merge";
import { ROOT_PROGRAM, USER_PROGRAM } from "../../lib/boot/merge-programs";
import { BAD_MERGE_LINES, GOOD_MERGE_LINES } from "../../lib/hermes/merge-lines";
import { explainLog } from "../../lib/operations/explain";
import { PROGRAMS, programsModule } from "../../scripts/boot-programs";
import { python } from "../python";

const NOTHING: Declaration = { version: DECLARATION_VERSION, profiles: {}, secretFiles: {}, dropped: [] };

describe("the merge in the boot's script", () => {
  test("the programs in the module are those of the Python beside it; else run npm run boot-programs", () => {
    expect(readFileSync(PROGRAMS, "utf8")).toBe(programsModule());
  });

  test("the programs of the merge are Python without comments and blank lines", () => {
    const programs = [USER_PROGRAM, ROOT_PROGRAM];
    const parse = "import ast, json, sys; [ast.parse(text) for text in json.load(sys.stdin)]; print('true')";
    expect(python(parse, programs)).toBe(true);
    const lines = programs.flatMap((text) => text.trimEnd().split("\n"));
    expect(lines.filter((line) => /^\s*(?:#|"""|$)/.test(line))).toEqual([]);
  });

  test("the programs of the merge leave the variable of the boot the room that is promised for files", () => {
    expect(packed(bootScript({ merge: { declaration: NOTHING } })).length + 4096).toBeLessThan(
      98_000 - LONGEST_FILES_BYTES,
    );
  });

  test("a declaration takes about the room that it is counted with", () => {
    const content = Array.from({ length: 4000 }, (_, i) => (i * 7919) % 9973).join(" ");
    const files = { "SOUL.md": { value: content } };
    const profile = { config: [], env: {}, files, jobs: [], skills: {}, ownGateway: false };
    const declaration = { ...NOTHING, profiles: { default: profile } };
    const more =
      packed(bootScript({ merge: { declaration } })).length -
      packed(bootScript({ merge: { declaration: NOTHING } })).length;
    expect(more).toBeLessThanOrEqual(declarationBytes(declaration));
  });

  test("what is packed is the same text afterwards, and the same bytes at each time", () => {
    expect(unpacked(packed("täxt\n"))).toBe("täxt\n");
    expect(packed("text")).toEqual(packed("text"));
    expect(unpacked(Buffer.from("text"))).toBeUndefined();
  });
});

describe("the lines of the merge in the container's log", () => {
  const python3 = `${USER_PROGRAM}${ROOT_PROGRAM}`;
  const printed = [
    ...[...python3.matchAll(/^ {4}"(?:replaced|masked|left|takenBack|refused|kept)": "(.*)",$/gm)].map(
      ([, text]) => text,
    ),
    ...[...python3.matchAll(/\bsay\(\s*"([^"]*)"/g)].map(([, text]) => text),
    /merge: (stopped with code [^"]*)"/.exec(bootScript({ merge: {} }))?.[1],
  ];

  test.each(printed)("explain-log knows the line %j", (text) => {
    const explained = explainLog(`[cdktf-hermes] merge: ${text}\n`).filter(({ kind }) => kind !== "missing");
    expect(explained.map(({ id }) => id)).toEqual([expect.stringMatching(/^merge/)]);
  });

  test("each known line of the merge is printed by it", () => {
    const known = Object.keys({ ...GOOD_MERGE_LINES, ...BAD_MERGE_LINES });
    const ids = printed.flatMap((text) => explainLog(`[cdktf-hermes] merge: ${text}\n`).map(({ id }) => id));
    expect(known.filter((id) => !ids.includes(id))).toEqual([]);
  });
});
