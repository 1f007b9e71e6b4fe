import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../agents";
import { type Program, synthesize } from "../delivery/programs";
import { bundledCommand } from "./bundled";

const command = bundledCommand();
const WORKFLOW = ".github/workflows/hermes.yml";

/** A git repository with a synthesized project in it. */
class Repository {
  readonly root = temporaryFolder();

  constructor(
    program: Program = { target: "caprover" },
    readonly project = "",
  ) {
    mkdirSync(join(this.root, ".git"));
    cpSync(synthesize(program).outdir, join(this.root, project, "cdktf.out"), { recursive: true });
  }

  workflow(...args: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, "workflow", ...args], {
      cwd: join(this.root, this.project),
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }
}

test("workflow writes its files and names them, and a second run has nothing to do", () => {
  const repository = new Repository();
  const files = [
    WORKFLOW,
    ".github/workflows/hermes-verify.yml",
    ".github/dependabot.yml",
    ".github/renovate.json5",
  ];
  expect(repository.workflow()).toEqual({ status: 0, stdout: `${files.join("\n")}\n`, stderr: "" });
  expect(repository.workflow()).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(repository.workflow("--check")).toEqual({ status: 0, stdout: "", stderr: "" });
});

test("--check prints what differs, exits with 1 and writes nothing", () => {
  const repository = new Repository();
  expect(repository.workflow("--check")).toMatchObject({
    status: 1,
    stdout: expect.stringContaining(`${WORKFLOW} is missing`),
  });
  repository.workflow();
  repository.write(WORKFLOW, repository.read(WORKFLOW).replace("timeout-minutes: 20", "timeout-minutes: 5"));
  const before = repository.read(WORKFLOW);
  const { status, stdout } = repository.workflow("--check");
  expect([status, stdout]).toEqual([
    1,
    expect.stringMatching(/^-.*timeout-minutes: 5\n\+.*timeout-minutes: 20$/m),
  ]);
  expect(repository.read(WORKFLOW)).toBe(before);
});

test("an image that is deployed by token has its build folder in the repository, and --check finds what differs there", () => {
  const repository = new Repository({ target: "caprover", delivery: { deploy: "token" } });
  const written = repository.workflow().stdout.split("\n");
  expect(written).toEqual(
    expect.arrayContaining([".github/workflows/hermes-image.yml", "docker/hermes-1/Dockerfile"]),
  );
  expect(repository.workflow("--check").status).toBe(0);
  repository.write("docker/hermes-1/boot", repository.read("docker/hermes-1/boot").replaceAll("\n", "\r\n"));
  repository.write("docker/hermes-1/notes", "");
  expect(repository.workflow("--check")).toEqual({
    status: 1,
    stdout:
      "docker/hermes-1/boot has Windows line ends\ndocker/hermes-1/notes does not belong to the build context\n",
    stderr: "",
  });
});

test("a project in a folder of the repository has its workflow in the repository's root", () => {
  const repository = new Repository({ target: "caprover" }, "infra");
  expect(repository.workflow().status).toBe(0);
  const text = repository.read(WORKFLOW);
  expect(text).toContain("working-directory: infra\n");
  expect(text).toContain("FOLDER: infra/cdktf.out\n");
  expect(text).toContain("stack: cdktf.out/stacks/images/cdk.tf.json\n");
});

test.each<[string, Program, readonly string[], RegExp]>([
  ["a state in a file", { target: "caprover", localState: true }, [], /remote backend/],
  ["GitHub's runner as the engine", { target: "docker", host: false }, [], /--runs-on/],
  ["a folder without output", { target: "caprover" }, ["--output", "nowhere"], /synthesize first/],
])("workflow says in one line why it can't be written for %s", (_, program, args, words) => {
  const { status, stdout, stderr } = new Repository(program).workflow(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(/^cdktf-hermes: .*\n$/);
  expect(stderr).toMatch(words);
});

test("a workflow of somebody else is not overwritten", () => {
  const repository = new Repository();
  mkdirSync(join(repository.root, ".github/workflows"), { recursive: true });
  repository.write(WORKFLOW, "name: mine\n");
  expect(repository.workflow()).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringContaining(WORKFLOW),
  });
  expect(repository.read(WORKFLOW)).toBe("name: mine\n");
});
