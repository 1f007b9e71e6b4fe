/** The workflow that builds images and runs `cdktf deploy`. */
import { posix } from "node:path";
import type { Manifest } from "../operations/manifest";
import { type Step, setupTerraform } from "./actions";
import type { CiImage } from "./ci-images";
import { type DeployNeeds, SETTINGS, secret } from "./deploy-needs";
import { buildJob, type ImageSource, nameJob, tryJob } from "./image-jobs";
import { type RenderedFile, script, yamlFile } from "./rendered";
import {
  checkJob,
  deployGroup,
  prepared,
  pullCheck,
  QUIET,
  runDefaults,
  runsInOrder,
  type WorkflowOptions,
} from "./shared-jobs";
import { verifyCommand, verifyEnvironment, verifyWorkflow } from "./verify-workflow";

/** The workflow that deploys, and the one that looks at what is deployed. */
export function terraformWorkflows(
  images: readonly CiImage[],
  agents: readonly Manifest[],
  needs: DeployNeeds,
  options: WorkflowOptions,
): readonly RenderedFile[] {
  const verify: Step = {
    name: "Verify",
    env: { ...needs.environment, ...verifyEnvironment(agents) },
    run: verifyCommand(),
  };
  const steps = [
    setupTerraform(),
    ...(needs.ssh ? [sshStep()] : []),
    { name: "Read the state", env: needs.environment, run: INIT },
    verify,
  ];
  return [deployWorkflow(images, verify, needs, options), verifyWorkflow({ ...withState(), steps }, options)];
}

function deployWorkflow(
  images: readonly CiImage[],
  verify: Step,
  needs: DeployNeeds,
  options: WorkflowOptions,
): RenderedFile {
  const { branch, project } = options;
  const source: ImageSource = {
    images,
    steps: prepared(),
    facts: facts(options),
    entry: ({ document }) => ({ stack: document }),
  };
  const isDeployed = `github.event_name != 'pull_request' && github.ref == 'refs/heads/${branch}'`;
  const builds = images.length > 0;
  return yamlFile(".github/workflows/hermes.yml", ["Builds what the program declares, and deploys it."], {
    name: "Hermes agent",
    on: { push: { branches: [branch] }, pull_request: null, workflow_dispatch: null },
    permissions: {},
    concurrency: runsInOrder("hermes"),
    defaults: runDefaults(project),
    jobs: {
      check: checkJob(),
      ...(needs.plan && { plan: planJob(needs) }),
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
        ...withState(),
        steps: [
          ...prepared(),
          ...pullChecks(images),
          setupTerraform(),
          ...(needs.ssh ? [sshStep()] : []),
          {
            name: "Deploy, and wait until the agents run",
            env: needs.environment,
            run: "npx cdktf deploy '*' --auto-approve\n",
          },
          verify,
        ],
      },
    },
  });
}

/** The environment of GitHub's whose secrets the plan of a pull request gets. */
const PLAN_ENVIRONMENT = "hermes-plan";

/** For pull requests. Without a secret, as for those from forks, the summary says that nothing was planned. */
function planJob({ environment, ssh }: DeployNeeds): object {
  const names = Object.values(environment).flatMap((value) => /secrets\.(\w+)/.exec(value)?.[1] ?? []);
  const secrets = [...names, ...(ssh ? [SETTINGS.sshKey] : [])].map((name) => `secrets.${name} != ''`);
  const then = (step: Step): Step => ({ if: "steps.credentials.outputs.given == 'true'", ...step });
  return {
    name: "Plan",
    if: "github.event_name == 'pull_request'",
    needs: "check",
    "runs-on": "ubuntu-24.04",
    "timeout-minutes": 30,
    environment: PLAN_ENVIRONMENT,
    permissions: { contents: "read" },
    env: TERRAFORM_ENVIRONMENT,
    steps: [
      {
        name: "Are there credentials for a plan?",
        id: "credentials",
        env: { GIVEN: `\${{ ${secrets.join(" || ") || "true"} }}` },
        run: CREDENTIALS,
      },
      ...[...prepared(), setupTerraform(), ...(ssh ? [sshStep()] : [])].map(then),
      then({ name: "Plan", env: environment, run: PLAN }),
    ],
  };
}

const CREDENTIALS = script(`
  if [ "$GIVEN" != true ]; then
    echo "- The plan: not made, because the environment ${PLAN_ENVIRONMENT} has no secret" >> "$GITHUB_STEP_SUMMARY"
  fi
  echo "given=$GIVEN" >> "$GITHUB_OUTPUT"
`);

const PLAN = 'npx cdktf-hermes plan --markdown | tee -a "$GITHUB_STEP_SUMMARY"\n';

/** What a job needs that reads the state: the secrets, and nobody beside it. */
function withState() {
  return {
    environment: "hermes",
    permissions: { contents: "read" },
    concurrency: deployGroup(),
    env: TERRAFORM_ENVIRONMENT,
  };
}

const TERRAFORM_ENVIRONMENT = {
  ...QUIET,
  TF_IN_AUTOMATION: "1",
  TF_CLI_ARGS_plan: "-lock-timeout=10m",
  TF_CLI_ARGS_apply: "-lock-timeout=10m",
};

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

const INIT = script(`
  for stack in cdktf.out/stacks/*/; do terraform -chdir="$stack" init -input=false -no-color; done
`);

function pullChecks(images: readonly CiImage[]): readonly Step[] {
  return images
    .filter(({ agents }) => agents.some(({ place }) => place.kind === "caprover"))
    .map((image) => pullCheck(image, { IMAGE: image.path, STACK: image.document }, NAME_OF_IMAGE));
}

const NAME_OF_IMAGE = script(`
  NAME=$(jq -er --arg image "$IMAGE" '."//".metadata["cdktf-hermes"].images[$image] // empty | "\\(.repository):\\(.tag)"' "$STACK")
`);

function sshStep(): Step {
  return {
    name: "The key for the engine's machine",
    env: { SSH_KEY: secret(SETTINGS.sshKey), SSH_KNOWN_HOSTS: secret(SETTINGS.sshKnownHosts) },
    run: SSH,
  };
}

const SSH = script(`
  [ -n "$SSH_KEY" ] || { echo "::error::the secret ${SETTINGS.sshKey} is not set"; exit 1; }
  [ -n "$SSH_KNOWN_HOSTS" ] || { echo "::error::the secret ${SETTINGS.sshKnownHosts} is not set"; exit 1; }
  umask 077
  mkdir -p ~/.ssh
  printf '%s\\n' "$SSH_KEY" > ~/.ssh/id_ed25519
  printf '%s\\n' "$SSH_KNOWN_HOSTS" >> ~/.ssh/known_hosts
`);
