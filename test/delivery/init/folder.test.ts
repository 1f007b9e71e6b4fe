import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { readAnswers } from "../../../lib/delivery/init/answers";
import { NotWritten, writeRepository } from "../../../lib/delivery/init/folder";
import { newRepository } from "../../../lib/delivery/init/repository";
import { temporaryFolder } from "../../agents";
import { succeed } from "../../caprover/command";

const REPOSITORY = newRepository(readAnswers({}), { folder: "agents" });

const NEW_FILES = [
  ".env.example",
  ".gitignore",
  "README.md",
  "cdktf.json",
  "main.ts",
  "package.json",
  "stacks.test.ts",
  "stacks.ts",
  "tsconfig.json",
];

/** Everything below a folder, with the texts of files. */
function contents(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    paths.map((path) => {
      const entry = lstatSync(join(folder, path));
      return [path, entry.isFile() ? readFileSync(join(folder, path), "utf8") : "no file"];
    }),
  );
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test("a folder that does not exist is made, with its parents, and holds the new files alone", () => {
  const folder = join(temporaryFolder(), "infra", "my agents");
  expect(writeRepository(folder, REPOSITORY)).toEqual({ created: NEW_FILES, extended: [] });
  expect(readdirSync(folder).sort()).toEqual(NEW_FILES);
});

test.each<readonly [string, Readonly<Record<string, string>>]>([
  ["an empty folder", {}],
  [
    "a clone with LICENSE and CHANGELOG",
    { LICENSE: "MIT", "CHANGELOG.md": "# Changes\n", ".git/HEAD": "ref" },
  ],
  [
    "a folder with other settings",
    { ".editorconfig": "root = true\n", ".nvmrc": "22\n", ".npmrc": "fund=false\n" },
  ],
  [
    "a folder with other programs",
    { "src/main.ts": "export {};\n", "ansible/site.yml": "---\n", Makefile: "all:\n" },
  ],
  [
    "a folder with workflows and pages",
    { ".github/workflows/lint.yml": "on: push\n", "docs/network.md": "# Network\n" },
  ],
  ["a folder with values of its own", { ".env": "A=1\n" }],
  ["a folder with an installation", { "node_modules/.package-lock.json": "{}" }],
])("%s gets the new files, and keeps its own", (_what, files) => {
  const folder = folderWith(files);
  const before = contents(folder);
  expect(writeRepository(folder, REPOSITORY).created).toEqual(NEW_FILES);
  expect(contents(folder)).toMatchObject(before);
  expect(Object.keys(contents(folder)).sort()).toEqual([...Object.keys(before), ...NEW_FILES].sort());
});

test.each([
  "README.md",
  "README",
  "readme.md",
  "Readme.rst",
  "README.txt",
])("a folder with %s keeps it, and ours is docs/hermes.md", (name) => {
  const folder = folderWith({ [name]: "# Mine\n" });
  expect(writeRepository(folder, REPOSITORY).created).toContain("docs/hermes.md");
  expect(readFileSync(join(folder, name), "utf8")).toBe("# Mine\n");
  expect(readFileSync(join(folder, "docs", "hermes.md"), "utf8")).toBe(REPOSITORY.readme);
  expect(readdirSync(folder).filter((entry) => /^readme/i.test(entry))).toEqual([name]);
});

test.each([
  ["that ends with a line", "dist/\n", "dist/\n\n"],
  ["without an end of its last line", "dist/", "dist/\n\n"],
  ["that is empty", "", "\n"],
  ["with Windows line ends", "dist/\r\n", "dist/\r\n\n"],
])("a .gitignore %s keeps its lines and gets ours", (_what, given, kept) => {
  const folder = folderWith({ ".gitignore": given });
  chmodSync(join(folder, ".gitignore"), 0o600);
  const { created, extended } = writeRepository(folder, REPOSITORY);
  expect(extended).toEqual([".gitignore"]);
  expect(created).not.toContain(".gitignore");
  expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe(`${kept}${REPOSITORY.ignored}`);
  expect(statSync(join(folder, ".gitignore")).mode & 0o777).toBe(0o600);
});

