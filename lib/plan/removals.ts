/** Agents whose plan goes to another engine or server than the last apply, as the outputs with their manifests say. */
import { serverAt } from "../caprover/server";
import { type Document, jsonIn, record, textOf } from "../support/json-document";
import { areDifferent, engineNamed } from "../targets/docker/engine";
import type { PlannedAgent } from "./agents";

/** A change of the engine or server. An agent that it still finds there has only another name for the same one. */
export interface Removal {
  /** Type of the agent's resource. */
  readonly type: string;
  /** Name of the container or app. */
  readonly name: string;
  /** Where the agent is, and where it is to be, in words. */
  readonly from: string;
  readonly to: string;
}

export function removalsIn(plan: Document): readonly Removal[] {
  return Object.entries(record(plan["output_changes"])).flatMap(([output, value]) => {
    if (!output.endsWith("_manifest")) return [];
    const { before, after } = record(value);
    const [was = {}, is = {}] = [before, after].map((text) => record(jsonIn(textOf(text) ?? "")));
    const removal = removalBetween(was, is);
    return removal === undefined ? [] : [removal];
  });
}

/** @returns undefined if the second manifest has the same engine or server as the first one */
export function removalBetween(was: Document, is: Document): Removal | undefined {
  const name = textOf(was["name"]);
  const [from, to] = [record(was["place"]), record(is["place"])];
  const place = from["kind"] === to["kind"] ? PLACES[String(from["kind"])] : undefined;
  if (name === undefined || place === undefined || !place.areDifferent(from, to)) return undefined;
  return { type: place.type, name, from: place.inWords(from), to: place.inWords(to) };
}

/** Whether it is that agent which goes elsewhere. */
export function isOf({ type, name }: Removal, { change, before }: PlannedAgent): boolean {
  return change.type === type && before?.name === name;
}

interface PlaceKind {
  readonly type: string;
  areDifferent(from: Document, to: Document): boolean;
  inWords(place: Document): string;
}

const PLACES: Readonly<Record<string, PlaceKind>> = {
  docker: {
    type: "docker_container",
    areDifferent: (from, to) =>
      [from, to].every(isShown) && areDifferent(engineNamed(addressIn(from)), engineNamed(addressIn(to))),
    inWords: ({ host, context }) =>
      textOf(context) === undefined
        ? `the engine ${textOf(host) ?? "of this machine or of DOCKER_HOST"}`
        : `the engine of the Docker context ${context}`,
  },
  caprover: {
    type: "caprover_app",
    areDifferent: (from, to) => serverAt(serverIn(from)) !== serverAt(serverIn(to)),
    inWords: ({ url }) => `the CapRover server ${textOf(url) ?? "that CAPROVER_URL names"}`,
  },
};

/** An address that is null comes from a sensitive value. */
function isShown({ host, context }: Document): boolean {
  return host !== null && context !== null;
}

function addressIn({ host, context }: Document) {
  return { host: textOf(host), context: textOf(context) };
}

function serverIn({ url }: Document): string {
  return textOf(url) ?? process.env["CAPROVER_URL"] ?? "";
}
