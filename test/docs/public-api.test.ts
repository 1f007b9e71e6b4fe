import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EntryPoint } from "../../scripts/docs/model";

const ROOT = join(__dirname, "..", "..");
const READER = pathToFileURL(join(ROOT, "scripts", "docs", "public-api.mts")).href;

/** One process for all packages, since loading TypeDoc takes most of the time. */
const PROGRAM = `
import { readPublicApi } from ${JSON.stringify(READER)};
const answers = [];
for (const [root, computedFrom] of JSON.parse(process.argv[1])) {
  answers.push(await readPublicApi(root, computedFrom).then((api) => ({ api }), ({ message }) => ({ message })));
}
console.log(JSON.stringify(answers));
`;

const SOURCE = `
interface Common {
  /** The owner. @default 10000 */
  readonly uid?: number;
}
export interface Named extends Common {
  /** Its name. */
  readonly name: string;
  readonly path?: never;
}
export interface Placed extends Common {
  readonly path: string;
  readonly name?: never;
}
export type Props = Named | Placed;
const LOGIN = {
  /** The user. */
  user: "text",
} as const;
type FromTable<Table> = { readonly [Name in keyof Table]: string };
export type LoginProps = FromTable<typeof LOGIN> & ({ readonly hash: string; readonly password?: never } | { readonly password: string; readonly hash?: never });
abstract class Base {
  inherited(): void {}
}
/**
 * A volume.
 * @throws RangeError for a bad name
 */
export class Volume extends Base {
  /** Makes one. */
  static of(name = "data"): Volume { return new Volume({ name }); }
  /** What it was made of. */
  readonly props: Props;
  private readonly secret = 1;
  protected hidden(): number { return this.secret; }
  /** @throws Error when there is none */
  constructor(props: Props) { super(); this.props = props; }
  /** Its size. */
  get size(): number { return 1; }
}
export type Place = Volume;
export const Place = {
  /** Here. */
  here: (props?: Props): Place => new Volume(props ?? { name: "" }),
};
/** Does it. */
export function run(times: number): void { void times; }
export type Words = readonly string[] | "none";
export type Action = (what: string) => void;
export type Source = { readonly volume: string } | { readonly path: string };
export type Address = { readonly to: "a" } | { readonly to: "b" };
`;

const folder = mkdtempSync(join(tmpdir(), "cdktf-hermes-api-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function packageWith(source: string): string {
  const root = mkdtempSync(join(folder, "package-"));
  const exports = { ".": { types: "./dist/index.d.ts" }, "./package.json": "./package.json" };
  const compilerOptions = { strict: true, types: [] };
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "pack", exports }));
  writeFileSync(join(root, "tsconfig.build.json"), JSON.stringify({ compilerOptions, include: ["lib"] }));
  mkdirSync(join(root, "lib"));
  writeFileSync(join(root, "lib", "index.ts"), source);
  return root;
}

interface Answer {
  readonly api?: readonly EntryPoint[];
  readonly message?: string;
}

let answers: readonly Answer[];
beforeAll(() => {
  const packages = [
    [packageWith(SOURCE), ["FromTable", "LOGIN"]],
    [packageWith("export interface Props {\n/** @default { a: 1 } */\nreadonly a?: object }"), []],
    [packageWith("/** @nosuchtag */\nexport type Props = string;"), []],
    [packageWith("interface Hidden {}\nexport interface Props { readonly hidden: Hidden }"), []],
  ];
  const program = ["--import", "tsx", "--input-type=module", "-e", PROGRAM];
  const arguments_ = [...program, JSON.stringify(packages)];
  const { stdout } = spawnSync(process.execPath, arguments_, { cwd: ROOT, encoding: "utf8" });
  answers = JSON.parse(stdout.split("\n").at(-2) ?? "");
}, 60_000);

describe("what a program may use is read from the docstrings", () => {
  const declarations = () => new Map(answers[0]?.api?.[0]?.declarations.map((one) => [one.name, one]));
  const propertiesOf = (name: string) =>
    declarations()
      .get(name)
      ?.properties.map((property) => [property.name, property.insteadOf]);

  test("an entry point is named as a program imports it", () => {
    expect(answers[0]?.api?.map(({ importPath }) => importPath)).toEqual(["pack"]);
  });

  test("everything that is exported is read exactly once", () => {
    expect([...declarations().keys()]).toEqual([
      "Action",
      "Address",
      "LoginProps",
      "Named",
      "Place",
      "Placed",
      "Props",
      "run",
      "Source",
      "Volume",
      "Words",
    ]);
  });

  test("a prop has its type, docstring and default, and own props come before inherited ones", () => {
    expect(declarations().get("Named")?.properties).toEqual([
      { name: "name", type: "string", text: "Its name.", optional: false, insteadOf: [] },
      { name: "uid", type: "number", text: "The owner.", optional: true, insteadOf: [], default: "10000" },
    ]);
  });

  test("alternatives are one list, in which props that exclude each other say so", () => {
    expect(propertiesOf("Props")).toEqual([
      ["name", ["path"]],
      ["uid", []],
      ["path", ["name"]],
    ]);
    expect(propertiesOf("LoginProps")).toEqual([
      ["user", []],
      ["hash", ["password"]],
      ["password", ["hash"]],
    ]);
    expect(declarations().get("Address")?.properties).toMatchObject([{ name: "to", type: '"a" | "b"' }]);
  });

  test("a prop that is computed from a table has the docstring of its row", () => {
    expect(declarations().get("LoginProps")?.properties[0]).toMatchObject({
      type: "string",
      text: "The user.",
    });
  });

  test("alternatives of different props, lists and functions are shown as they are written", () => {
    const shown = ["Source", "Words", "Action"].map((name) => declarations().get(name));
    expect(shown.map((one) => one?.properties)).toEqual([[], [], []]);
    expect(shown.map((one) => one?.type)).toEqual([
      "{ volume: string } | { path: string }",
      'readonly string[] | "none"',
      "(what: string) => void",
    ]);
  });

  test("a class shows what is public and its own", () => {
    expect(declarations().get("Volume")).toMatchObject({
      kind: "class",
      text: "A volume.",
      calls: [
        { signature: "Volume.of(name?: string): Volume", text: "Makes one." },
        {
          signature: "new Volume(props: Props)",
          throws: ["RangeError for a bad name", "Error when there is none"],
        },
      ],
      properties: [{ name: "props" }, { name: "size", type: "number", text: "Its size." }],
    });
  });

  test("a constant with factories shows them, also if a type has the same name", () => {
    expect(declarations().get("Place")).toMatchObject({
      kind: "constant",
      calls: [{ signature: "Place.here(props?: Props): Volume", text: "Here." }],
    });
  });

  test("a function shows its call", () => {
    expect(declarations().get("run")?.calls).toEqual([
      { signature: "run(times: number): void", text: "Does it.", throws: [] },
    ]);
  });
});

test("a default that TypeDoc takes for a type is refused", () => {
  expect(answers[1]?.message).toMatch(
    /Props\.a: TypeDoc reads nothing after its @default; put what is in braces into backquotes$/,
  );
});

test("a docstring about which TypeDoc warns is refused", () => {
  expect(answers[2]?.message).toMatch(/^TypeDoc warns, see above/);
});

test("a public member that shows a hidden type is refused", () => {
  expect(answers[3]?.message).toMatch(/^TypeDoc warns, see above/);
});
