import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { NotForCi } from "../../lib/delivery/deploy-needs";
import { differences, type Rendered, writeRendered } from "../../lib/delivery/repository-files";
import type { WorkflowOptions } from "../../lib/delivery/shared-jobs";
import { HOSTED_RUNNER, renderWorkflows } from "../../lib/delivery/workflow";
import { temporaryFolder } from "../agents";
import { actionlint } from "./actionlint";
import { everything, type Program, synthesize } from "./programs";
import { TOKEN_VARIANTS } from "./variants";

const BY_TOKEN: Program = { target: "caprover", delivery: { deploy: "token" } };
const WORKFLOW = ".github/workflows/hermes-image.yml";

function render(program: Program = BY_TOKEN, options: Partial<WorkflowOptions> = {}): Rendered {
  const { stacks, outdir } = synthesize(program);
  return renderWorkflows(stacks, {
    branch: "main",
    runsOn: HOSTED_RUNNER,
    project: "",
    output: outdir,
    ...options,
  });
}

const textOf = (rendered: Rendered, path = WORKFLOW) =>
  String(rendered.files.find((file) => file.path === path)?.content ?? "");
const pathsOf = ({ files }: Rendered) => files.map(({ path }) => path);

test("actionlint finds nothing in any variant", () => {
  const files = TOKEN_VARIANTS.flatMap(([name, program, options]) =>
    render(program, options)
      .files.filter(({ path }) => path.endsWith(".yml"))
      .map(({ path, content }) => ({ name: `${name}: ${path}`, text: String(content) })),
  );
  const findings = actionlint(files.map(({ text }) => text));
  expect(files.length).toBeGreaterThan(14);
  expect(files.flatMap(({ name }, i) => (findings[i] ?? []).map((finding) => `${name} ${finding}`))).toEqual(
    [],
  );
});

test("the build folder holds what the program renders, and the workflow is triggered by each file of it and by itself", () => {
  const rendered = render({ ...BY_TOKEN, wrapper: everything() });
  const context = pathsOf(rendered).filter((path) => path.startsWith("docker/hermes-1/"));
  expect(context).toEqual([
    "docker/hermes-1/Dockerfile",
    "docker/hermes-1/boot",
    "docker/hermes-1/ca-certificates/extra-1.crt",
    "docker/hermes-1/copied/1-tool",
    "docker/hermes-1/repair-ownership",
  ]);
  const { on } = parse(textOf(rendered));
  expect(on.push).toEqual({ branches: ["main"], paths: [...context, WORKFLOW] });
  expect(on.pull_request).toEqual({ paths: [...context, WORKFLOW] });
});

test("any build context: each of its files triggers the workflow, and one that is changed, added, renamed, removed or of another mode is found", () => {
  const folder = temporaryFolder();
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,8}$/);
  const files = fc.dictionary(name, fc.uint8Array({ minLength: 1, maxLength: 20 }), {
    minKeys: 1,
    maxKeys: 3,
  });
  const rendered = (contents: Readonly<Record<string, Uint8Array>>, plain?: string) => {
    const copy = Object.entries(contents).map(([file, bytes], i) => {
      const path = join(folder, `${i}-${Buffer.from(bytes).toString("hex")}`);
      writeFileSync(path, bytes);
      return [`/opt/${file}`, { file: path, executable: file !== plain }];
    });
    return render({ ...BY_TOKEN, wrapper: { copy: Object.fromEntries(copy) } });
  };
  const unescaped = (pattern: string) => pattern.replaceAll(/\\([\\*?+![\]])/g, "$1");
  fc.assert(
    fc.property(files, name, fc.integer({ min: 0, max: 4 }), (before, other, change) => {
      const [[first, bytes = new Uint8Array()] = [""], ...rest] = Object.entries(before);
      fc.pre(!(other in before));
      const flipped = Uint8Array.from(bytes, (byte, i) => (i === 0 ? byte ^ 1 : byte));
      const after =
        [
          { ...before, [first]: flipped },
          { ...before, [other]: flipped },
          Object.fromEntries([[other, bytes], ...rest]),
          Object.fromEntries(rest),
          before,
        ][change] ?? {};
      const [committed, program] = [rendered(before), rendered(after, change === 4 ? first : undefined)];
      const { on } = parse(textOf(committed));
      const context = pathsOf(committed).filter((path) => path.startsWith("docker/hermes-1/"));
      expect(context.length).toBeGreaterThan(3);
      expect(on.push.paths.map(unescaped)).toEqual([...context, WORKFLOW]);
      const root = temporaryFolder();
      writeRendered(root, committed);
      expect(differences(root, committed)).toBe("");
      const found = differences(root, program);
      // The tag is the hash of the context.
      expect(found).toMatch(/^-.*hermes-1:[0-9a-f]{16}$/m);
      expect(found).toContain("docker/hermes-1/");
      if (change === 4)
        expect(found).toMatch(/^docker\/hermes-1\/copied\/1-.* is executable, and should not be$/m);
    }),
    { numRuns: 25 },
  );
});

