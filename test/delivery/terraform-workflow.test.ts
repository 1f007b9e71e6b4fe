import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ciImagesIn } from "../../lib/delivery/ci-images";
import { NotForCi } from "../../lib/delivery/deploy-needs";
import type { RenderedFile } from "../../lib/delivery/rendered";
import type { WorkflowOptions } from "../../lib/delivery/shared-jobs";
import { HOSTED_RUNNER, renderWorkflows } from "../../lib/delivery/workflow";
import { temporaryFolder } from "../agents";
import { actionlint } from "./actionlint";
import { type Program, synthesize } from "./programs";
import { TERRAFORM_VARIANTS } from "./variants";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly if?: string;
  readonly environment?: string;
  readonly "runs-on": string;
  readonly needs?: string;
  readonly concurrency?: object;
  readonly strategy?: { readonly matrix: { readonly include: readonly Readonly<Record<string, string>>[] } };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly defaults: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const OPTIONS: WorkflowOptions = { branch: "main", runsOn: HOSTED_RUNNER, project: "", output: "cdktf.out" };

function filesOf(program: Program, options: Partial<WorkflowOptions> = {}): readonly RenderedFile[] {
  return renderWorkflows(synthesize(program).stacks, { ...OPTIONS, ...options }).files;
}

function workflowOf(program: Program, options: Partial<WorkflowOptions> = {}, name = "hermes"): Workflow {
  const file = filesOf(program, options).find(({ path }) => path === `.github/workflows/${name}.yml`);
  return parse(String(file?.content));
}

test("actionlint finds nothing in any variant", () => {
  const files = TERRAFORM_VARIANTS.flatMap(([name, program, options]) => {
    return filesOf(program, options).map(({ path, content }) => ({
      name: `${name}: ${path}`,
      text: String(content),
    }));
  });
  const findings = actionlint(files.map(({ text }) => text));
  expect(files.length).toBeGreaterThan(12);
  expect(files.flatMap(({ name }, i) => (findings[i] ?? []).map((finding) => `${name} ${finding}`))).toEqual(
    [],
  );
});

const [OF_CAPROVER, OF_DOCKER] = (["caprover", "docker"] as const).map((target) => workflowOf({ target }));
const jobsOf = ({ jobs }: Workflow) => Object.entries(jobs);
const stepNamed = (workflow: Workflow | undefined, job: string, name: string): Step => {
  const step = workflow?.jobs[job]?.steps.find((one) => one.name === name);
  if (step === undefined) throw new Error(`the job ${job} has no step ${name}`);
  return step;
};

