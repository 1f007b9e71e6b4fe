/** Stacks whose plan would delete: version 3 of the Docker provider removes a stopped container when it looks at it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isNamed, lockedVersions } from "../../caprover/lock-file";
import { LOCK_FILE } from "../../caprover/plugin-folder";
import { type Document, record, textOf } from "../../support/json-document";
import { admitsBelow4, demandsBelow4 } from "../../targets/docker/provider-version";
import type { SynthesizedStack } from "../stacks";
import type { Trouble } from "./trouble";

const DOCKER = "kreuzwerker/docker";

/** Whether the stack has the Docker provider. */
export function hasDocker({ document }: SynthesizedStack): boolean {
  return constraintsOf(document).length > 0;
}

/** By what the program demands, before Terraform chooses a version. */
export function demandedProblem({ document }: SynthesizedStack): Trouble | undefined {
  const constraint = constraintsOf(document).find(demandsBelow4);
  return constraint === undefined ? undefined : refusal(`the program demands ${JSON.stringify(constraint)}`);
}

/** By the version that Terraform has chosen; without one in the lock file, by what it may choose. */
export function chosenProblem({ document, folder }: SynthesizedStack): Trouble | undefined {
  const versions = lockedVersions(lockFileIn(folder), DOCKER);
  const old = versions.find((version) => Number.parseInt(version, 10) < 4);
  if (old !== undefined) return refusal(`Terraform chose ${old}`);
  if (versions.length > 0) return undefined;
  const constraint = constraintsOf(document).find(admitsBelow4);
  return constraint === undefined
    ? undefined
    : refusal(`${LOCK_FILE} names no version, and the program admits ${JSON.stringify(constraint)}`);
}

/**
 * Of a stack without an agent, which so demands what the bindings pin: why a plain deploy of it may delete stopped
 * containers. Undefined for a stack that has always been somebody else's, as far as that can be seen.
 */
export function emptiedProblem({ document, folder, agents }: SynthesizedStack): string | undefined {
  const constraint = constraintsOf(document).find(demandsBelow4);
  if (constraint === undefined || agents.length > 0) return undefined;
  const newer = lockedVersions(lockFileIn(folder), DOCKER).find((one) => Number.parseInt(one, 10) >= 4);
  const isUnused = ["resource", "data"].every((kind) =>
    Object.keys(record(document[kind])).every((type) => !type.startsWith("docker_")),
  );
  if (newer === undefined && !isUnused) return undefined;
  const had = newer === undefined ? "if it had an agent before" : `it had ${newer} until now`;
  return `its Docker provider goes back to ${JSON.stringify(constraint)}, with which a deploy deletes stopped containers (${had}): state ">= 4.1, < 5" in terraform.required_providers.docker.version by addOverride until the stack is destroyed`;
}

function refusal(how: string): Trouble {
  return {
    why: `its Docker provider is older than 4 (${how}), and a plan with that one deletes stopped containers`,
    fix: 'let the stack take version 4: remove what states another one, or state ">= 4.1, < 5" in required_providers.docker.version, and synthesize again',
  };
}

/** Of every provider that has this source, whatever it is called. No constraint is an empty one. */
function constraintsOf(document: Document): readonly string[] {
  const required = Object.entries(record(record(document["terraform"])["required_providers"]));
  return required.flatMap(([name, value]) => {
    const { source, version } = record(value);
    const isDocker = isNamed(textOf(source) ?? name, DOCKER);
    return isDocker ? [typeof version === "string" ? version : ""] : [];
  });
}

function lockFileIn(folder: string): string {
  try {
    return readFileSync(join(folder, LOCK_FILE), "utf8");
  } catch {
    return "";
  }
}
