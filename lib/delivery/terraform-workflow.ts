/** The workflow that builds images and runs `cdktf deploy`. */
import { posix } from "node:path";
import { checkout, type Step, setupNode, setupTerraform } from "./actions";
import { type CiImage, registryOf } from "./ci-images";
import { CI_NAMES, type DeployNeeds, secret, variable } from "./deploy-needs";
import { buildJob, type ImageSource, nameJob, tryJob } from "./image-jobs";
import { type RenderedFile, script, yamlFile } from "./rendered";

export interface WorkflowOptions {
  /** The branch that is deployed. */
  readonly branch: string;
  /** Label of the runner that deploys. */
  readonly runsOn: string;
  /** Folder of the project in the repository, without slashes around it; empty for the root. */
  readonly project: string;
  /** The output directory, from the project's folder. */
  readonly output: string;
}

/**
 * Runs of one branch follow each other, from the build to the deploy, so that the newest commit is deployed last. GitHub
 * allows no queue where running jobs may be cancelled, so each pull request's run has a group of its own.
 */
export const runsInOrder = (name: string) => ({
  group: `${name}-\${{ github.event_name == 'pull_request' && github.run_id || github.ref }}`,
  "cancel-in-progress": false,
  queue: "max",
});

/** Shared by every job that changes an agent. */
export const deployGroup = () => ({ group: "hermes-agent", "cancel-in-progress": false, queue: "max" });

export function terraformWorkflows(
  images: readonly CiImage[],
  needs: DeployNeeds,
  options: WorkflowOptions,
): readonly RenderedFile[] {
  return [deployWorkflow(images, needs, options), verifyWorkflow(needs, options)];
}

function deployWorkflow(
  images: readonly CiImage[],
  needs: DeployNeeds,
  options: WorkflowOptions,
): RenderedFile {
  const { branch, project } = options;
  const source: ImageSource = { images, steps: prepared(true, project), facts: facts(options) };
  const isDeployed = `github.event_name != 'pull_request' && github.ref == 'refs/heads/${branch}'`;
  const builds = images.length > 0;
  return yamlFile(".github/workflows/hermes.yml", ["Builds what the program declares, and deploys it."], {
    name: "Hermes agent",
    on: { push: { branches: [branch] }, pull_request: null, workflow_dispatch: null },
    permissions: {},
    concurrency: runsInOrder("hermes"),
    defaults: runDefaults(project),
    jobs: {
      check: {
        name: "Check",
        "runs-on": "ubuntu-24.04",
        "timeout-minutes": 20,
        permissions: { contents: "read" },
        steps: [
          ...prepared(true, project),
          { name: "The committed workflows are what the program renders", run: CHECK },
          { run: "npm run test --if-present" },
        ],
      },
      ...(builds && {
        try: tryJob(source),
        image: buildJob(source, { needs: "check", if: isDeployed }),
        name: nameJob(source, { needs: "image" }),
      }),
      deploy: {
        name: "Deploy",
        needs: builds ? "name" : "check",
        if: isDeployed,
        "runs-on": options.runsOn,
        "timeout-minutes": 60,
        environment: "hermes",
        permissions: { contents: "read" },
        concurrency: deployGroup(),
        env: TERRAFORM_ENVIRONMENT,
        steps: [
          ...prepared(false, project),
          ...pullChecks(images),
          setupTerraform(),
          ...(needs.ssh ? [sshStep()] : []),
          {
            name: "Deploy, and wait until the agents run",
            env: needs.environment,
            run: "npx cdktf deploy '*' --auto-approve\n",
          },
          { name: "Verify", env: needs.environment, run: VERIFY },
        ],
      },
    },
  });
}

/** Once a day, and loudly: a failed scheduled run sends a mail. */
function verifyWorkflow(needs: DeployNeeds, { project, runsOn }: WorkflowOptions): RenderedFile {
  return yamlFile(".github/workflows/hermes-verify.yml", ["Looks once a day whether the agents work."], {
    name: "Verify Hermes agents",
    on: { schedule: [{ cron: "17 5 * * *" }], workflow_dispatch: null },
    permissions: {},
    defaults: runDefaults(project),
    jobs: {
      verify: {
        name: "Verify",
        "runs-on": runsOn,
        "timeout-minutes": 30,
        environment: "hermes",
        permissions: { contents: "read" },
        concurrency: deployGroup(),
        env: TERRAFORM_ENVIRONMENT,
        steps: [
          ...prepared(false, project),
          setupTerraform(),
          ...(needs.ssh ? [sshStep()] : []),
          { name: "Read the state", env: needs.environment, run: INIT },
          { name: "Verify", env: needs.environment, run: VERIFY },
        ],
      },
    },
  });
}

