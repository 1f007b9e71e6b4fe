/** The workflow that builds one image and deploys it with the tokens of CapRover apps. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { CI_NAMES } from "../image-delivery";
import { withoutReferences } from "../operations/declared";
import type { Manifest } from "../operations/manifest";
import { shellWord } from "../support/shell";
import { checkout, login, right, type Step } from "./actions";
import { type CiImage, registryOf, shortName } from "./ci-images";
import { SETTINGS, secret, variable } from "./deploy-needs";
import { buildJob, type ImageSource, nameJob, tryJob } from "./image-jobs";
import { literalGlob, type RenderedFile, script, yamlFile } from "./rendered";
import type { Rendered } from "./repository-files";
import {
  checkJob,
  deployGroup,
  prepared,
  pullCheck,
  runDefaults,
  runsInOrder,
  type WorkflowOptions,
} from "./shared-jobs";
import { verifyCommand, verifyEnvironment, verifyWorkflow } from "./verify-workflow";

/**
 * The workflow of an image and its build folder. It is triggered by the very files of that folder, so a change of the
 * program that changes none of them builds nothing.
 *
 * @param isOnly no other image is deployed by token, so that names need not tell images apart
 */
export function tokenWorkflow(image: CiImage, isOnly: boolean, options: WorkflowOptions): Rendered {
  const folder = posix.join(options.project, "docker", shortName(image));
  const context = contextFiles(join(options.output, image.context), folder);
  const path = `.github/workflows/hermes-image${isOnly ? "" : `-${shortName(image)}`}.yml`;
  const paths = [...context.map((file) => file.path), path].map(literalGlob);
  return {
    files: [workflowOf(image, { path, paths, folder }, options), ...context],
    offers: [],
    folders: [folder],
  };
}

/** Runs the check for every push, since a changed program may not change a file that triggers a build. */
export function checkWorkflow({ branch, project }: WorkflowOptions): RenderedFile {
  return yamlFile(
    ".github/workflows/hermes-check.yml",
    ["Compares what is committed with what the program renders."],
    {
      name: "Check Hermes agents",
      on: { push: { branches: [branch] }, pull_request: null },
      permissions: {},
      concurrency: { group: "hermes-check-${{ github.ref }}", "cancel-in-progress": true },
      defaults: runDefaults(project),
      jobs: { check: checkJob() },
    },
  );
}

/**
 * Looks at agents without a state: as the program declares them, with CapRover's password.
 *
 * @param images at least one
 */
export function verifyByPassword(images: readonly CiImage[], options: WorkflowOptions): RenderedFile {
  return verifyWorkflow(
    {
      environment: "hermes",
      permissions: { contents: "read" },
      concurrency: deployGroup(),
      steps: [verifyStep(images)],
    },
    options,
  );
}

/** @param before commands before the look */
function verifyStep(images: readonly CiImage[], before = "", ...more: readonly string[]): Step {
  const agents = images.flatMap((image) => image.agents);
  const names = images[0]?.names ?? CI_NAMES;
  const isAnywhere = agents
    .map(withoutReferences)
    .some(({ place }) => place.kind === "caprover" && place.url === undefined);
  return {
    name: "Verify",
    env: {
      ...(isAnywhere && { CAPROVER_URL: variable(names.url) }),
      CAPROVER_PASSWORD: secret(names.password),
      ...verifyEnvironment(agents),
    },
    run: before + verifyCommand("--declared", ...more, ...agents.map(({ agent }) => shellWord(agent))),
  };
}

/** A deploy by token needs no password, so a look at the agents may have to wait for a person. */
const withPassword = (name: string): string =>
  script(`
    if [ -z "$CAPROVER_PASSWORD" ]; then
      echo "- The agents: not verified, because ${name} is not set" >> "$GITHUB_STEP_SUMMARY"
      exit 0
    fi
  `);

/** What the synthesis wrote. */
function contextFiles(written: string, folder: string): readonly RenderedFile[] {
  return readdirSync(written, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(written, name)).isFile())
    .sort()
    .map((name) => ({
      path: posix.join(folder, name.replaceAll("\\", "/")),
      mode: statSync(join(written, name)).mode & 0o777,
      content: contentOf(join(written, name)),
    }));
}