describe("a rendered workflow", () => {
  test.each(TERRAFORM_VARIANTS)("no job has more rights than it needs, with %s", (_, program, options) => {
    const workflow = workflowOf(program, options);
    expect(workflow.permissions).toEqual({});
    for (const [id, { permissions }] of jobsOf(workflow)) {
      const pushes = id === "image" || id === "name";
      expect([id, permissions]).toEqual([id, { contents: "read", ...(pushes && { packages: "write" }) }]);
    }
  });

  test.each(
    TERRAFORM_VARIANTS,
  )("a pull request gets no secret and pushes nothing, with %s", (_, program, options) => {
    for (const [id, job] of jobsOf(workflowOf(program, options))) {
      const secret = JSON.stringify(job).includes("secrets.");
      // A plan has an environment of its own, whose secrets people give it or not.
      if (job.environment === "hermes-plan") continue;
      const forPullRequests =
        job.if === undefined ? job.needs === undefined : job.if.includes("== 'pull_request'");
      expect({ id, ...(forPullRequests && { secret }) }).toEqual({
        id,
        ...(forPullRequests && { secret: false }),
      });
      if (secret && id !== "image" && id !== "name") expect(job.environment).toBe("hermes");
    }
  });

  test.each<[string, Program, Partial<WorkflowOptions>, boolean]>([
    ["an engine by ssh", { target: "docker" }, {}, true],
    ["an engine by TCP", { target: "docker", host: "tcp://agents.example.com:2376" }, {}, true],
    ["an engine of a runner of one's own", { target: "docker", host: false }, { runsOn: "agents" }, false],
    ["CapRover, which has one password for everything", { target: "caprover" }, {}, false],
  ])("a pull request is planned where its people may have the credentials: %s", (_, program, options, planned) => {
    const { jobs } = workflowOf(program, options);
    expect("plan" in jobs).toBe(planned);
    if (!planned) return;
    expect(jobs["plan"]).toMatchObject({ environment: "hermes-plan", permissions: { contents: "read" } });
    expect(jobs["plan"]?.if).toBe("github.event_name == 'pull_request'");
  });

  test("the agents are asked with the secrets that only a look from outside needs", () => {
    const env = stepNamed(OF_CAPROVER, "deploy", "Verify").env;
    expect(env).toMatchObject({ HERMES_DASHBOARD_PASSWORD: "${{ secrets.HERMES_DASHBOARD_PASSWORD }}" });
    expect(stepNamed(OF_DOCKER, "deploy", "Verify").env).not.toHaveProperty("HERMES_DASHBOARD_PASSWORD");
  });

  test("a secret is no part of a command, so no log shows it and no command can be changed by it", () => {
    for (const workflow of [OF_CAPROVER, OF_DOCKER])
      for (const [, { steps }] of jobsOf(workflow ?? workflowOf({ target: "docker" })))
        for (const { run = "" } of steps) expect(run).not.toContain("${{");
  });

  test("no pending deploy is dropped, and none runs beside another one", () => {
    const group = { group: "hermes-agent", "cancel-in-progress": false, queue: "max" };
    expect(OF_CAPROVER?.jobs["deploy"]?.concurrency).toEqual(group);
    expect(workflowOf({ target: "caprover" }, {}, "hermes-verify").jobs["verify"]?.concurrency).toEqual(
      group,
    );
  });

  test("a pipe fails with its first program, so a failed verify fails the job", () => {
    expect(OF_CAPROVER?.defaults).toEqual({ run: { shell: "bash" } });
    expect(workflowOf({ target: "caprover" }, { project: "infra" }).defaults).toEqual({
      run: { shell: "bash", "working-directory": "infra" },
    });
  });

  test("each platform is built on a runner with its processor", () => {
    const platforms = ["linux/amd64", "linux/arm64"] as const;
    const { jobs } = workflowOf({ target: "docker", images: 2, delivery: { platforms } });
    const of = (job: string) => jobs[job]?.strategy?.matrix.include ?? [];
    expect(of("image").map(({ image, arch, runner }) => [image, arch, runner])).toEqual([
      ["images/image-1", "amd64", "ubuntu-24.04"],
      ["images/image-1", "arm64", "ubuntu-24.04-arm"],
      ["images/image-2", "amd64", "ubuntu-24.04"],
      ["images/image-2", "arm64", "ubuntu-24.04-arm"],
    ]);
    expect(of("name").map(({ image, archs }) => [image, archs])).toEqual([
      ["images/image-1", "amd64 arm64"],
      ["images/image-2", "amd64 arm64"],
    ]);
  });

  test("the deploy gets every variable without a default, the state's credentials and CapRover's password", () => {
    const env = stepNamed(
      workflowOf({ target: "caprover", withoutUrl: true }),
      "deploy",
      "Deploy, and wait until the agents run",
    ).env;
    expect(env).toEqual({
      AWS_ACCESS_KEY_ID: "${{ secrets.AWS_ACCESS_KEY_ID }}",
      AWS_SECRET_ACCESS_KEY: "${{ secrets.AWS_SECRET_ACCESS_KEY }}",
      CAPROVER_PASSWORD: "${{ secrets.CAPROVER_HERMES_PASSWORD }}",
      CAPROVER_URL: "${{ vars.CAPROVER_HERMES_URL }}",
      "TF_VAR_hermes-1-1_hash": "${{ secrets.HERMES_HERMES_1_1_HASH }}",
      "TF_VAR_hermes-1-1_session": "${{ secrets.HERMES_HERMES_1_1_SESSION }}",
    });
  });
});