test("characters of patterns in a folder's name are escaped in the triggers", () => {
  const { on } = parse(textOf(render(BY_TOKEN, { project: "infra [a]+b" })));
  expect(on.push.paths).toContain("infra \\[a\\]\\+b/docker/hermes-1/Dockerfile");
});

test("any change of the wrapper changes the tag in the workflow, so that a committed one is found to differ", () => {
  const wrappers = [
    { codexVersion: "0.1.0" },
    { codexVersion: "0.1.1" },
    { aptPackages: ["jq"] },
    { run: ["true"] },
    { baseRevision: "other" },
    { release: "v2026.8.3" },
    everything(),
  ];
  const all = wrappers.map((wrapper) => render({ ...BY_TOKEN, wrapper }));
  const tags = all.map((rendered) => /NAME: (\S+)/.exec(textOf(rendered))?.[1]);
  expect(new Set(tags).size).toBe(wrappers.length);
  const root = temporaryFolder();
  fc.assert(
    fc.property(fc.constantFrom(...all.keys()), fc.constantFrom(...all.keys()), (before, after) => {
      const [committed, rendered] = [all[before], all[after]];
      if (committed === undefined || rendered === undefined) return;
      writeRendered(root, committed);
      expect(differences(root, rendered) === "").toBe(before === after);
    }),
    { numRuns: 20 },
  );
});

test("the CI gets no credentials of Terraform's, the workflow is checked at every push, and the agents once a day", () => {
  const rendered = render();
  expect(pathsOf(rendered).filter((path) => path.endsWith(".yml"))).toEqual([
    ".github/workflows/hermes-check.yml",
    ".github/workflows/hermes-verify.yml",
    WORKFLOW,
  ]);
  const secrets = [...new Set(textOf(rendered).match(/(?<=secrets\.)\w+/g))].sort();
  expect(secrets).toEqual([
    "CAPROVER_HERMES_APP_TOKEN",
    "CAPROVER_HERMES_BASIC_AUTH",
    "CAPROVER_HERMES_PASSWORD",
    "CAPROVER_HERMES_REGISTRY_TOKEN",
    "GITHUB_TOKEN",
    "HERMES_DASHBOARD_PASSWORD",
  ]);
});

test("the agents are looked at once a day, as the program declares them", () => {
  const { on, jobs } = parse(
    textOf(render({ ...BY_TOKEN, agents: 2 }), ".github/workflows/hermes-verify.yml"),
  );
  expect(on.schedule).toHaveLength(1);
  const steps: readonly { name?: string; env?: object; run?: string }[] = jobs.verify.steps;
  expect(steps.at(-1)).toMatchObject({
    env: {
      CAPROVER_PASSWORD: "${{ secrets.CAPROVER_HERMES_PASSWORD }}",
      HERMES_DASHBOARD_PASSWORD: "${{ secrets.HERMES_DASHBOARD_PASSWORD }}",
    },
    run: expect.stringContaining("verify --declared agents/hermes-1-1 agents/hermes-1-2 --no-ask --markdown"),
  });
  expect(JSON.stringify(jobs)).not.toContain("AWS_");
});

test("each of several agents has a token of its own, and is deployed whatever happens to the others, once CapRover may pull", () => {
  const { jobs } = parse(textOf(render({ ...BY_TOKEN, agents: 2 })));
  const steps: readonly { id?: string; name?: string; if?: string; env?: Record<string, string> }[] =
    jobs.deploy.steps;
  const deploys = steps.filter(({ name }) => name?.startsWith("Deploy "));
  expect(deploys.map(({ env }) => env?.["CAPROVER_APP_TOKEN"])).toEqual([
    "${{ secrets.CAPROVER_HERMES_APP_TOKEN_HERMES_1_1 }}",
    "${{ secrets.CAPROVER_HERMES_APP_TOKEN_HERMES_1_2 }}",
  ]);
  expect(deploys.map((step) => step.if)).toEqual([
    undefined,
    "!cancelled() && steps.pull.outcome == 'success'",
  ]);
  expect(steps.map(({ id }) => id)).toContain("pull");
});

test("the program may give other names to the CI's variables and secrets", () => {
  const names = { url: "CAPTAIN", appToken: "APP_TOKEN", password: "CAPTAIN_PASSWORD" };
  const text = textOf(render({ ...BY_TOKEN, withoutUrl: true, delivery: { deploy: "token", names } }));
  expect(text).toContain("CAPROVER_URL: ${{ vars.CAPTAIN }}\n");
  expect(text).toContain("CAPROVER_APP_TOKEN: ${{ secrets.APP_TOKEN }}\n");
  expect(text).toContain("CAPROVER_PASSWORD: ${{ secrets.CAPTAIN_PASSWORD }}\n");
  const { stacks, outdir } = synthesize({ target: "caprover", withoutUrl: true, delivery: { names } });
  const options = { branch: "main", runsOn: HOSTED_RUNNER, project: "", output: outdir };
  const byTerraform = textOf(renderWorkflows(stacks, options), ".github/workflows/hermes.yml");
  expect(byTerraform).toContain("CAPROVER_PASSWORD: ${{ secrets.CAPTAIN_PASSWORD }}\n");
});

