/** Docker engines, and the images that the agents run on. */
import type { Finding } from "../../hermes/condition";
import { record, records, textOf } from "../../support/json-document";
import { INEXPRESSIBLE } from "../../targets/docker/provider";
import { Unreachable } from "../access/access";
import { dockerInWords, engineOptions } from "../access/engine";
import type { SynthesizedStack } from "../stacks";
import { lastLine } from "../text";
import { check, type Workspace } from "./check";
import { finished, slow } from "./programs";

const SECONDS = 20;

export const ENGINE_CHECKS = {
  engines: check({
    title: "Docker engine",
    shows: "Each Docker engine that a stack names answers.",
    bad: {
      noContext: {
        cause: "this machine has no Docker context of that name",
        fix: { program: "make it: `docker context create NAME --docker host=ssh://USER@HOST`" },
      },
      silent: {
        cause: "the engine does not answer",
        fix: { program: "start it, or check the address, the login and the way to it" },
      },
    },
    async look({ stacks, environment }): Promise<readonly Finding<"noContext" | "silent">[]> {
      return Promise.all(
        enginesOf(stacks).map(async (engine): Promise<Finding<"noContext" | "silent">> => {
          if ("unseen" in engine) return engine;
          const of = dockerInWords(engine.options);
          const asked = [...engine.options, "version", "--format", "{{.Server.Version}}"];
          const ended = await finished("docker", asked, environment, SECONDS);
          if (ended === "missing") return { of, ...NO_DOCKER };
          if (typeof ended === "string") return { of, bad: "silent", seen: `no answer within ${SECONDS} s` };
          const version = ended.stdout.trim();
          if (ended.code === 0 && version !== "") return { of, good: version };
          const said = lastLine(ended.stderr);
          const noContext = /context .*(?:not found|does not exist)|no such context/i.test(ended.stderr);
          return { of, bad: noContext ? "noContext" : "silent", seen: said };
        }),
      );
    },
  }),

  images: check({
    title: "image",
    shows: "Each image that is pulled is on the engine or in its registry.",
    bad: {
      unknown: {
        cause: "neither the engine nor the registry has the image",
        fix: { program: "correct the tag; `docker manifest inspect` with the right one answers" },
      },
    },
    async look({ stacks, environment }): Promise<readonly Finding<"unknown">[]> {
      return Promise.all(pulledImages(stacks).map((image) => findingOf(image, environment)));
    },
  }),
} as const;

const NO_DOCKER = { unseen: "the program `docker` is not installed here" } as const;

type Engine = { readonly options: readonly string[] } | { readonly of: string; readonly unseen: string };

/** Of each provider of Docker in each stack, the same one once. */
function enginesOf(stacks: readonly SynthesizedStack[]): readonly Engine[] {
  const engines = stacks.flatMap((stack) =>
    records(record(stack.document["provider"])["docker"]).map((provider) => engineOf(stack, provider)),
  );
  return [...new Map(engines.map((engine) => [JSON.stringify(engine), engine])).values()];
}

function engineOf({ name }: SynthesizedStack, provider: Readonly<Record<string, unknown>>): Engine {
  const [host, context, certPath] = ["host", "context", "cert_path"].map((key) => textOf(provider[key]));
  if ([host, context, certPath].some((value) => value?.includes("${")))
    return { of: name, unseen: "only Terraform knows the engine's address" };
  try {
    const options = engineOptions(
      {
        kind: "docker",
        container: "",
        ...(host !== undefined && { host }),
        ...(context !== undefined && { context }),
        ...(certPath !== undefined && { certPath }),
        inexpressible: INEXPRESSIBLE.flatMap(([, argument]) =>
          provider[argument] === undefined ? [] : [argument],
        ),
      },
      {},
    );
    return { options };
  } catch (error) {
    if (error instanceof Unreachable) return { of: name, unseen: error.message };
    throw error;
  }
}

interface PulledImage {
  readonly reference: string;
  /** Options of its engine; undefined for an image of an app of CapRover. */
  readonly options: readonly string[] | undefined;
}

/** Built images are left out, and those of which only Terraform knows the name. */
function pulledImages(stacks: readonly SynthesizedStack[]): readonly PulledImage[] {
  const images = stacks.flatMap((stack): PulledImage[] => {
    const { document } = stack;
    const resources = record(document["resource"]);
    const [engine] = records(record(document["provider"])["docker"]).map((provider) =>
      engineOf(stack, provider),
    );
    const options = engine && "options" in engine ? engine.options : undefined;
    const onDocker = Object.values(record(resources["docker_image"])).flatMap((image) => {
      const { name, build } = record(image);
      return typeof name === "string" && build === undefined ? [{ reference: name, options }] : [];
    });
    const onCapRover = Object.values(record(resources["caprover_app"])).flatMap((app) => {
      const image = textOf(record(app)["image"]);
      return image === undefined ? [] : [{ reference: image, options: undefined }];
    });
    return [...onDocker, ...onCapRover].filter(({ reference }) => !reference.includes("${"));
  });
  return [...new Map(images.map((image) => [JSON.stringify(image), image])).values()];
}

async function findingOf(
  { reference: of, options }: PulledImage,
  environment: Workspace["environment"],
): Promise<Finding<"unknown">> {
  const docker = (arguments_: readonly string[]) => finished("docker", arguments_, environment, SECONDS);
  if (options !== undefined) {
    const there = await docker([...options, "image", "inspect", "--format", "{{.Id}}", of]);
    if (there === "missing") return { of, ...NO_DOCKER };
    if (typeof there !== "string" && there.code === 0) return { of, good: "on the engine" };
  }
  const ended = await docker(["manifest", "inspect", of]);
  if (ended === "missing") return { of, ...NO_DOCKER };
  if (typeof ended === "string") return { of, ...slow("the registry", SECONDS) };
  if (ended.code === 0) return { of, good: "in the registry" };
  const said = lastLine(ended.stderr);
  // A private registry says the same of an image that it does not have and of one that it does not show.
  if (/manifest unknown|no such manifest/i.test(said) && !/denied|unauthorized/i.test(said))
    return { of, bad: "unknown", seen: said };
  return { of, unseen: `the registry gave no answer: ${said}`, missed: true };
}
