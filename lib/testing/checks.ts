/**
 * The guarantees as plain functions. Each returns what is wrong; an empty list means a pass. The jest matchers add a
 * message.
 */
import { parse } from "yaml";
import { DATA_PATH, GATEWAY_COMMAND, HOME_PATH, MANAGED_ENV_FILE } from "../hermes/container-contract";
import { isCredentialName } from "../hermes/environment";
import { isOff } from "../hermes/platforms";
import { isRecord } from "../support/validation";
import { AGENT_TAG } from "../targets/caprover/target";
import { SETTINGS_LABEL } from "../targets/docker/unapplied-settings";

type Document = { readonly [key: string]: unknown };

export type Check = (document: Document) => readonly string[];

export const mountsHermesData: Check = eachAgent(({ mounts }) => {
  const data = mounts.filter(({ target }) => target === DATA_PATH);
  if (data.length !== 1) return [`has ${data.length} mounts at ${DATA_PATH}`];
  return data[0]?.source ? [] : [`mounts an anonymous volume at ${DATA_PATH}`];
});

export const setsHermesHome: Check = eachAgent(({ environment }) => {
  const homes = environment.filter((entry) => entry.startsWith("HOME="));
  return homes.length === 1 && homes[0] === `HOME=${HOME_PATH}`
    ? []
    : [`has ${JSON.stringify(homes)} in its environment`];
});

export const runsGatewayMode: Check = eachAgent(({ args, replacesEntrypoint, addsInit }) => [
  ...(JSON.stringify(args) === JSON.stringify(GATEWAY_COMMAND) ? [] : [`runs ${JSON.stringify(args)}`]),
  ...(replacesEntrypoint ? ["overrides the image's entrypoint"] : []),
  ...(addsInit ? ["puts another init before the image's own"] : []),
]);

/** Looks at the whole stack, including resources that this library did not make. */
export const hasNoLiteralSecret: Check = (document) => [
  ...resources(document, "docker_container").flatMap(([name, container]) => [
    ...strings(container["env"])
      .filter((entry) => isCredentialName(nameOf(entry)) && isLiteral(entry))
      .map((entry) => `docker_container.${name} has ${nameOf(entry)} in clear text in env`),
    ...secretLines(container)
      .filter(isLiteral)
      .map((line) => `docker_container.${name} has ${nameOf(line)} in clear text in ${MANAGED_ENV_FILE}`),
  ]),
  ...resources(document, "caprover_app").flatMap(([name, app]) => [
    ...environmentOf(app["environment"])
      .filter((entry) => isCredentialName(nameOf(entry)) && isLiteral(entry))
      .map((entry) => `caprover_app.${name} has ${nameOf(entry)} in clear text in environment`),
    ...environmentOf(app["secret_environment_wo"])
      .filter(isLiteral)
      .map((entry) => `caprover_app.${name} has ${nameOf(entry)} in clear text in secret_environment_wo`),
    ...literalIn(app["deploy_token_wo"], `caprover_app.${name}`, "its deploy token"),
    ...literalIn(record(app["basic_auth"])["password_wo"], `caprover_app.${name}`, "its basic auth password"),
  ]),
  ...resources(document, "caprover_registry").flatMap(([name, registry]) =>
    literalIn(registry["password_wo"], `caprover_registry.${name}`, "its password"),
  ),
  ...records(record(document["provider"])["caprover"]).flatMap(({ password }) =>
    literalIn(password, "provider.caprover", "its password"),
  ),
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

/**
 * Lines of the managed `.env`. A variable that is in the environment too is a plain one, and is checked there; a line that
 * only takes something away holds no secret.
 */
function secretLines(container: Document): readonly string[] {
  const plain = new Set(strings(container["env"]).map(nameOf));
  return records(container["upload"])
    .filter(({ file }) => file === MANAGED_ENV_FILE)
    .flatMap(({ content }) => String(content).split("\n"))
    .filter((line) => line.includes("=") && !plain.has(nameOf(line)) && !isOff(nameOf(line), textOf(line)));
}

export const destroysNothing: Check = eachChange((actions) =>
  actions.length === 1 && actions[0] === "delete" ? "would be destroyed" : undefined,
);

export const replacesNothing: Check = eachChange((actions) =>
  actions.length > 1 && actions.includes("delete") ? "would be replaced" : undefined,
);

/** An agent as the guarantees see it, independent of its target. */
interface Agent {
  readonly address: string;
  readonly mounts: readonly { readonly source: unknown; readonly target: unknown }[];
  /** `NAME=value` */
  readonly environment: readonly string[];
  readonly args: unknown;
  readonly replacesEntrypoint: boolean;
  readonly addsInit: boolean;
}

/** Checks the agents that this library made. A stack without any fails, because the assertion would test nothing. */
function eachAgent(problemsOf: (agent: Agent) => readonly string[]): Check {
  return (document) => {
    const agents = [...containers(document), ...apps(document)];
    if (agents.length === 0) return ["the stack has no Hermes agent"];
    return agents.flatMap((agent) => problemsOf(agent).map((problem) => `${agent.address} ${problem}`));
  };
}

function containers(document: Document): readonly Agent[] {
  return resources(document, "docker_container")
    .filter(([, { labels }]) => records(labels).some(({ label }) => label === SETTINGS_LABEL))
    .map(([name, container]) => ({
      address: `docker_container.${name}`,
      mounts: records(container["mounts"]).map(({ source, target }) => ({ source, target })),
      environment: strings(container["env"]),
      args: container["command"],
      replacesEntrypoint: container["entrypoint"] !== undefined,
      addsInit: container["init"] === true,
    }));
}

/** The service override must not list mounts, which would replace the app's own. */
function apps(document: Document): readonly Agent[] {
  return resources(document, "caprover_app")
    .filter(([, { tags }]) => strings(tags).includes(AGENT_TAG))
    .map(([name, app]) => {
      const { Args, Command, Init, Mounts } = containerOverride(app["service_override"]);
      const own = Mounts === undefined ? records(app["volumes"]) : [];
      return {
        address: `caprover_app.${name}`,
        mounts: own.map((volume) => ({
          source: volume["name"] ?? volume["host_path"],
          target: volume["container_path"],
        })),
        environment: environmentOf(app["environment"]),
        args: Args,
        replacesEntrypoint: Command !== undefined,
        addsInit: Init === true,
      };
    });
}

function containerOverride(override: unknown): Document {
  if (typeof override !== "string") return {};
  return record(record(record(parse(override))["TaskTemplate"])["ContainerSpec"]);
}

function environmentOf(map: unknown): readonly string[] {
  return Object.entries(record(map)).map(([name, value]) => `${name}=${String(value)}`);
}

function literalIn(value: unknown, address: string, what: string): readonly string[] {
  return isNonEmptyText(value) && isLiteral(value) ? [`${address} has ${what} in clear text`] : [];
}

/** Changes in the JSON of a plan, as `terraform show -json` prints it. */
function eachChange(problemOf: (actions: readonly string[]) => string | undefined): Check {
  return (plan) => {
    if (typeof plan["format_version"] !== "string" || plan["planned_values"] === undefined) {
      return ["this is not a plan: give the output of `terraform show -json <plan file>`"];
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

/** Of a line of the managed `.env`, whose values stand in single quotes. */
function textOf(line: string): string {
  return line.slice(line.indexOf("=") + 1).replace(/^'(.*)'$/, "$1");
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
