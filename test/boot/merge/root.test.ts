/** What root does before the merge: the declared skills, and the values that only the merge is handed. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Declaration, ProfileDeclaration } from "../../../lib/boot/declaration";
import { ROOT_PROGRAM } from "../../../lib/boot/merge-programs";
import { temporaryFolder } from "../../agents";
import { declaredProfiles } from "./machine";

interface Given {
  readonly declaration: Declaration;
  readonly file?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

class Container {
  readonly #folder = temporaryFolder();
  readonly skills = join(this.#folder, "share", "skills");

  run({ declaration, file, variables = {} }: Given) {
    const [declared = "", values = "", environment = ""] = [
      "declaration.json",
      "values.json",
      "environment",
    ].map((name) => join(this.#folder, name));
    writeFileSync(declared, JSON.stringify(declaration));
    if (file !== undefined) writeFileSync(values, file);
    mkdirSync(environment, { recursive: true });
    for (const [name, value] of Object.entries(variables)) writeFileSync(join(environment, name), value);
    const { stdout, stderr, status } = spawnSync(
      "python3",
      ["-I", "-S", "-c", ROOT_PROGRAM, declared, values, environment, this.skills],
      { encoding: "utf8" },
    );
    expect(status).toBe(0);
    return { values: stdout === "" ? undefined : JSON.parse(stdout), log: stderr };
  }

  /** The skills by path. */
  written(): Readonly<Record<string, string>> {
    const paths = readdirSync(this.skills, { recursive: true, encoding: "utf8" }).sort();
    return Object.fromEntries(
      paths
        .filter((path) => statSync(join(this.skills, path)).isFile())
        .map((path) => [path, readFileSync(join(this.skills, path), "utf8")]),
    );
  }
}

const skills = (files: ProfileDeclaration["skills"]) => declaredProfiles({ default: { skills: files } });

test("the values come from the file or from variables, and only those that the merge needs are handed on", () => {
  const declaration = declaredProfiles({
    default: { env: { A: { from: "A_VALUE" } }, config: [{ path: ["x"], from: "B_VALUE" }] },
    work: { files: { f: { from: "A_VALUE" } }, skills: { "s/SKILL.md": { from: "SKILL_VALUE" } } },
  });
  const container = new Container();
  const { values } = container.run({
    declaration,
    file: JSON.stringify({ A_VALUE: "a", UNUSED: "u" }),
    variables: { B_VALUE: '{"b":1}', SKILL_VALUE: '"skill"', API_SERVER_KEY: "plain" },
  });
  expect(values).toEqual({ A_VALUE: "a", B_VALUE: { b: 1 } });
  expect(container.written()).toEqual({ "work/s/SKILL.md": "skill" });
});

test("the folder of skills holds exactly what is declared, with readable modes", () => {
  const container = new Container();
  const binary = Buffer.from([0, 255]).toString("base64");
  container.run({
    declaration: skills({ "a/SKILL.md": { value: "a" }, "a/bin/run": { base64: binary, executable: true } }),
  });
  expect(statSync(join(container.skills, "default/a/bin/run")).mode & 0o777).toBe(0o755);
  expect(statSync(join(container.skills, "default/a/SKILL.md")).mode & 0o777).toBe(0o644);
  container.run({ declaration: skills({ "b/SKILL.md": { value: "b" } }) });
  expect(container.written()).toEqual({ "default/b/SKILL.md": "b" });
  container.run({ declaration: skills({}) });
  expect(() => container.written()).toThrow("ENOENT");
});

test.each([
  "../x/SKILL.md",
  "/x",
  "a//b",
  "a/../../../x",
])("a skill can't be written elsewhere: %j", (path) => {
  const container = new Container();
  const { log } = container.run({
    declaration: skills({ [path]: { value: "x" }, "ok/SKILL.md": { value: "ok" } }),
  });
  expect(container.written()).toEqual({ "default/ok/SKILL.md": "ok" });
  expect(log).toContain("refused skill");
});

test.each(["", "{", "[]", '"text"'])("a broken file of values hinders nothing else: %j", (file) => {
  const declaration = declaredProfiles({
    default: { env: { A: { from: "A_VALUE" } }, skills: { "ok/SKILL.md": { value: "ok" } } },
  });
  const container = new Container();
  const { values, log } = container.run({ declaration, file, variables: { A_VALUE: '"a"' } });
  expect(values).toEqual({ A_VALUE: "a" });
  expect(log).toContain("refused the values");
  expect(container.written()).toEqual({ "default/ok/SKILL.md": "ok" });
});

test("a value that is no JSON is not handed on, and is in no line of the log", () => {
  const declaration = declaredProfiles({ default: { env: { A: { from: "A_VALUE" } } } });
  const { values, log } = new Container().run({ declaration, variables: { A_VALUE: "s3cret" } });
  expect(values).toEqual({});
  expect(log).not.toContain("s3cret");
});
