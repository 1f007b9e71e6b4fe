import { TerraformProvider } from "cdktf";
import type * as z from "zod";
import { mountShape } from "../agent/settings/mounts";
import { MAX_MEMORY_MIB } from "../hermes/container-contract";
import { ENVIRONMENT_NAME } from "../hermes/environment";
import { MODEL_URL, MODEL_URL_IN_WORDS } from "../hermes/web-address";
import { LOCAL_MODEL_RULES } from "../rules/local-model";
import { acknowledgeSchema } from "../rules/review";
import { CREDENTIAL_RULES } from "../rules/secret";
import { SERVER_RULES } from "../rules/server";
import { serverHealthShape } from "../server-health";
import { isRecord } from "../support/objects";
import {
  anyText,
  choice,
  confidential,
  construct,
  lazily,
  listOf,
  literalText,
  literalWholeNumber,
  mapOf,
  optional,
  propsSchema,
  secret,
  text,
  wholeNumber,
} from "../support/validation";
import { volumeName } from "../support/volume-name";
import type { ModelContainerProps, OllamaProps, OpenAiCompatibleProps, VllmProps } from "./props";
import { LEAST_CONTEXT_LENGTH } from "./servers";

/** A part of a host name, since agents call the server by it. */
export const SERVER_NAME = /^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/;
export const SERVER_NAME_IN_WORDS = "two or more lower-case letters, digits and `-`, such as qwen";

/** It stands in a command line, and must not be an option there. */
const modelName = () => literalText(/^[^\s-]\S*$/, "a model's name, without blanks");

function modelShapes() {
  return {
    model: modelName(),
    acknowledge: acknowledgeSchema({ ...LOCAL_MODEL_RULES, ...SERVER_RULES, ...CREDENTIAL_RULES }),
  };
}

function serverShapes() {
  return {
    ...modelShapes(),
    image: literalText(/^\S+$/, "an image, such as ollama/ollama@sha256:…"),
    name: optional(literalText(SERVER_NAME, SERVER_NAME_IN_WORDS)),
    gpus: optional(choice("all")),
    memoryMiB: optional(wholeNumber(6, MAX_MEMORY_MIB, "MiB")),
    readyWithinSeconds: optional(literalWholeNumber(1, 86_400, "seconds")),
    provider: optional(construct("DockerProvider", (value) => TerraformProvider.isTerraformProvider(value))),
  };
}

function weightShapes() {
  return {
    weightsVolume: optional(volumeName()),
    contextLength: optional(literalWholeNumber(LEAST_CONTEXT_LENGTH, 2 ** 27, "tokens")),
  };
}

export const OLLAMA_SCHEMA = lazily(() => propsSchema<OllamaProps>({ ...serverShapes(), ...weightShapes() }));

export const VLLM_SCHEMA = lazily(() =>
  propsSchema<VllmProps>({
    ...serverShapes(),
    ...weightShapes(),
    toolCallParser: optional(literalText(/^[a-z0-9][\w.-]*$/i, "a parser's name, such as hermes")),
    args: optional(listOf(anyText())),
    huggingFaceToken: optional(confidential(anyText("a sensitive Terraform value"))),
    shmMiB: optional(wholeNumber(1, MAX_MEMORY_MIB, "MiB")),
  }),
);

type Shapes = {
  readonly [Prop in keyof OpenAiCompatibleProps | keyof ModelContainerProps | "apiKey"]: z.ZodType;
};

/** The three ways in one, since the props of each are none of the others'. */
export const OPEN_AI_COMPATIBLE_SCHEMA = lazily(() => {
  const { image, ...server } = serverShapes();
  const shapes: Shapes = {
    ...server,
    image: optional(image),
    port: optional(literalWholeNumber(1, 65_535, "")),
    health: optional(serverHealthShape()),
    command: optional(listOf(anyText())),
    env: optional(
      confidential(
        mapOf(ENVIRONMENT_NAME, "letters, digits and `_`, with no digit first", text(/^[^\0]*$/, "a string")),
      ),
    ),
    volumes: optional(listOf(mountShape())),
    onHost: optional(propsSchema<{ readonly port: number }>({ port: literalWholeNumber(1, 65_535, "") })),
    baseUrl: optional(text(MODEL_URL, MODEL_URL_IN_WORDS)),
    apiKey: optional(secret()),
  };
  return propsSchema(shapes).superRefine((props, context) => {
    if (!isRecord(props)) return;
    const ways = Object.keys(WAYS).filter((way) => props[way] !== undefined);
    const [way] = ways;
    if (way === undefined || ways.length > 1) {
      const message = `exactly one of ${Object.keys(WAYS).join(", ")}`;
      context.addIssue({ code: "custom", path: [ways[1] ?? "baseUrl"], message });
      return;
    }
    const { needs, besides } = WAYS[way] ?? { needs: [], besides: [] };
    for (const prop of needs)
      if (props[prop] === undefined)
        context.addIssue({ code: "custom", path: [prop], message: `a value beside \`${way}\`` });
    for (const prop of Object.keys(props))
      if (props[prop] !== undefined && ![way, ...needs, ...besides, ...EVERYWHERE].includes(prop))
        context.addIssue({ code: "custom", path: [prop], message: `nothing beside \`${way}\`` });
  });
});

const EVERYWHERE: readonly string[] = ["model", "acknowledge"];

interface Way {
  readonly needs: readonly string[];
  readonly besides: readonly string[];
}

/** The props of each way. */
const WAYS: Readonly<Record<string, Way>> = {
  image: {
    needs: ["port", "health"],
    besides: ["name", "gpus", "memoryMiB", "readyWithinSeconds", "provider", "command", "env", "volumes"],
  },
  onHost: { needs: [], besides: ["apiKey"] },
  baseUrl: { needs: [], besides: ["apiKey"] },
};