/** CDKTF and Terraform as in a script, without questions about newer versions. */
const TERRAFORM_ENVIRONMENT = {
  CI: "true",
  CHECKPOINT_DISABLE: "1",
  DISABLE_VERSION_CHECK: "1",
  TF_IN_AUTOMATION: "1",
  TF_CLI_ARGS_plan: "-lock-timeout=10m",
  TF_CLI_ARGS_apply: "-lock-timeout=10m",
};

/** Bash fails with the first program of a pipe that fails. */
export function runDefaults(project: string): object {
  return { run: { shell: "bash", ...(project !== "" && { "working-directory": project }) } };
}

function prepared(cached: boolean, project: string): readonly Step[] {
  return [
    checkout(),
    setupNode(cached, project),
    { run: "npm ci" },
    { name: "Synthesize", env: { CI: "true", DISABLE_VERSION_CHECK: "1" }, run: "npx cdktf synth\n" },
  ];
}

/** The synthesis says in the stack's metadata what is to be built. */
function facts({ project, output }: WorkflowOptions): Step {
  return {
    name: "The image's name and build context",
    id: "image",
    env: { IMAGE: "${{ matrix.image }}", STACK: "${{ matrix.stack }}", FOLDER: posix.join(project, output) },
    run: FACTS,
  };
}

const FACTS = script(`
  jq -er --arg image "$IMAGE" --arg folder "$FOLDER" '
    ."//".metadata["cdktf-hermes"].images[$image] // empty
    | "name=\\(.repository):\\(.tag)", "repository=\\(.repository)", "context=\\($folder)/\\(.context)"
  ' "$STACK" >> "$GITHUB_OUTPUT"
`);

const CHECK = "npx cdktf-hermes workflow --check\n";

const INIT = script(`
  for stack in cdktf.out/stacks/*/; do terraform -chdir="$stack" init -input=false -no-color; done
`);

/** The summary gets the table in any case. */
const VERIFY = 'npx cdktf-hermes verify --no-ask --markdown | tee -a "$GITHUB_STEP_SUMMARY"\n';

/** CapRover pulls with an account of its own, which the workflow's account does not stand for. */
function pullChecks(images: readonly CiImage[]): readonly Step[] {
  return images
    .filter(({ agents }) => agents.some(({ place }) => place.kind === "caprover"))
    .flatMap((image) => [
      {
        name: "CapRover's own account can pull the image",
        env: {
          IMAGE: image.path,
          STACK: image.document,
          REGISTRY: registryOf(image),
          REGISTRY_USER: variable(CI_NAMES.registryUser),
          REGISTRY_TOKEN: secret(CI_NAMES.registryToken),
        },
        run: PULL_CHECK,
      },
    ]);
}

const PULL_CHECK = script(`
  name=$(jq -er --arg image "$IMAGE" '."//".metadata["cdktf-hermes"].images[$image] // empty | "\\(.repository):\\(.tag)"' "$STACK")
  if [ -z "$REGISTRY_TOKEN" ]; then
    echo "- CapRover's own pull of \\\`$name\\\`: not tested, because ${CI_NAMES.registryToken} is not set" >> "$GITHUB_STEP_SUMMARY"
    exit 0
  fi
  DOCKER_CONFIG=$(mktemp -d)
  export DOCKER_CONFIG
  trap 'rm -rf "$DOCKER_CONFIG"' EXIT
  printf %s "$REGISTRY_TOKEN" | docker login --username "$REGISTRY_USER" --password-stdin "$REGISTRY"
  docker manifest inspect "$name" > /dev/null
  echo "- CapRover's own pull of \\\`$name\\\`: its account may pull" >> "$GITHUB_STEP_SUMMARY"
`);

function sshStep(): Step {
  return {
    name: "The key for the engine's machine",
    env: { SSH_KEY: secret(CI_NAMES.sshKey), SSH_KNOWN_HOSTS: secret(CI_NAMES.sshKnownHosts) },
    run: SSH,
  };
}

const SSH = script(`
  [ -n "$SSH_KEY" ] || { echo "::error::the secret ${CI_NAMES.sshKey} is not set"; exit 1; }
  [ -n "$SSH_KNOWN_HOSTS" ] || { echo "::error::the secret ${CI_NAMES.sshKnownHosts} is not set"; exit 1; }
  umask 077
  mkdir -p ~/.ssh
  printf '%s\\n' "$SSH_KEY" > ~/.ssh/id_ed25519
  printf '%s\\n' "$SSH_KNOWN_HOSTS" >> ~/.ssh/known_hosts
`);
