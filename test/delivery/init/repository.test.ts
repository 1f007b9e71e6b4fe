import { join } from "node:path";
import { hasFeature, parseRelease } from "../../../lib/hermes/releases";
import { succeed } from "../../caprover/command";
import { pairs } from "./combinations";
import { Repositories } from "./repositories";

jest.setTimeout(300_000);

const ROOT = join(__dirname, "..", "..", "..");
const MODULES = join(ROOT, "node_modules");
const LIBRARY = {
  "cdktf-hermes": join(ROOT, "lib", "index.ts"),
  "cdktf-hermes/testing": join(ROOT, "lib", "testing", "index.ts"),
};

describe("for each two answers that go together, a new repository", () => {
  const repositories = new Repositories(pairs(), MODULES);
  const names = [...repositories.answers.keys()];

  test("type-checks", () =>
    repositories.typecheck(join(MODULES, ".bin", "tsc"), {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: {
        paths: Object.fromEntries(Object.entries(LIBRARY).map(([name, file]) => [name, [file]])),
      },
    }));

  test("passes its own tests, and synthesizes", () =>
    repositories.runOwnTests(join(MODULES, ".bin", "jest"), {
      transform: { "\\.ts$": join(ROOT, "scripts", "esbuild-jest-transform.js") },
      moduleNameMapper: Object.fromEntries(
        Object.entries(LIBRARY).map(([name, file]) => [`^${name}$`, file]),
      ),
    }));

  test("names in its example of an environment file exactly the variables that its program declares", () => {
    for (const name of names) {
      const given = repositories.read(name, ".env.example").matchAll(/^TF_VAR_(\w+)=''$/gm);
      expect([...given].map(([, variable]) => variable).sort()).toEqual(
        [...repositories.seen(name).variables].sort(),
      );
    }
  });

  test("causes no warning on a release without a known defect", () => {
    for (const [name, { release = "" }] of repositories.answers) {
      const parsed = parseRelease(release);
      if (parsed === undefined || !hasFeature(parsed, "safeSqlite")) continue;
      expect([name, repositories.seen(name).annotations]).toEqual([name, []]);
    }
  });

  test("is laid out as a formatter would do it", () =>
    succeed(
      repositories.folder,
      {},
      join(MODULES, ".bin", "biome"),
      "format",
      "--indent-style=space",
      "--line-width=110",
      ...names.flatMap((name) =>
        ["main.ts", "stacks.ts", "stacks.test.ts", "package.json"].map((file) => join(name, file)),
      ),
    ));

  test("has a README whose lines fit, without a gap", () => {
    for (const name of names) {
      const readme = repositories.read(name, "README.md");
      expect(readme.split("\n").filter((line) => line.length > 120)).toEqual([]);
      expect(readme).not.toMatch(/undefined|\n\n\n/);
    }
  });
});
