import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HOSTED_RUNNER, renderWorkflows } from "../../lib/delivery/workflow";
import { temporaryFolder } from "../agents";
import { synthesize } from "../delivery/programs";
import { everyCombination, TERRAFORM_VARIANTS, TOKEN_VARIANTS, type Variant } from "../delivery/variants";
import { ALLOWED, actionlint, type Finding, missingLinters, zizmor } from "./linters";

const ROOT = join(__dirname, "..", "..");

beforeAll(() => {
  const missing = missingLinters();
  if (missing.length > 0)
    throw new Error(
      `${missing.join(", ")} is not on PATH: apt-get install shellcheck; the others by PATH="$(bash .ci/tools):$PATH"`,
    );
});

/** The workflows of a program, written into a repository of its own. */
function written([, program, options]: Variant): readonly string[] {
  const root = temporaryFolder();
  const { stacks, outdir } = synthesize(program);
  const usual = { branch: "main", runsOn: HOSTED_RUNNER, project: "", output: outdir };
  const { files, offers } = renderWorkflows(stacks, { ...usual, ...options });
  return [...files, ...offers]
    .filter(({ path }) => path.endsWith(".yml"))
    .map(({ path, content }) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
      return join(root, path);
    });
}

const isWorkflow = (path: string) => path.includes("/.github/workflows/");

describe("the rendered workflows", () => {
  const variants = [...TERRAFORM_VARIANTS, ...TOKEN_VARIANTS, ...everyCombination()];
  const whats = new Map<string, string>();
  for (const variant of variants) for (const path of written(variant)) whats.set(path, variant[0]);
  const files = [...whats.keys()];
  const shown = (findings: readonly Finding[]) =>
    findings.map(({ file, rule, message }) => `${whats.get(file)}: ${file}: ${rule}: ${message}`);

  test("are those of every target, way to deploy and content of the image", () => {
    expect(variants.length).toBeGreaterThan(60);
    expect(files.filter(isWorkflow).length).toBeGreaterThan(2 * variants.length - 1);
  });

  test("actionlint and shellcheck find nothing but the queue, which they do not know", () => {
    const findings = actionlint(files.filter(isWorkflow));
    expect(shown(findings.filter(({ message }) => !ALLOWED.test(message)))).toEqual([]);
    expect(findings).not.toEqual([]);
  });

  test("zizmor finds nothing, as its most severe persona, but a runner of one's own where the user named it", () => {
    const findings = zizmor(files);
    const isNamed = ({ rule, file }: Finding) =>
      rule === "self-hosted-runner" && whats.get(file)?.includes("a runner of one's own") === true;
    expect(shown(findings.filter((finding) => !isNamed(finding)))).toEqual([]);
  });
});

test("the linters find nothing in the workflows of this repository, but a path that actionlint knows in one form only", () => {
  const folder = join(ROOT, ".github", "workflows");
  const files = readdirSync(folder).map((name) => join(folder, name));
  const findings = [...actionlint(files), ...zizmor(files)];
  expect(findings.filter(({ rule }) => rule !== "self-repository")).toEqual([]);
});

describe("a linter that finds nothing is one that looks", () => {
  const folder = join(temporaryFolder(), ".github", "workflows");
  const file = join(folder, "bad.yml");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    file,
    `on: push
jobs:
  bad:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: echo \${{ vasr.NAME }}
      - run: echo \${{ github.head_ref }}
      - run: rm -rf $FOLDER/*
    concurrency:
      group: one
      order: max
`,
  );

  test("actionlint sees a misspelt context, a misspelt key and an injection, and shellcheck what is not quoted", () => {
    const said = actionlint([file]).map(({ message }) => message);
    expect(said).toEqual(
      expect.arrayContaining([
        expect.stringContaining('undefined variable "vasr"'),
        expect.stringContaining('unexpected key "order" for "concurrency"'),
        expect.stringContaining("potentially untrusted"),
        expect.stringMatching(/SC2086/),
      ]),
    );
    expect(said.filter((message) => ALLOWED.test(message))).toEqual([]);
  });

  test("zizmor sees what is not pinned, an injection, and rights and credentials that nobody asked for", () => {
    const rules = zizmor([file]).map(({ rule }) => rule);
    expect(rules).toEqual(
      expect.arrayContaining(["unpinned-uses", "template-injection", "excessive-permissions", "artipacked"]),
    );
  });
});
