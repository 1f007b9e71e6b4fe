/** What no single prop of an app shows. Values that only Terraform knows are left to the provider. */
import { definitionProblem, templatedKeys } from "../caprover-server/limits";
import { isRecord } from "../support/objects";
import { isUnresolved } from "../support/tokens";

interface PropConflict {
  readonly path: readonly string[];
  /** What is wrong, as a clause. */
  readonly problem: string;
  readonly fix: string;
}

type Props = Readonly<Record<string, unknown>>;

export function conflictsIn(props: Props): readonly PropConflict[] {
  return [...data(props), ...source(props), ...access(props), ...readiness(props), ...variables(props)];
}

const isOff = (value: unknown) => value === undefined || value === false;

function* data({ persistent, volumes, instanceCount }: Props): Generator<PropConflict> {
  if (isOff(persistent) && Array.isArray(volumes) && volumes.length > 0) {
    const problem = "needs `persistent`: CapRover mounts volumes only into apps with data";
    yield { path: ["volumes"], problem, fix: "give `persistent: true`" };
  }
  const many = typeof instanceCount === "number" && !isUnresolved(instanceCount) && instanceCount > 1;
  if (persistent === true && many) {
    const problem = "is more than one, and several containers would destroy the data";
    yield { path: ["instanceCount"], problem, fix: "give 0 or 1" };
  }
}

function* source({ image, captainDefinition: definition }: Props): Generator<PropConflict> {
  const both = [image, definition].every((text) => typeof text === "string" && !isUnresolved(text));
  if (both) {
    const problem = "is beside `image`, and an app has one of the two";
    yield { path: ["captainDefinition"], problem, fix: "remove one of them" };
  }
  if (typeof definition !== "string" || isUnresolved(definition)) return;
  const problem = definitionProblem(parsed(definition));
  if (problem !== undefined)
    yield {
      path: ["captainDefinition"],
      problem: `is no captain-definition (${problem})`,
      fix: "correct it",
    };
}

function* access({ webApp, basicAuth, deployTokenWo, deployTokenEnabled }: Props): Generator<PropConflict> {
  if (webApp === false && basicAuth !== undefined) {
    const problem = "has no address to be in front of, with `webApp: false`";
    yield { path: ["basicAuth"], problem, fix: "remove one of them" };
  }
  if (deployTokenWo !== undefined && isOff(deployTokenEnabled)) {
    const problem = "needs `deployTokenEnabled`: CapRover keeps a token only for an app that accepts one";
    yield { path: ["deployTokenWo"], problem, fix: "give `deployTokenEnabled: true`" };
  }
}

function* readiness({ webApp, ready }: Props): Generator<PropConflict> {
  const http = isRecord(ready) ? ready["http"] : undefined;
  if (!isRecord(http) || isUnresolved(http)) return;
  const { status = 200, contains } = http;
  if (webApp === false) {
    const problem = "asks an address that the app does not have, with `webApp: false`";
    yield { path: ["ready", "http"], problem, fix: "remove one of them" };
  }
  if (contains === undefined && status === 200) {
    const problem = "is missing, and CapRover answers 200 with a page of its own when the app is not there";
    const fix = "give a text that only this app answers, or a status other than 200";
    yield { path: ["ready", "http", "contains"], problem, fix };
  }
}

function* variables(props: Props): Generator<PropConflict> {
  const [environment, secretEnvironmentWo] = [props["environment"], props["secretEnvironmentWo"]].map(known);
  for (const name of Object.keys(secretEnvironmentWo ?? {})) {
    if (!Object.hasOwn(environment ?? {}, name)) continue;
    const path = ["environment", name];
    yield { path, problem: "is in `secretEnvironmentWo` too", fix: "keep it in one of them" };
  }
  if (!isOff(props["environmentTemplates"])) return;
  for (const [prop, map] of Object.entries({ environment, secretEnvironmentWo }))
    for (const name of templatedKeys(map ?? {})) {
      const problem = "has `{{` in its value, which Docker Swarm replaces";
      yield { path: [prop, name], problem, fix: "write it without, or give `environmentTemplates: true`" };
    }
}

function known(map: unknown): Props | undefined {
  return isRecord(map) && !isUnresolved(map) ? map : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
