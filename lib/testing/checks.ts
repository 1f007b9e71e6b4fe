/**
 * The guarantees as plain functions. Each returns what is wrong; an empty list means a pass. The jest matchers add a
 * message.
 */
import { DATA_PATH, GATEWAY_COMMAND, HOME_PATH } from "../hermes/container-contract";
import { changesIn } from "../plan/changes";
import { containerOverride } from "../plan/container-override";
import { type Effect, effectOf } from "../plan/effects";
import { dataProblems } from "../plan/kept-data";
import { isAbove, normalHostPath } from "../support/host-path";
import { type Document, record, records, strings, textOf } from "../support/json-document";
import { isRecord } from "../support/objects";
import { AGENT_TAG } from "../targets/caprover/target";
import { SETTINGS_LABEL } from "../targets/docker/unapplied-settings";
import { literalSecrets } from "./literal-secrets";

export type Check = (document: Document) => readonly string[];

export const mountsHermesData: Check = eachAgent(({ mounts, memory }) => {
  const covering = memory.find((path) => path === HOME_PATH || isAbove(path, HOME_PATH));
  if (covering !== undefined) return [`keeps ${covering} in memory`];
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
export const hasNoLiteralSecret: Check = literalSecrets;

export const keepsHermesData: Check = dataProblems;

export const destroysNothing: Check = eachChange("destroy", "would be destroyed");

export const replacesNothing: Check = eachChange("replace", "would be replaced");

/** An agent as the guarantees see it, independent of its target. */
interface Agent {
  readonly address: string;
  readonly mounts: readonly { readonly source: unknown; readonly target: string }[];
  /** Paths that are in memory. */
  readonly memory: readonly string[];
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
      mounts: records(container["mounts"])
        .filter(({ type }) => type !== "tmpfs")
        .map(({ source, target }) => ({ source, target: pathOf(target) })),
      memory: [
        ...Object.keys(record(container["tmpfs"])).map(normalHostPath),
        ...records(container["mounts"]).flatMap(({ type, target }) =>
          type === "tmpfs" ? [pathOf(target)] : [],
        ),
      ],
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
          target: pathOf(volume["container_path"]),
        })),
        memory: records(app["tmpfs"]).map((tmpfs) => pathOf(tmpfs["container_path"])),
        environment: environmentOf(app["environment"]),
        args: Args,
        replacesEntrypoint: Command !== undefined,
        addsInit: Init === true,
      };
    });
}

function environmentOf(map: unknown): readonly string[] {
  return Object.entries(record(map)).map(([name, value]) => `${name}=${String(value)}`);
}

function eachChange(forbidden: Effect, problem: string): Check {
  return (plan) => {
    const changes = changesIn(plan);
    if (typeof changes === "string") return [changes];
    return changes
      .filter((change) => effectOf(change) === forbidden)
      .map(({ address }) => `${address} ${problem}`);
  };
}

function pathOf(value: unknown): string {
  return normalHostPath(textOf(value) ?? "");
}

function resources(document: Document, type: string): readonly (readonly [string, Document])[] {
  return Object.entries(record(record(document["resource"])[type])).flatMap(([name, resource]) =>
    isRecord(resource) ? [[name, resource] as const] : [],
  );
}
