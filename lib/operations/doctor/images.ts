/** The images that the agents run on, and those that theirs are built from. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Finding } from "../../hermes/condition";
import { imagesIn } from "../../support/dockerfile";
import { type Document, jsonIn, record, records, strings, textOf } from "../../support/json-document";
import { NotFinished } from "../access/program";
import { hasReference, type Manifest } from "../manifest";
import type { SynthesizedStack } from "../stacks";
import { lastLine } from "../text";
import { check, type Workspace } from "./check";
import { engineOf } from "./engines";
import { finished, unanswered } from "./programs";

const SECONDS = 20;

export const IMAGE_CHECKS = {
  images: check({
    title: "image",
    shows:
      "Each image that is pulled, or that one is built from, is on the engine or in its registry. The registry is asked with the login that docker has here; a CapRover server pulls with its own.",
    bad: {
      unknown: {
        cause: "neither the engine nor the registry has the image",
        fix: { program: "correct the tag; `docker manifest inspect` with the right one answers" },
      },
      notBuilt: {
        cause: "the registry does not have the image that a CI is to build",
        fix: { program: "push the program, and deploy when the CI has built the image" },
      },
    },
    async look({ stacks, environment, home }): Promise<readonly Finding<Bad>[]> {
      return Promise.all(wantedImages(stacks).map((image) => findingOf(image, { environment, home })));
    },
  }),
} as const;

type Bad = "unknown" | "notBuilt";

interface WantedImage {
  readonly reference: string;
  /** Options of the engine that pulls it; undefined for a CapRover server. */
  readonly options: readonly string[] | undefined;
  /** Who deploys it, if a CI builds it. */
  readonly delivery: Manifest["delivery"] | undefined;
}

/** Those of which only Terraform knows the name are left out. */
function wantedImages(stacks: readonly SynthesizedStack[]): readonly WantedImage[] {
  const deliveries = new Map(
    stacks.flatMap(({ agents }) => agents.map(({ image, delivery }) => [image, delivery] as const)),
  );
  const wanted = stacks.flatMap((stack): Omit<WantedImage, "delivery">[] => {
    const resources = record(stack.document["resource"]);
    const onDocker = Object.values(record(resources["docker_image"])).flatMap((given) => {
      const image = record(given);
      const name = textOf(image["name"]);
      const [build] = records(image["build"]);
      const references = build ? basesOf(stack, build) : name === undefined ? [] : [name];
      const options = optionsFor(stack, textOf(image["provider"]));
      return references.map((reference) => ({ reference, options }));
    });
    const onCapRover = Object.values(record(resources["caprover_app"])).flatMap((given) => {
      const { image, captain_definition: definition } = record(given);
      const references = typeof image === "string" ? [image] : imagesOfDefinition(definition);
      return references.map((reference) => ({ reference, options: undefined }));
    });
    return [...onDocker, ...onCapRover].filter(({ reference }) => !hasReference(reference));
  });
  const images = wanted.map((image) => ({ ...image, delivery: deliveries.get(image.reference) }));
  return [...new Map(images.map((image) => [JSON.stringify(image), image])).values()];
}

/** Of the provider that pulls or builds the image. */
function optionsFor(stack: SynthesizedStack, named = "docker"): readonly string[] | undefined {
  const provider = records(record(stack.document["provider"])["docker"]).find(({ alias }) =>
    alias === undefined ? named === "docker" : named === `docker.${alias}`,
  );
  const engine = provider && engineOf(stack, provider);
  return engine && "options" in engine ? engine.options : undefined;
}

/** Of a build context on this machine. */
function basesOf({ folder }: SynthesizedStack, { context, dockerfile }: Document): readonly string[] {
  if (typeof context !== "string") return [];
  const file = join(resolve(folder, context), textOf(dockerfile) ?? "Dockerfile");
  return existsSync(file) ? imagesIn(readFileSync(file, "utf8").split(/\r?\n/)) : [];
}

function imagesOfDefinition(definition: unknown): readonly string[] {
  const { imageName, dockerfileLines } = record(jsonIn(textOf(definition) ?? ""));
  return typeof imageName === "string" ? [imageName] : imagesIn(strings(dockerfileLines));
}

async function findingOf(
  { reference: of, options, delivery }: WantedImage,
  { environment, home }: Pick<Workspace, "environment" | "home">,
): Promise<Finding<Bad>> {
  const docker = (arguments_: readonly string[]) => finished("docker", arguments_, environment, SECONDS);
  if (options !== undefined) {
    const there = await docker([...options, "image", "inspect", "--format", "{{.Id}}", of]);
    if (there instanceof NotFinished && there.reason === "missing")
      return { of, ...unanswered(there, "docker") };
    if (!(there instanceof NotFinished) && there.code === 0) return { of, good: "on the engine" };
  }
  const host = registryOf(of);
  const plain = LOOPBACK.test(host) ? ["--insecure"] : [];
  const ended = await docker(["manifest", "inspect", ...plain, of]);
  if (ended instanceof NotFinished)
    return { of, ...unanswered(ended, "docker", `docker manifest inspect ${of}`, SECONDS) };
  if (ended.code === 0) return { of, good: "in the registry" };
  const said = lastLine(ended.stderr);
  if (/denied|unauthorized|authentication required/i.test(said))
    return { of, unseen: `${notShown(host, environment, home)} (${said})`, missed: true };
  if (!/(?:manifest|name) unknown|no such manifest|not known to registry/i.test(said))
    return { of, unseen: `${host} gave no answer: ${said}`, missed: true };
  if (delivery === "terraform") return { of, bad: "notBuilt", seen: said };
  // Terraform names it for a new app alone, and keeps what the CI has deployed to another one.
  if (delivery === "token")
    return { of, unseen: "not in its registry yet: only a new app needs it before its CI deploys" };
  return { of, bad: "unknown", seen: said };
}

/** A registry says the same of an image that it does not have and of one that it does not show. */
function notShown(host: string, environment: Workspace["environment"], home: string): string {
  return hasLogin(host, environment, home)
    ? `${host} does not show it to the login that docker has here: it is missing, or private`
    : `${host} does not show it without a login: it is private, or missing; \`docker login ${host}\` tells more`;
}

/** By names alone: the passwords in docker's configuration are not read. */
function hasLogin(host: string, environment: Workspace["environment"], home: string): boolean {
  const file = join(environment["DOCKER_CONFIG"] || join(home, ".docker"), "config.json");
  const { auths, credHelpers, credsStore } = record(
    jsonIn(existsSync(file) ? readFileSync(file, "utf8") : ""),
  );
  if (typeof credsStore === "string" && credsStore !== "") return true;
  const keys = [...Object.keys(record(auths)), ...Object.keys(record(credHelpers))];
  const wanted = LOGIN_HOSTS.get(host) ?? host;
  return keys.some((key) => key.replace(/^https?:\/\//, "").split("/")[0] === wanted);
}

const HUB = "docker.io";
/** Under which docker keeps the login of its own registry. */
const LOGIN_HOSTS: ReadonlyMap<string, string> = new Map([[HUB, "index.docker.io"]]);

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+)(?::\d+)?$/;

/** The first part is a host if it can be no user of Docker Hub. */
function registryOf(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : HUB;
}
