/** The actions of rendered workflows, pinned by the commits of their newest known versions. */
import { Scalar } from "yaml";
import { SETTINGS } from "./deploy-needs";

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

/** Without a cache: what another job or branch put into it could read a job's secrets. */
export const setupNode = (): Step =>
  uses("setupNode", { "node-version": 22, "package-manager-cache": false });

export const setupBuildx = (): Step => uses("setupBuildx");

/** CDKTF reads Terraform's JSON, which the action's wrapper spoils. */
export const setupTerraform = (): Step =>
  uses("setupTerraform", { terraform_version: "1.13.5", terraform_wrapper: false });

/**
 * GHCR takes the token that GitHub gives each job; any other registry has an account of its own.
 *
 * @param registries those of the images that the job pushes
 */
export function login(registries: readonly string[]): Step {
  const [registry] = new Set(registries);
  const either = (ofGhcr: string, other: string) => {
    if (registries.every(isGhcr)) return `\${{ ${ofGhcr} }}`;
    if (!registries.some(isGhcr)) return `\${{ ${other} }}`;
    return `\${{ matrix.registry == '${GHCR}' && ${ofGhcr} || ${other} }}`;
  };
  return uses("login", {
    registry: new Set(registries).size === 1 ? registry : "${{ matrix.registry }}",
    username: either("github.actor", `vars.${SETTINGS.pushUser}`),
    password: either("secrets.GITHUB_TOKEN", `secrets.${SETTINGS.pushToken}`),
  });
}

const GHCR = "ghcr.io";

export const isGhcr = (registry: string): boolean => registry === GHCR;

/** A right of a job, with a comment that says what it is for. */
export function right(access: "read" | "write", why: string): Scalar {
  const scalar = new Scalar(access);
  scalar.comment = ` ${why}`;
  return scalar;
}

export const buildPush = (inputs: object, more: object = {}): Step => uses("buildPush", inputs, more);
