import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { literalGlob, WRITTEN, yamlFile } from "../../lib/delivery/rendered";
import {
  differences,
  foreignFiles,
  type Rendered,
  repositoryAround,
  writeRendered,
} from "../../lib/delivery/repository-files";
import { temporaryFolder } from "../agents";

const COMMIT = "3d3c42e5aac5ba805825da76410c181273ba90b1";
const WORKFLOW = ".github/workflows/hermes.yml";

const RENDERED: Rendered = {
  files: [
    yamlFile(WORKFLOW, [], {
      jobs: { check: { steps: [{ uses: `actions/checkout@${COMMIT}` }, { run: "npm ci" }] } },
    }),
    { path: "docker/hermes/Dockerfile", mode: 0o644, content: "FROM base\n" },
    { path: "docker/hermes/boot", mode: 0o755, content: "#!/bin/sh\n" },
    { path: "docker/hermes/copied/1-tool", mode: 0o755, content: Buffer.from([0x7f, 0xff, 0x00]) },
  ],
  offers: [yamlFile(".github/dependabot.yml", [], { version: 2 })],
  folders: ["docker/hermes"],
};

function repository(): string {
  const root = temporaryFolder();
  writeRendered(root, RENDERED);
  return root;
}

function write(root: string, path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const read = (root: string, path: string) => readFileSync(join(root, path), "utf8");
const edit = (root: string, path: string, change: (text: string) => string) =>
  write(root, path, change(read(root, path)));

test("what was written has no difference, and is not written again", () => {
  const root = repository();
  expect(differences(root, RENDERED)).toBe("");
  expect(writeRendered(root, RENDERED)).toEqual([]);
});

test("any changed byte, mode or name, and any added or removed file of the build context, is found", () => {
  const context = RENDERED.files.filter(({ path }) => path.startsWith("docker/"));
  fc.assert(
    fc.property(fc.constantFrom(...context), fc.nat(), fc.integer({ min: 0, max: 4 }), (file, at, what) => {
      const root = repository();
      const path = join(root, file.path);
      const bytes = readFileSync(path);
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1;
      const changes = [
        () => writeFileSync(path, bytes),
        () => chmodSync(path, file.mode ^ 0o111),
        () => renameSync(path, `${path}-renamed`),
        () => rmSync(path),
        () => write(root, `docker/hermes/deeper/${at}`, ""),
      ];
      changes[what]?.();
      expect(differences(root, RENDERED)).toContain("docker/hermes/");
      writeRendered(root, RENDERED);
      expect(differences(root, RENDERED)).toBe("");
    }),
    { numRuns: 60 },
  );
});

test("a difference of a workflow is shown as a diff", () => {
  const root = repository();
  edit(root, WORKFLOW, (text) => text.replace("npm ci", "npm install"));
  expect(differences(root, RENDERED)).toMatch(/^--- a\/[\s\S]*\n-.*npm install\n\+.*npm ci\n/m);
});

test("Windows line ends are named", () => {
  const root = repository();
  edit(root, "docker/hermes/boot", (text) => text.replaceAll("\n", "\r\n"));
  expect(differences(root, RENDERED)).toBe("docker/hermes/boot has Windows line ends\n");
});

test("what stands behind the @ of an action is the user's, and a run of the command keeps it", () => {
  const root = repository();
  const newer = `actions/checkout@${"a1".repeat(20)} # v8.0.0`;
  edit(root, WORKFLOW, (text) => text.replace(/actions\/checkout@.*/, newer));
  expect(differences(root, RENDERED)).toBe("");
  writeRendered(root, RENDERED);
  expect(read(root, WORKFLOW)).toContain(newer);
});

test.each(["v8", "main", "a1b2c3d"])("an action that is not pinned by a commit is found: %s", (ref) => {
  const root = repository();
  edit(root, WORKFLOW, (text) => text.replace(COMMIT, ref));
  expect(differences(root, RENDERED)).toContain(`pins actions/checkout by ${ref}, not by a commit`);
});

test("git's index decides whether a file is executable, since a checkout on Windows has no such bit", () => {
  const root = repository();
  const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: root, stdio: "ignore" });
  git("init");
  git("add", "--all");
  chmodSync(join(root, "docker/hermes/boot"), 0o644);
  expect(differences(root, RENDERED)).toBe("");
  git("update-index", "--chmod=-x", "docker/hermes/boot");
  expect(differences(root, RENDERED)).toBe("docker/hermes/boot is not executable, and should be\n");
});

test("a file that the command did not write is named, and nothing is written over it", () => {
  const root = temporaryFolder();
  write(root, WORKFLOW, "name: mine\n");
  expect(foreignFiles(root, RENDERED)).toEqual([WORKFLOW]);
  write(root, WORKFLOW, `# ${WRITTEN}\nname: old\n`);
  expect(foreignFiles(root, RENDERED)).toEqual([]);
});

test("settings of Dependabot that people have of their own stay as they are", () => {
  const root = temporaryFolder();
  write(root, ".github/dependabot.yml", "version: 2\nupdates: []\n");
  writeRendered(root, RENDERED);
  expect(read(root, ".github/dependabot.yml")).toBe("version: 2\nupdates: []\n");
  expect(differences(root, RENDERED)).toBe("");
  rmSync(join(root, ".github/dependabot.yml"));
  expect(differences(root, RENDERED)).toBe("");
});

test("modes are written", () => {
  expect(statSync(join(repository(), "docker/hermes/boot")).mode & 0o777).toBe(0o755);
});

test("workflows belong into the repository's root, wherever the project is in it", () => {
  const root = temporaryFolder();
  mkdirSync(join(root, ".git"));
  mkdirSync(join(root, "infra/agents"), { recursive: true });
  expect(repositoryAround(join(root, "infra/agents"))).toBe(root);
});

test("characters of patterns are escaped in a path", () => {
  expect(literalGlob("infra [a]/what?/**/x+y!")).toBe("infra \\[a\\]/what\\?/\\*\\*/x\\+y\\!");
  fc.assert(
    fc.property(fc.string(), (path) => {
      expect(literalGlob(path).replaceAll(/\\([\\*?+![\]])/g, "$1")).toBe(path);
    }),
  );
});
