/** The actions of rendered workflows, pinned by the commits of their newest known versions. */
import { Scalar } from "yaml";

const ACTIONS = {
  checkout: ["actions/checkout", "v7.0.1", "3d3c42e5aac5ba805825da76410c181273ba90b1"],
  setupNode: ["actions/setup-node", "v7.0.0", "820762786026740c76f36085b0efc47a31fe5020"],
  setupBuildx: ["docker/setup-buildx-action", "v4.3.0", "37fe631027851001ddb9b187196cc803df7f5f0e"],
  login: ["docker/login-action", "v4.1.0", "4907a6ddec9925e35a0a9e82d7399ccc52663121"],
  buildPush: ["docker/build-push-action", "v7.3.0", "53b7df96c91f9c12dcc8a07bcb9ccacbed38856a"],
  setupTerraform: ["hashicorp/setup-terraform", "v4.0.1", "dfe3c3f87815947d99a8997f908cb6525fc44e9e"],
} as const;

export interface Step {
  readonly [key: string]: unknown;
}

/** A step that uses an action, with its version in a comment, as Dependabot keeps it. */
function uses(action: keyof typeof ACTIONS, inputs?: object, more: object = {}): Step {
  const [name, version, commit] = ACTIONS[action];
  const pinned = new Scalar(`${name}@${commit}`);
  pinned.comment = ` ${version}`;
  return { ...more, uses: pinned, ...(inputs && { with: inputs }) };
}

export const checkout = (): Step => uses("checkout", { "persist-credentials": false });

/** @param cached false where a job has secrets: what another job put into the cache could read them */
export const setupNode = (cached: boolean, project: string): Step =>
  uses("setupNode", {
    "node-version": 22,
    ...(cached
      ? { cache: "npm", ...(project !== "" && { "cache-dependency-path": `${project}/package-lock.json` }) }
      : { "package-manager-cache": false }),
  });

export const setupBuildx = (): Step => uses("setupBuildx");

/** CDKTF reads Terraform's JSON, which the action's wrapper spoils. */
export const setupTerraform = (): Step =>
  uses("setupTerraform", { terraform_version: "1.13.5", terraform_wrapper: false });

/** At the registry of the workflow's own account. */
export const login = (registry: string): Step =>
  uses("login", {
    registry,
    username: "${{ github.actor }}",
    password: "${{ secrets.GITHUB_TOKEN }}",
  });

export const buildPush = (inputs: object, more: object = {}): Step => uses("buildPush", inputs, more);
