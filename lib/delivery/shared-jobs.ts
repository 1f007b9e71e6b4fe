/** What the workflows of both ways to deploy have. */
import { checkout, type Step, setupNode } from "./actions";
import { type CiImage, registryOf } from "./ci-images";
import { SETTINGS, secret, variable } from "./deploy-needs";
import { script } from "./rendered";

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

/** Bash fails with the first program of a pipe that fails. */
export function runDefaults(project: string): object {
  return { run: { shell: "bash", ...(project !== "" && { "working-directory": project }) } };
}

/** CDKTF and Terraform as in a script: they ask nobody whether there are newer versions. */
export const QUIET = { CI: "true", CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1" } as const;

/** The program's packages and its output. */
export function prepared(): readonly Step[] {
  return [
    checkout(),
    setupNode(),
    { run: "npm ci" },
    { name: "Synthesize", env: QUIET, run: "npx cdktf synth\n" },
  ];
}

export function checkJob(): object {
  return {
    name: "Check",
    "runs-on": "ubuntu-24.04",
    "timeout-minutes": 20,
    permissions: { contents: "read" },
    steps: [
      ...prepared(),
      {
        name: "The committed workflows are what the program renders",
        run: "npx cdktf-hermes workflow --check\n",
      },
      { run: "npm run test --if-present" },
    ],
  };
}

/**
 * CapRover pulls with an account of its own, which the workflow's account does not stand for.
 *
 * @param environment of the step, with NAME unless the commands before set it
 */
export function pullCheck(
  image: Pick<CiImage, "repository">,
  environment: Readonly<Record<string, string>>,
  before = "",
): Step {
  return {
    name: "CapRover's own account can pull the image",
    env: {
      ...environment,
      REGISTRY: registryOf(image),
      REGISTRY_USER: variable(SETTINGS.registryUser),
      REGISTRY_TOKEN: secret(SETTINGS.registryToken),
    },
    run: before + PULL_CHECK,
  };
}

/** Docker finds its plug-ins beside its accounts. */
const PULL_CHECK = script(`
  if [ -z "$REGISTRY_TOKEN" ]; then
    echo "- CapRover's own pull of \\\`$NAME\\\`: not tested, because ${SETTINGS.registryToken} is not set" >> "$GITHUB_STEP_SUMMARY"
    exit 0
  fi
  plugins=\${DOCKER_CONFIG:-$HOME/.docker}/cli-plugins
  DOCKER_CONFIG=$(mktemp -d)
  export DOCKER_CONFIG
  trap 'rm -rf "$DOCKER_CONFIG"' EXIT
  if [ -d "$plugins" ]; then ln -s "$plugins" "$DOCKER_CONFIG/cli-plugins"; fi
  if ! printf %s "$REGISTRY_TOKEN" | docker login --username "$REGISTRY_USER" --password-stdin "$REGISTRY"; then
    echo "::error::$REGISTRY does not take CapRover's account $REGISTRY_USER"
    exit 1
  fi
  if ! why=$(docker buildx imagetools inspect "$NAME" 2>&1 > /dev/null); then
    echo "::error::CapRover's account $REGISTRY_USER can't pull $NAME: \${why##*$'\\n'}"
    exit 1
  fi
  echo "- CapRover's own pull of \\\`$NAME\\\`: its account may pull" >> "$GITHUB_STEP_SUMMARY"
`);