/** Text as text, so that a difference of it can be shown. */
function contentOf(path: string): string | Buffer {
  const bytes = readFileSync(path);
  const text = bytes.toString();
  return bytes.equals(Buffer.from(text)) ? text : bytes;
}

interface Place {
  readonly path: string;
  readonly paths: readonly string[];
  readonly folder: string;
}

function workflowOf(image: CiImage, { path, paths, folder }: Place, options: WorkflowOptions): RenderedFile {
  const { branch, project } = options;
  const name = shortName(image);
  const source: ImageSource = {
    images: [image],
    steps: [checkout()],
    facts: {
      name: "The image's name and build context",
      id: "image",
      env: { NAME: `${image.repository}:${image.tag}`, REPOSITORY: image.repository, CONTEXT: folder },
      run: FACTS,
    },
    entry: () => ({}),
  };
  return yamlFile(
    path,
    ["Builds the image whose build context is in this repository, and deploys it by token."],
    {
      name: `Hermes image ${name}`,
      on: {
        push: { branches: [branch], paths },
        pull_request: { paths },
        workflow_dispatch: {
          inputs: {
            tag: {
              description: "Deploy this tag as it is, without a build: a rollback",
              type: "string",
              default: "",
            },
          },
        },
      },
      permissions: {},
      concurrency: runsInOrder(`hermes-image-${name}`),
      defaults: runDefaults(""),
      jobs: {
        try: tryJob(source),
        image: buildJob(source, {
          if: `github.event_name != 'pull_request' && inputs.tag == '' && github.ref == 'refs/heads/${branch}'`,
        }),
        name: nameJob(source, { needs: "image" }),
        deploy: {
          name: "Deploy",
          needs: "name",
          // After a build, or without one for a tag that was named.
          if: `!cancelled() && github.event_name != 'pull_request' && github.ref == 'refs/heads/${branch}' && (needs.name.result == 'success' || inputs.tag != '')`,
          "runs-on": options.runsOn,
          "timeout-minutes": 60,
          environment: "hermes",
          permissions: { contents: "read", packages: right("read", "reads the image's labels") },
          concurrency: deployGroup(),
          defaults: runDefaults(project),
          env: { TAG: "${{ inputs.tag || format('sha-{0}', github.sha) }}" },
          steps: [
            ...prepared(),
            login([registryOf(image)]),
            { id: PULL, ...pullCheck(image, { REPOSITORY: image.repository }, NAME) },
            // Once CapRover may pull, each agent is tried, whatever happened to the one before it.
            ...image.agents.map((agent, i) => ({
              ...(i > 0 && { if: `!cancelled() && steps.${PULL}.outcome == 'success'` }),
              ...deployStep(agent, image),
            })),
            verifyStep([image], withPassword(image.names.password), "--wait", "300"),
          ],
        },
      },
    },
  );
}

function deployStep(declared: Manifest, { names, agents }: CiImage): Step {
  const agent = withoutReferences(declared);
  const { place } = agent;
  const suffix = agents.length === 1 ? "" : `_${agent.name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
  return {
    name: `Deploy ${agent.name}`,
    env: {
      AGENT: agent.agent,
      ...(place.kind === "caprover" && place.url === undefined && { CAPROVER_URL: variable(names.url) }),
      CAPROVER_APP_TOKEN: secret(`${names.appToken}${suffix}`),
      CAPROVER_PASSWORD: secret(names.password),
      ...(!agent.services.dashboard?.url && {
        HERMES_DASHBOARD_URL: variable(`${SETTINGS.dashboardUrl}${suffix}`),
      }),
      HERMES_BASIC_AUTH: secret(`${SETTINGS.basicAuth}${suffix}`),
    },
    run: DEPLOY,
  };
}

/** Id of the step. */
const PULL = "pull";

const FACTS = script(`
  {
    echo "name=$NAME"
    echo "repository=$REPOSITORY"
    echo "context=$CONTEXT"
  } >> "$GITHUB_OUTPUT"
`);

const NAME = script(`
  NAME=$REPOSITORY:$TAG
`);

const DEPLOY = script(`
  npx cdktf-hermes deploy-image "$AGENT" --tag "$TAG" --markdown | tee -a "$GITHUB_STEP_SUMMARY"
`);