test("a pull request builds without a secret, and only a dispatch with a tag deploys without a build", () => {
  const { jobs, on, permissions } = parse(textOf(render()));
  expect(permissions).toEqual({});
  expect(JSON.stringify(jobs.try)).not.toContain("secrets.");
  expect(Object.keys(on.workflow_dispatch.inputs)).toEqual(["tag"]);
  expect(jobs.image.if).toContain("inputs.tag == ''");
  expect(jobs.deploy.if).toContain("needs.name.result == 'success' || inputs.tag != ''");
  expect(jobs.deploy.env).toEqual({ TAG: "${{ inputs.tag || format('sha-{0}', github.sha) }}" });
  expect(jobs.deploy.concurrency).toEqual({
    group: "hermes-agent",
    "cancel-in-progress": false,
    queue: "max",
  });
});

test("an image of another registry is pushed with an account of its own", () => {
  const delivery = { deploy: "token", repository: "registry.example.com/hermes" } as const;
  const { jobs } = parse(textOf(render({ ...BY_TOKEN, delivery })));
  expect([jobs.image.environment, jobs.name.environment]).toEqual(["hermes", "hermes"]);
  const logins = jobs.image.steps.filter(
    ({ with: inputs }: { with?: { registry?: string } }) => inputs?.registry,
  );
  expect(logins).toMatchObject([
    {
      with: {
        registry: "registry.example.com",
        username: "${{ vars.HERMES_REGISTRY_USER }}",
        password: "${{ secrets.HERMES_REGISTRY_TOKEN }}",
      },
    },
  ]);
});

test("two repositories of one name are refused, since their files would be the same", () => {
  const delivery = { deploy: "token", repository: "ghcr.io/acme/hermes" } as const;
  expect(() => render({ ...BY_TOKEN, images: 2, delivery })).toThrow(NotForCi);
});

describe("the workflow's own steps", () => {
  function runStep(job: string, name: string, environment: Readonly<Record<string, string>>, npx = "exit 0") {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "programs"));
    writeFileSync(join(folder, "programs/npx"), `#!/bin/sh\necho "$*"\n${npx}\n`, { mode: 0o755 });
    for (const file of ["output", "summary"]) writeFileSync(join(folder, file), "");
    const { jobs } = parse(textOf(render()));
    const steps: readonly { name?: string; run?: string; env?: Record<string, string> }[] = jobs[job].steps;
    const step = steps.find((one) => one.name === name);
    const literal = Object.entries(step?.env ?? {}).filter(([, value]) => !value.includes("${{"));
    const { status } = spawnSync(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", "-c", step?.run ?? "exit 99"],
      {
        cwd: folder,
        env: {
          PATH: `${folder}/programs:/usr/bin:/bin`,
          GITHUB_OUTPUT: join(folder, "output"),
          GITHUB_STEP_SUMMARY: join(folder, "summary"),
          ...Object.fromEntries(literal),
          ...environment,
        },
      },
    );
    const read = (file: string) => readFileSync(join(folder, file), "utf8");
    return { status, output: read("output"), summary: read("summary") };
  }

  test("the build gets the name, the repository and the folder that were rendered", () => {
    const { status, output } = runStep("image", "The image's name and build context", {});
    expect([status, output]).toEqual([
      0,
      expect.stringMatching(
        /^name=ghcr\.io\/acme\/hermes-1:[0-9a-f]{16}\nrepository=ghcr\.io\/acme\/hermes-1\ncontext=docker\/hermes-1\n$/,
      ),
    ]);
  });

  test.each([
    [0, "exit 0"],
    [1, "exit 1"],
    [2, "exit 2"],
  ])("the deploy ends with %i as deploy-image does, and the summary has what it says", (code, npx) => {
    const { status, summary } = runStep("deploy", "Deploy hermes-1-1", { TAG: "sha-c0ffee" }, npx);
    expect([status, summary]).toEqual([
      code,
      "cdktf-hermes deploy-image agents/hermes-1-1 --tag sha-c0ffee --markdown\n",
    ]);
  });

  test.each([
    ["", 1, "- The agents: not verified, because CAPROVER_HERMES_PASSWORD is not set\n", 0],
    ["pa55word", 1, "cdktf-hermes verify --declared --wait 300 agents/hermes-1-1 --no-ask --markdown\n", 1],
  ])("the agents are verified after the deploy if the CI has CapRover's password: %j", (password, fails, said, code) => {
    const environment = { CAPROVER_PASSWORD: password };
    const { status, summary } = runStep("deploy", "Verify", environment, `exit ${fails}`);
    expect([status, summary]).toEqual([code, said]);
  });
});
