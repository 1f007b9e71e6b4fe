/**
 * The guarantees as plain functions: each answers with what is wrong, so that an empty list is a pass. The jest
 * matchers are these with a message around them.
 */
import { DATA_PATH, GATEWAY_COMMAND, HOME_PATH, MANAGED_ENV_FILE } from "../hermes/container-contract";
import { isCredentialName } from "../hermes/environment";
import { SETTINGS_LABEL } from "../targets/docker";
import { isRecord } from "../validation";

type Document = { readonly [key: string]: unknown };

export type Check = (document: Document) => readonly string[];

export const mountsHermesData: Check = eachAgent((agent) => {
  const mounts = records(agent["mounts"]).filter(({ target }) => target === DATA_PATH);
  if (mounts.length !== 1) return [`has ${mounts.length} mounts at ${DATA_PATH}`];
  return mounts[0]?.["source"] ? [] : [`mounts an anonymous volume at ${DATA_PATH}`];
});

export const setsHermesHome: Check = eachAgent((agent) => {
  const homes = strings(agent["env"]).filter((entry) => entry.startsWith("HOME="));
  return homes.length === 1 && homes[0] === `HOME=${HOME_PATH}`
    ? []
    : [`has ${JSON.stringify(homes)} in its environment`];
});

export const runsGatewayMode: Check = eachAgent((agent) => {
  const command = JSON.stringify(agent["command"]);
  return [
    ...(command === JSON.stringify(GATEWAY_COMMAND) ? [] : [`runs ${command}`]),
    ...(agent["entrypoint"] === undefined ? [] : ["overrides the image's entrypoint"]),
    ...(agent["init"] === true ? ["puts another init before the image's own"] : []),
  ];
});

/** Looks at the whole stack, also at what this library did not make. */
export const hasNoLiteralSecret: Check = (document) => [
  ...resources(document, "docker_container").flatMap(([name, container]) => [
    ...strings(container["env"])
      .filter((entry) => isCredentialName(nameOf(entry)) && isLiteral(entry))
      .map((entry) => `docker_container.${name} has ${nameOf(entry)} in clear text in env`),
    ...records(container["upload"])
      .filter(({ file }) => file === MANAGED_ENV_FILE)
      .flatMap(({ content }) => String(content).split("\n"))
      .filter((line) => line.includes("=") && isLiteral(line))
      .map((line) => `docker_container.${name} has ${nameOf(line)} in clear text in ${MANAGED_ENV_FILE}`),
  ]),
  ...Object.entries(record(document["variable"])).flatMap(([name, variable]) =>
    isRecord(variable) && variable["sensitive"] === true && isNonEmptyText(variable["default"])
      ? [`variable.${name} is sensitive and has a default in clear text`]
      : [],
  ),
  ...records(record(document["provider"])["docker"]).flatMap((provider) =>
    records(provider["registry_auth"])
      .filter(({ password }) => isNonEmptyText(password) && isLiteral(password))
      .map(({ address }) => `provider.docker has the password of ${String(address)} in clear text`),
  ),
];

export const destroysNothing: Check = eachChange((actions) =>
  actions.length === 1 && actions[0] === "delete" ? "would be destroyed" : undefined,
);

export const replacesNothing: Check = eachChange((actions) =>
  actions.length > 1 && actions.includes("delete") ? "would be replaced" : undefined,
);

/** Containers that this library made. A stack without any is a failure: the assertion would say nothing. */
function eachAgent(problemsOf: (agent: Document) => readonly string[]): Check {
  return (document) => {
    const agents = resources(document, "docker_container").filter(([, container]) =>
      records(container["labels"]).some(({ label }) => label === SETTINGS_LABEL),
    );
    if (agents.length === 0) return ["the stack has no Hermes agent"];
    return agents.flatMap(([name, agent]) =>
      problemsOf(agent).map((problem) => `docker_container.${name} ${problem}`),
    );
  };
}

/** Changes in the JSON of a plan, as `terraform show -json` prints it. */
function eachChange(problemOf: (actions: readonly string[]) => string | undefined): Check {
  return (plan) => {
    if (typeof plan["format_version"] !== "string" || plan["planned_values"] === undefined) {
      return ["this is no plan: give the output of `terraform show -json <plan file>`"];
    }
    if (plan["errored"] === true) return ["the plan ended with an error and is not complete"];
    return records(plan["resource_changes"]).flatMap((change) => {
      const problem = problemOf(strings(record(change["change"])["actions"]));
      return problem === undefined ? [] : [`${String(change["address"])} ${problem}`];
    });
  };
}

function resources(document: Document, type: string): readonly (readonly [string, Document])[] {
  return Object.entries(record(record(document["resource"])[type])).flatMap(([name, resource]) =>
    isRecord(resource) ? [[name, resource] as const] : [],
  );
}

function record(value: unknown): Document {
  return isRecord(value) ? value : {};
}

/** A list of blocks; a single block may stand without its list. */
function records(value: unknown): readonly Document[] {
  return (Array.isArray(value) ? value : [value]).filter(isRecord);
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function nameOf(entry: string): string {
  return entry.slice(0, entry.indexOf("="));
}

function isLiteral(text: string): boolean {
  return !/(?<!\$)(?:\$\$)*\$\{/.test(text);
}

function isNonEmptyText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
