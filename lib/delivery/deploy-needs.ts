/** What a job needs to run Terraform on a synthesized app, and why it may be refused. */
import type { CiNames } from "../image-delivery";
import type { SynthesizedStack } from "../operations/stacks";
import { type Document, record, records, textOf } from "../support/json-document";

export interface DeployNeeds {
  /** Environment of a job that runs Terraform: expressions of the workflow, by variable. */
  readonly environment: Readonly<Record<string, string>>;
  /** The job reaches an engine by ssh. */
  readonly ssh: boolean;
  /**
   * Whether a pull request may be planned where its people may have the credentials: those of a Docker engine are of that
   * engine alone, and CapRover has one password for all of its apps. A runner of one's own runs no code of pull requests.
   */
  readonly plan: boolean;
}

/** The program can't be deployed by a CI as it is. Its message is one line for a person. */
export class NotForCi extends Error {}

/** Names in the settings of the CI's repository, besides those that an image's `delivery` may change. */
export const SETTINGS = {
  dashboardUrl: "CAPROVER_HERMES_DASHBOARD_URL",
  basicAuth: "CAPROVER_HERMES_BASIC_AUTH",
  pushUser: "HERMES_REGISTRY_USER",
  pushToken: "HERMES_REGISTRY_TOKEN",
  registryUser: "CAPROVER_HERMES_REGISTRY_USER",
  registryToken: "CAPROVER_HERMES_REGISTRY_TOKEN",
  sshKey: "DOCKER_SSH_KEY",
  sshKnownHosts: "DOCKER_SSH_KNOWN_HOSTS",
} as const;

export const secret = (name: string): string => `\${{ secrets.${name} }}`;
export const variable = (name: string): string => `\${{ vars.${name} }}`;

/** The variables from which Terraform's backends take their credentials. */
const BACKENDS: Readonly<Record<string, readonly string[]>> = {
  azurerm: ["ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_SUBSCRIPTION_ID", "ARM_TENANT_ID"],
  cloud: ["TF_TOKEN_app_terraform_io"],
  consul: ["CONSUL_HTTP_TOKEN"],
  cos: ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"],
  gcs: ["GOOGLE_CREDENTIALS"],
  http: ["TF_HTTP_USERNAME", "TF_HTTP_PASSWORD"],
  oss: ["ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY"],
  pg: ["PG_CONN_STR"],
  remote: ["TF_TOKEN_app_terraform_io"],
  s3: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
};

/**
 * @param ownRunner the job runs on a machine of the user's
 * @throws NotForCi for a state that the next run would not find, and for an engine that is the runner's own
 */
export function deployNeeds(
  stacks: readonly SynthesizedStack[],
  ownRunner: boolean,
  names: Required<CiNames>,
): DeployNeeds {
  const environments = stacks.map(({ name, document }) => ({
    ...variablesOf(document),
    ...backendOf(name, document),
    ...capRoverOf(document, names),
  }));
  const hosts = stacks.flatMap(({ name, document }) =>
    records(record(document["provider"])["docker"]).map(({ host }) => ({ name, host: textOf(host) })),
  );
  const local = hosts.find(
    ({ host }) => host === undefined || host.startsWith("unix:") || host.startsWith("npipe:"),
  );
  if (local !== undefined && !ownRunner) {
    throw new NotForCi(
      `the stack ${local.name} deploys to the engine of the machine that runs Terraform, which would be GitHub's runner and is gone after the job; give the provider \`host\`, such as ssh://deploy@agents.example.com, or name the label of a runner of your own with --runs-on`,
    );
  }
  const ssh = hosts.some(({ host }) => host?.startsWith("ssh:"));
  const onCapRover = stacks.some(({ document }) => record(document["provider"])["caprover"] !== undefined);
  const plan = !onCapRover && !ownRunner && hosts.length > 0;
  const sorted = Object.entries(Object.assign({}, ...environments)).sort(([a], [b]) => (a < b ? -1 : 1));
  return { environment: Object.fromEntries(sorted.map(([name, value]) => [name, String(value)])), ssh, plan };
}

/** Name of the setting that has a variable of the environment: `HERMES_API_KEY` for `TF_VAR_api_key`. */
export function settingOf(variable: string): string {
  const [, name] = /^TF_VAR_(.*)$/.exec(variable) ?? [];
  return name === undefined ? variable : `HERMES_${name.toUpperCase().replaceAll("-", "_")}`;
}

/** Values of the program's variables that have no default. */
function variablesOf(document: Document): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record(document["variable"])).flatMap(([name, declared]) => {
      const { sensitive, ephemeral, default: given } = record(declared);
      if (given !== undefined && given !== null) return [];
      const key = settingOf(`TF_VAR_${name}`);
      return [[`TF_VAR_${name}`, sensitive === true || ephemeral === true ? secret(key) : variable(key)]];
    }),
  );
}

function backendOf(name: string, document: Document): Readonly<Record<string, string>> {
  const terraform = record(document["terraform"]);
  const [kind = "local"] = [
    ...Object.keys(record(terraform["backend"])),
    ...(terraform["cloud"] === undefined ? [] : ["cloud"]),
  ];
  if (kind === "local") {
    throw new NotForCi(
      `the stack ${name} keeps its state in a file of the machine that runs Terraform; on a fresh runner there is none, so each deploy would send all secrets again and restart the agent; give the stack a remote backend, such as S3Backend`,
    );
  }
  return Object.fromEntries((BACKENDS[kind] ?? []).map((key) => [key, secret(key)]));
}

function capRoverOf(document: Document, names: Required<CiNames>): Readonly<Record<string, string>> {
  const providers = records(record(document["provider"])["caprover"]);
  return {
    ...(providers.some(({ url }) => textOf(url) === undefined) && { CAPROVER_URL: variable(names.url) }),
    ...(providers.some(({ password }) => textOf(password) === undefined) && {
      CAPROVER_PASSWORD: secret(names.password),
    }),
  };
}
