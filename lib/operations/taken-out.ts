/** Profiles that an agent has where it is deployed, and that its program no longer names. They are stopped and kept. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Document, jsonIn, record, textOf } from "../support/json-document";
import type { Manifest } from "./manifest";
import type { SynthesizedStack } from "./stacks";

/**
 * Their names.
 *
 * @param outputs the values of the stack's outputs, as they are deployed
 */
export function takenOut({ agent, profiles = {} }: Manifest, outputs: Document): readonly string[] {
  const deployed = Object.values(outputs)
    .map((value) => record(typeof value === "string" ? jsonIn(value) : undefined))
    .find((manifest) => manifest["agent"] === agent);
  return Object.keys(record(deployed?.["profiles"])).filter((name) => !Object.hasOwn(profiles, name));
}

/**
 * The outputs in a state beside the program, where CDKTF keeps it if no other backend is named. A state elsewhere is not
 * asked for, since that takes a login and time: there `plan` knows it.
 */
export function outputsHere({ document, folder }: SynthesizedStack): Document {
  const backend = record(record(record(document["terraform"])["backend"])["local"]);
  const path = textOf(backend["path"]);
  if (path === undefined) return {};
  const outputs = record(record(jsonIn(textAt(resolve(folder, path))))["outputs"]);
  return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, record(output)["value"]]));
}

/** Empty for a stack that was never deployed here. */
function textAt(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The outputs before a plan. */
export function outputsBefore(plan: Document): Document {
  const changes = Object.entries(record(plan["output_changes"]));
  return Object.fromEntries(changes.map(([name, change]) => [name, record(change)["before"]]));
}