describe("what a CI can't deploy is refused", () => {
  test.each<[string, Program, RegExp]>([
    [
      "a state in a file",
      { target: "caprover", localState: true },
      /keeps its state in a file .* remote backend/,
    ],
    [
      "an engine that would be the runner's own",
      { target: "docker", host: false },
      /GitHub's runner .* --runs-on/,
    ],
    ["a local socket", { target: "docker", host: "unix:///var/run/docker.sock" }, /GitHub's runner/],
  ])("%s is refused with the reason", (_, program, words) => {
    const action = () => filesOf(program);
    expect(action).toThrow(NotForCi);
    expect(action).toThrow(words);
  });

  test.each<[string, Program, Partial<WorkflowOptions>]>([
    ["a remote engine", { target: "docker", host: "tcp://agents.example.com:2376" }, {}],
    ["a runner of one's own", { target: "docker", host: false }, { runsOn: "agents" }],
    ["CapRover", { target: "caprover" }, {}],
  ])("%s is accepted", (_, program, options) => {
    expect(filesOf(program, options).map(({ path }) => path)).toEqual([
      ".github/workflows/hermes.yml",
      ".github/workflows/hermes-verify.yml",
    ]);
  });
});

describe("the workflow's own steps", () => {
  /** Runs a step as GitHub does, with a docker that knows these images. */
  function runStep(
    step: Step,
    given: {
      readonly environment?: Readonly<Record<string, string>>;
      readonly known?: readonly string[];
    } = {},
  ) {
    const folder = temporaryFolder();
    const file = (name: string) => join(folder, name);
    mkdirSync(file("programs"));
    writeFileSync(file("known"), `${(given.known ?? []).join("\n")}\n`);
    writeFileSync(file("programs/docker"), DOCKER, { mode: 0o755 });
    for (const name of ["output", "summary", "asked"]) writeFileSync(file(name), "");
    const literal = Object.entries(step.env ?? {}).filter(([, value]) => !value.includes("${{"));
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run ?? ""],
      {
        cwd: folder,
        encoding: "utf8",
        env: {
          PATH: `${file("programs")}:/usr/bin:/bin`,
          HOME: folder,
          GITHUB_OUTPUT: file("output"),
          GITHUB_STEP_SUMMARY: file("summary"),
          GITHUB_SHA: "c0ffee",
          ASKED: file("asked"),
          KNOWN: file("known"),
          ...Object.fromEntries(literal),
          ...given.environment,
        },
      },
    );
    const read = (name: string) => readFileSync(file(name), "utf8");
    return {
      status,
      printed: stdout + stderr,
      folder,
      output: read("output"),
      summary: read("summary"),
      asked: read("asked"),
    };
  }

  const FACTS = "The image's name and build context";
  const program = { target: "caprover" } as const;

  test("a step finds the name and the context that the synthesis wrote", () => {
    const { stacks, outdir } = synthesize(program);
    const [image] = ciImagesIn(stacks);
    const environment = { IMAGE: image?.path ?? "", STACK: image?.document ?? "", FOLDER: outdir };
    const { status, output } = runStep(stepNamed(OF_CAPROVER, "image", FACTS), { environment });
    const [, name, context] =
      /^name=(.*)\nrepository=ghcr.io\/acme\/hermes-1\ncontext=(.*)\n$/.exec(output) ?? [];
    expect([status, name]).toEqual([0, `${image?.repository}:${image?.tag}`]);
    expect(existsSync(join(context ?? "", "Dockerfile"))).toBe(true);
  });

  test("a step fails if the program has no such image any more", () => {
    const [image] = ciImagesIn(synthesize(program).stacks);
    const environment = { IMAGE: "images/other", STACK: image?.document ?? "" };
    expect(runStep(stepNamed(OF_CAPROVER, "image", FACTS), { environment }).status).not.toBe(0);
  });

  const NAME = "ghcr.io/acme/hermes-1:0123456789abcdef";

  test.each([
    [[NAME], "true"],
    [[], "false"],
  ])("a context that is built already is not built again: with %j in the registry, %s", (known, built) => {
    const step = stepNamed(OF_CAPROVER, "image", "Is this context built already?");
    expect(runStep(step, { environment: { NAME }, known })).toMatchObject({
      status: 0,
      output: `built=${built}\n`,
    });
  });

  test.each([
    ["of the platforms' images", [`${NAME}-amd64`, `${NAME}-arm64`], [`${NAME}-amd64`, `${NAME}-arm64`]],
    ["of the image that is there", [NAME], [NAME]],
  ])("the image gets its names, made %s", (_, known, sources) => {
    const step = stepNamed(
      OF_CAPROVER,
      "name",
      "Name the image by its context, by the commit, and as latest",
    );
    const environment = { NAME, REPOSITORY: "ghcr.io/acme/hermes-1", ARCHS: "amd64 arm64" };
    const { status, asked, summary } = runStep(step, { environment, known });
    expect(status).toBe(0);
    const tags = [NAME, "ghcr.io/acme/hermes-1:sha-c0ffee", "ghcr.io/acme/hermes-1:latest"];
    expect(asked).toContain(
      `imagetools create ${tags.map((tag) => `--tag ${tag}`).join(" ")} ${sources.join(" ")}\n`,
    );
    expect(summary).toContain("`0123456789abcdef@sha256:");
  });

  test("an image that is missing fails the job before anything is deployed", () => {
    const step = stepNamed(
      OF_CAPROVER,
      "name",
      "Name the image by its context, by the commit, and as latest",
    );
    const environment = { NAME, REPOSITORY: "ghcr.io/acme/hermes-1", ARCHS: "amd64" };
    expect(runStep(step, { environment, known: [] }).status).not.toBe(0);
  });

  describe("the pull by CapRover's own account", () => {
    const { stacks } = synthesize(program);
    const [image] = ciImagesIn(stacks);
    const name = `${image?.repository}:${image?.tag}`;
    const step = stepNamed(OF_CAPROVER, "deploy", "CapRover's own account can pull the image");
    const TOKEN = "ghcr-t0ken-of-the-tests";
    const pull = (environment: Readonly<Record<string, string>>, known: readonly string[]) =>
      runStep(step, {
        environment: { STACK: image?.document ?? "", REGISTRY_USER: "acme", ...environment },
        known,
      });

    test("without its secret the summary says that it was not tested", () => {
      const { status, summary } = pull({ REGISTRY_TOKEN: "" }, []);
      expect([status, summary]).toEqual([
        0,
        expect.stringContaining("not tested, because CAPROVER_HERMES_REGISTRY_TOKEN is not set"),
      ]);
    });
    test("with its secret the image is asked for, and the token is in no argument and no output", () => {
      const { status, summary, asked, printed } = pull({ REGISTRY_TOKEN: TOKEN }, [name]);
      expect([status, summary]).toEqual([0, expect.stringContaining("its account may pull")]);
      expect(asked).toContain(`login --username acme --password-stdin ghcr.io\nimagetools inspect ${name}\n`);
      expect(asked + printed + summary).not.toContain(TOKEN);
    });
    test("an image that the account may not pull fails the job", () => {
      const { status, printed } = pull({ REGISTRY_TOKEN: TOKEN }, []);
      expect([status, printed]).toEqual([1, expect.stringContaining("denied")]);
    });
  });

  test("the key for the engine's machine is written for its owner alone, and a missing one is named", () => {
    const step = stepNamed(OF_DOCKER, "deploy", "The key for the engine's machine");
    const { status, folder } = runStep(step, { environment: { SSH_KEY: "key", SSH_KNOWN_HOSTS: "host" } });
    expect([status, readFileSync(join(folder, ".ssh/id_ed25519"), "utf8")]).toEqual([0, "key\n"]);
    const missing = runStep(step, { environment: { SSH_KEY: "", SSH_KNOWN_HOSTS: "host" } });
    expect([missing.status, missing.printed]).toEqual([1, "::error::the secret DOCKER_SSH_KEY is not set\n"]);
  });

  test.each([
    ["true", "", "given=true\n"],
    ["false", "- The plan: not made, because the environment hermes-plan has no secret\n", "given=false\n"],
  ])("a pull request without any secret is not planned, and the summary says so: %s", (given, said, output) => {
    const step = stepNamed(OF_DOCKER, "plan", "Are there credentials for a plan?");
    expect(runStep(step, { environment: { GIVEN: given } })).toMatchObject({
      status: 0,
      summary: said,
      output,
    });
    expect(step.env?.["GIVEN"]).toMatch(
      /^\$\{\{ secrets\.AWS_ACCESS_KEY_ID != '' \|\| .*secrets\.DOCKER_SSH_KEY != '' \}\}$/,
    );
    const later = OF_DOCKER?.jobs["plan"]?.steps.slice(1) ?? [];
    for (const one of later) expect(one).toMatchObject({ if: "steps.credentials.outputs.given == 'true'" });
  });

  test("a plan that fails fails its step, and the summary has its table all the same", () => {
    const step = stepNamed(OF_DOCKER, "plan", "Plan");
    const folder = temporaryFolder();
    writeFileSync(join(folder, "npx"), '#!/bin/sh\necho "$*"; exit 2\n', { mode: 0o755 });
    const { status, summary } = runStep(step, { environment: { PATH: `${folder}:/usr/bin:/bin` } });
    expect([status, summary]).toEqual([2, "cdktf-hermes plan --markdown\n"]);
  });

  test("a verify that fails fails its step, and the summary has its table all the same", () => {
    const step = stepNamed(OF_CAPROVER, "deploy", "Verify");
    const folder = temporaryFolder();
    writeFileSync(join(folder, "npx"), "#!/bin/sh\necho '| ✗ | gateway |'; exit 1\n", { mode: 0o755 });
    const { status, summary } = runStep(step, { environment: { PATH: `${folder}:/usr/bin:/bin` } });
    expect([status, summary]).toEqual([1, "| ✗ | gateway |\n"]);
  });
});

/** A docker that writes down what it is asked, and knows the images that are listed. */
const DOCKER = `#!/bin/sh
echo "$*" | sed 's/^buildx //' >> "$ASKED"
case "$*" in
  *--password-stdin*) cat > /dev/null ;;
  *"imagetools inspect"*--format*) echo '"sha256:${"ab".repeat(32)}"' ;;
  *inspect*) for last; do :; done; grep -qxF "$last" "$KNOWN" || { echo "denied" >&2; exit 1; } ;;
  *create*) for last; do :; done; grep -qxF "$last" "$KNOWN" || { echo "not found" >&2; exit 1; } ;;
esac
`;
