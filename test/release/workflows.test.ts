import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const FOLDER = join(__dirname, "..", "..", ".github", "workflows");

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: { readonly [input: string]: unknown };
}

interface Job {
  readonly permissions?: { readonly [scope: string]: string };
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly uses?: string;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly permissions?: { readonly [scope: string]: string };
  readonly jobs: { readonly [name: string]: Job };
}

const FILES = readdirSync(FOLDER);
const textOf = (file: string) => readFileSync(join(FOLDER, file), "utf8");
const read = (file: string): Workflow => parse(textOf(file));

describe.each(FILES)("the workflow %s", (file) => {
  test("every action is pinned by its full commit, and a comment names the version", () => {
    const actions = [...textOf(file).matchAll(/uses: (.+)$/gm)].map(([, action = ""]) => action);
    const unpinned = actions.filter(
      (action) => !/^\.\/|^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action),
    );
    expect({ count: actions.length > 0, unpinned }).toEqual({ count: true, unpinned: [] });
  });

  test("all workflows pin one version of an action to the same commit", () => {
    const pins = new Set(FILES.flatMap((one) => textOf(one).match(/[\w/-]+@[0-9a-f]{40} # \S+/g) ?? []));
    const actions = [...pins].map((pin) => pin.split("@")[0]);
    expect(actions).toEqual([...new Set(actions)]);
  });

  test("a workflow has no permissions except those that a job asks for", () => {
    const { permissions, jobs } = read(file);
    expect(permissions).toEqual({});
    expect(Object.values(jobs).filter((job) => job.permissions === undefined)).toEqual([]);
  });

  test("no checkout keeps its token", () => {
    const steps = Object.values(read(file).jobs).flatMap((job) => job.steps ?? []);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.map((step) => step.with?.["persist-credentials"])).toEqual(checkouts.map(() => false));
  });
});

describe("the release", () => {
  const { jobs } = read("release.yml");
  const mayWrite = (scope: string) =>
    Object.keys(jobs).filter((name) => jobs[name]?.permissions?.[scope] === "write");

  test("one job may publish, another one may write the GitHub release, and neither may do more", () => {
    expect(mayWrite("id-token")).toEqual(["publish"]);
    expect(mayWrite("contents")).toEqual(["announce"]);
    expect(jobs["publish"]?.permissions).toEqual({ "id-token": "write" });
    expect(jobs["announce"]?.permissions).toEqual({ contents: "write" });
  });

  test("nothing is published before the tag and all checks have passed", () => {
    expect(jobs["publish"]?.needs).toEqual(["prepare", "ci"]);
    expect(jobs["announce"]?.needs).toBe("publish");
    expect(jobs["ci"]?.uses).toBe("./.github/workflows/ci.yml");
    expect(jobs["prepare"]?.steps?.map(({ run }) => run)).toContain(
      'node --import tsx scripts/release.ts "$GITHUB_REF_NAME" release',
    );
  });

  test("the job that publishes runs nothing of the repository", () => {
    const { steps = [], environment } = jobs["publish"] ?? {};
    expect(environment).toBe("npm");
    expect(steps.flatMap(({ run }) => run ?? [])).toEqual([
      "npm publish ./release/*.tgz --provenance --access public",
    ]);
    expect(steps.flatMap(({ uses = "" }) => uses.split("@")[0] ?? [])).not.toContain("actions/checkout");
  });
});
