/** What root does before the merge: declared skills, secret files, and the values that only the merge is handed. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Declaration, ProfileDeclaration } from "../../../lib/boot/declaration";
import { ROOT_PROGRAM } from "../../../lib/boot/merge-programs";
import { temporaryFolder } from "../../agents";
import { python } from "../../python";
import { declaredProfiles } from "./machine";

interface Given {
  readonly declaration: Declaration;
  readonly file?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** The secrets file of the host. */
  readonly secretsFile?: string | Buffer;
}

class Container {
  readonly #folder = temporaryFolder();
  readonly skills = join(this.#folder, "share", "skills");

  /** @param path of a secret file, below the container's own folder */
  at(path: string): string {
    return join(this.#folder, path);
  }

  run({ declaration, file, variables = {}, secretsFile }: Given) {
    const [declared = "", values = "", environment = ""] = [
      "declaration.json",
      "values.json",
      "environment",
    ].map((name) => join(this.#folder, name));
    writeFileSync(declared, JSON.stringify(declaration));
    if (file !== undefined) writeFileSync(values, file);
    if (secretsFile !== undefined) writeFileSync(this.at("secrets.env"), secretsFile);
    mkdirSync(environment, { recursive: true });
    for (const [name, value] of Object.entries(variables)) writeFileSync(join(environment, name), value);
    const { stdout, stderr, status } = spawnSync(
      "python3",
      ["-I", "-S", "-c", ROOT_PROGRAM, declared, values, environment, this.skills, ...OWNER],
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

const OWNER = [process.getuid?.(), process.getgid?.()].map(String);

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

describe("a secrets file of the host, which belongs to several profiles", () => {
  const declaration = declaredProfiles({
    default: { env: { SLACK_BOT_TOKEN: { from: "SLACK_BOT_TOKEN" } } },
    work: { env: { SLACK_BOT_TOKEN: { from: "WORK__SLACK_BOT_TOKEN" } } },
  });
  const valuesIn = (secretsFile: string | Buffer) => new Container().run({ declaration, secretsFile });

  test("each profile gets the lines of its own name, and nobody gets another line", () => {
    const { values, log } = valuesIn("SLACK_BOT_TOKEN=a\nWORK__SLACK_BOT_TOKEN=b\nOTHER=c\n");
    expect(values).toEqual({ SLACK_BOT_TOKEN: "a", WORK__SLACK_BOT_TOKEN: "b" });
    expect(log).toBe("");
  });

  test.each([
    ["single quotes", "SLACK_BOT_TOKEN='a # b'", "a # b"],
    ["an escaped quote", String.raw`SLACK_BOT_TOKEN='it\'s'`, "it's"],
    ["double quotes with a newline in them", 'SLACK_BOT_TOKEN="a\nb"', "a\nb"],
    ["an escaped newline", String.raw`SLACK_BOT_TOKEN="a\nb"`, "a\nb"],
    ["a comment behind it", "SLACK_BOT_TOKEN=a # b", "a"],
    ["carriage returns", "A=1\r\nSLACK_BOT_TOKEN=a\r\nB=2\r\n", "a"],
    ["the word export", "export SLACK_BOT_TOKEN=a", "a"],
    ["a mark of UTF-8", "\ufeffSLACK_BOT_TOKEN=a", "a"],
    ["nothing behind its name", "SLACK_BOT_TOKEN=", ""],
    ["another line of its name", "SLACK_BOT_TOKEN=a\nSLACK_BOT_TOKEN=b", "b"],
    ["a broken line above it", 'A="\nSLACK_BOT_TOKEN=a', "a"],
  ])("a line with %s is read as Hermes reads a .env", (_, text, value) => {
    expect(valuesIn(text).values).toEqual({ SLACK_BOT_TOKEN: value });
  });

  test("any text is read as python-dotenv reads it", () => {
    const part = fc.constantFrom(
      ..."SLACK_BOT_TOKEN WORK__SLACK_BOT_TOKEN = ' \" \\ # \n \r\n \r \\n export a b".split(/ (?! )/),
      " ",
    );
    const read = "import io, json, sys, dotenv.parser as p\n";
    const all = `${read}print(json.dumps([{b.key: b.value for b in p.parse_stream(io.StringIO(t, newline="")) if b.value is not None} for t in json.load(sys.stdin)]))`;
    const texts = fc.sample(fc.array(part, { maxLength: 14 }), 3000).map((parts) => parts.join(""));
    const own = `${ROOT_PROGRAM.split("\nif __name__")[0]}\nprint(json.dumps([{p.name: p.value for p in pieces_of(t) if p.value is not None} for t in json.load(sys.stdin)]))`;
    const expected = python(all, texts);
    expect(expected).toHaveLength(texts.length);
    expect(python(own, texts)).toEqual(expected);
  });

  test.each<[string, string | Buffer]>([
    ["no such line", "OTHER=c\n"],
    ["a name without a value", "SLACK_BOT_TOKEN\n"],
    ["nothing", ""],
  ])("a file with %s gives nothing, and the merge names what it misses", (_, text) => {
    expect(valuesIn(text)).toEqual({ values: {}, log: "" });
  });

  test("a file that is no text is refused without a word of it", () => {
    const { values, log } = valuesIn(
      Buffer.concat([Buffer.from("SLACK_BOT_TOKEN=s3cret\n"), Buffer.from([0xff])]),
    );
    expect(values).toEqual({});
    expect(log).toContain("refused the secrets file: UnicodeDecodeError");
    expect(log).not.toContain("s3cret");
  });

  test("a folder in the place of the file, as an engine makes one, is refused", () => {
    const container = new Container();
    mkdirSync(container.at("secrets.env"));
    const { values, log } = container.run({ declaration });
    expect(values).toEqual({});
    expect(log).toContain("refused the secrets file: IsADirectoryError");
  });
});

describe("a secret file", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const declared = (container: Container): Declaration => ({
    ...declaredProfiles({ default: {} }),
    secretFiles: { [container.at("terminal/key.pem")]: { from: "CDKTF_HERMES_TERMINAL_KEY" } },
  });

  test.each([
    ["a value of Terraform", (key: string) => ({ file: JSON.stringify({ CDKTF_HERMES_TERMINAL_KEY: key }) })],
    ["a variable", (key: string) => ({ variables: { CDKTF_HERMES_TERMINAL_KEY: JSON.stringify(key) } })],
    ["a line of a secrets file", (key: string) => ({ secretsFile: `CDKTF_HERMES_TERMINAL_KEY=${key}\n` })],
  ])("of %s is the runtime user's alone, and the merge is not handed it", (_, given) => {
    const container = new Container();
    const { values, log } = container.run({
      declaration: declared(container),
      ...given(base64("-----BEGIN\r\nkey\r\nEND-----")),
    });
    const path = container.at("terminal/key.pem");
    expect(readFileSync(path, "utf8")).toBe("-----BEGIN\nkey\nEND-----\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(container.at("terminal")).mode & 0o777).toBe(0o755);
    expect({ values, log }).toEqual({ values: {}, log: "" });
  });

  test("a changed value changes the file at the next boot", () => {
    const container = new Container();
    for (const key of ["first", "second"]) {
      const file = JSON.stringify({ CDKTF_HERMES_TERMINAL_KEY: base64(key) });
      container.run({ declaration: declared(container), file });
      expect(readFileSync(container.at("terminal/key.pem"), "utf8")).toBe(`${key}\n`);
    }
    expect(readdirSync(container.at("terminal"))).toEqual(["key.pem"]);
  });

  test.each([
    ["no value", undefined],
    ["a value that is no base64", "s3cret!"],
    ["null", null],
  ])("%s hinders nothing else, and is in no line of the log", (_, value) => {
    const container = new Container();
    const declaration = skills({ "ok/SKILL.md": { value: "ok" } });
    const { log } = container.run({
      declaration: { ...declaration, secretFiles: declared(container).secretFiles },
      file: JSON.stringify({ CDKTF_HERMES_TERMINAL_KEY: value }),
    });
    expect(log).toContain(`refused secret file ${container.at("terminal/key.pem")}`);
    expect(log).not.toContain("s3cret");
    expect(container.written()).toEqual({ "default/ok/SKILL.md": "ok" });
  });
});