test("git takes the repository without state, plans and values, whatever the folder ignored before", async () => {
  const folder = folderWith({ ".gitignore": "*.tfstate\n!*.tfstate\n.env*\n" });
  writeRepository(folder, REPOSITORY);
  const kept = ["stacks.ts", "__snapshots__/stacks.test.ts.snap", "package-lock.json", ".env.example"];
  const hidden = [
    "terraform.agent.tfstate",
    "terraform.agent.tfstate.backup",
    "terraform.tfstate.d/work/terraform.tfstate",
    ".env",
    ".env.production",
    "secrets.auto.tfvars",
    "plan.out",
    "plan.json",
    "node_modules/cdktf/index.js",
    "cdktf.out/manifest.json",
    ".terraform/modules.json",
  ];
  for (const path of [...kept, ...hidden]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), "");
  }
  await succeed(folder, {}, "git", "init", "--quiet");
  await succeed(folder, {}, "git", "add", "--all");
  const added = (await succeed(folder, {}, "git", "ls-files")).trimEnd().split("\n");
  expect(added).toEqual(expect.arrayContaining(kept));
  expect(added.filter((path) => hidden.includes(path))).toEqual([]);
});

describe("nothing is written", () => {
  const refusal = (folder: string): string => {
    try {
      writeRepository(folder, REPOSITORY);
    } catch (error) {
      if (error instanceof NotWritten) return error.message;
      throw error;
    }
    throw new Error("The repository was written.");
  };

  test.each(
    NEW_FILES.filter((name) => name !== ".gitignore" && name !== "README.md"),
  )("into a folder with %s, and the message names it", (name) => {
    const folder = folderWith({ [name]: "mine", ".gitignore": "dist/\n" });
    const before = contents(folder);
    expect(refusal(folder)).toMatch(
      new RegExp(` has ${name.replaceAll(".", "\\.")} already; .*nothing was written$`),
    );
    expect(contents(folder)).toEqual(before);
  });

  test("into a folder with a README and docs/hermes.md", () => {
    const folder = folderWith({ "README.md": "mine", "docs/hermes.md": "mine" });
    expect(refusal(folder)).toContain("has docs/hermes.md already");
    expect(contents(folder)).toEqual({ "README.md": "mine", docs: "no file", "docs/hermes.md": "mine" });
  });

  test("into a folder with a README and a file in the place of docs/", () => {
    const folder = folderWith({ "README.md": "mine", docs: "mine" });
    expect(refusal(folder)).toContain("has docs/hermes.md already");
  });

  test("over a folder, or a link that leads nowhere, of one of the names", () => {
    const folder = folderWith({ "stacks.ts/index.ts": "mine" });
    symlinkSync("/nowhere/at/all", join(folder, "main.ts"));
    expect(refusal(folder)).toContain("has main.ts, stacks.ts already");
  });

  test("through a .gitignore that is a link", () => {
    const folder = folderWith({ elsewhere: "dist/\n" });
    symlinkSync("elsewhere", join(folder, ".gitignore"));
    expect(refusal(folder)).toContain(".gitignore is no plain file");
    expect(readFileSync(join(folder, "elsewhere"), "utf8")).toBe("dist/\n");
  });

  test("into a file", () => {
    const folder = folderWith({ agents: "mine" });
    expect(refusal(join(folder, "agents"))).toContain("agents is no folder");
    expect(refusal(join(folder, "agents", "below"))).toContain("nothing was written");
    expect(contents(folder)).toEqual({ agents: "mine" });
  });

  test("a second time", () => {
    const folder = temporaryFolder();
    writeRepository(folder, REPOSITORY);
    const before = contents(folder);
    expect(refusal(folder)).toContain("main.ts");
    expect(contents(folder)).toEqual(before);
  });

  test("if one of the files can't be written: the folders that were made are gone, and the .gitignore is as before", () => {
    const parent = temporaryFolder();
    const broken = { ...REPOSITORY, files: { ...REPOSITORY.files, [`${"x".repeat(300)}.ts`]: "" } };
    const folder = join(parent, "infra", "agents");
    expect(() => writeRepository(folder, broken)).toThrow("ENAMETOOLONG");
    expect(existsSync(join(parent, "infra"))).toBe(false);

    const clone = folderWith({ ".gitignore": "dist/\n" });
    expect(() => writeRepository(clone, broken)).toThrow(NotWritten);
    expect(contents(clone)).toEqual({ ".gitignore": "dist/\n" });
  });
});
