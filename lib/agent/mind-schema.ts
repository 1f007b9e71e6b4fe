/** The shape of a mind, for an agent and for each of its profiles. */
import type * as z from "zod";
import { ENVIRONMENT_NAME } from "../hermes/environment";
import { MODEL_URL } from "../hermes/web-address";
import { LocalModel } from "../local-model";
import {
  anyText,
  confidential,
  construct,
  either,
  flag,
  listOf,
  literalText,
  literalWholeNumber,
  mapOf,
  optional,
  propsSchema,
  secret,
  text,
  textThat,
} from "../support/validation";
import type {
  CronProps,
  DataFile,
  FallbackModel,
  McpHttpServer,
  McpStdioServer,
  MindProps,
  TextOrFile,
} from "./settings/mind";

/** Shapes of the props of a mind, by their names. */
export function mindShapes(): { readonly [Prop in keyof Required<MindProps>]: z.ZodType } {
  const list = (item: z.ZodType) => listOf(item);
  const tools = {
    tools: optional(
      propsSchema<{ readonly include?: unknown; readonly exclude?: unknown }>({
        include: optional(list(literalText(/^\S+$/, "a tool's name"))),
        exclude: optional(list(literalText(/^\S+$/, "a tool's name"))),
      }),
    ),
    timeoutSeconds: optional(literalWholeNumber(1, 86400, "seconds")),
  };
  const value = () =>
    either(
      "text, a sensitive Terraform value, or inSecretsFile",
      secret(),
      confidential(text(/^[^\0\r\n]*$/, "one line")),
    );
  const stdio = propsSchema<Omit<McpStdioServer, "url" | "headers">>({
    command: literalText(/^\S(?:[^\0\r\n]*\S)?$/, "a program"),
    args: optional(list(text(/^[^\0]*$/, "a string"))),
    env: optional(mapOf(ENVIRONMENT_NAME, "letters, digits and `_`, with no digit first", value())),
    ...tools,
  });
  const http = propsSchema<Omit<McpHttpServer, "command" | "args" | "env">>({
    url: textThat((given) => /^https?:\/\/[^\s/]+/.test(given), "an address with http:// or https://"),
    headers: optional(
      mapOf(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "a header's name, such as Authorization", value()),
    ),
    ...tools,
  });
  return {
    soul: optional(textOrFile()),
    skills: optional(list(path())),
    mcpServers: optional(
      mapOf(
        /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
        "a name of letters, digits, `-` and `_`",
        either("a program with `command`, or a server with `url`", stdio, http),
      ),
    ),
    crons: optional(
      mapOf(
        /^\S(?:[^\0\r\n]{0,98}\S)?$/,
        "a name in one line",
        propsSchema<CronProps>({
          schedule: literalText(/\S/, 'five fields of cron, or "every 2h"'),
          prompt: anyText("what the agent is asked"),
          deliver: optional(text(/^\S(?:[^\r\n]*\S)?$/, "a platform, such as slack")),
          skills: optional(list(literalText(/^\S+$/, "a skill's name"))),
          workdir: optional(text(/^\/[^\0\r\n]*$/, "an absolute path in the container")),
        }),
      ),
    ),
    fallbackModels: optional(
      list(
        either(
          "provider and name of a model, or a LocalModel",
          construct("LocalModel", (value) => value instanceof LocalModel),
          propsSchema<FallbackModel>({
            provider: anyText("a provider's name"),
            name: anyText("a model's name"),
            baseUrl: optional(
              text(MODEL_URL, "an http(s):// URL up to and including /v1, with no slash or call at the end"),
            ),
            apiKey: optional(secret()),
          }),
        ),
      ),
    ),
    toolsets: optional(
      either(
        "a list of toolsets, or lists by surface",
        list(literalText(/^\S+$/, "a toolset's name")),
        mapOf(
          /^[a-z][a-z0-9_-]*$/,
          "a surface, such as slack or api_server",
          list(literalText(/^\S+$/, "a toolset's name")),
        ),
      ),
    ),
    files: optional(mapOf(/^[^\0\r\n]+$/, "a path below the data", dataFile())),
  };
}

/** A text may hold what only Terraform knows. */
function textOrFile(): z.ZodType {
  return oneOf(propsSchema<Record<keyof TextOrFile, unknown>>(contentShapes()));
}

function dataFile(): z.ZodType {
  return oneOf(
    propsSchema<Record<keyof DataFile, unknown>>({ ...contentShapes(), executable: optional(flag()) }),
  );
}

function contentShapes() {
  return {
    text: optional(confidential(text(/^[^\0]*$/, "a text"))),
    file: optional(path()),
  };
}

function oneOf(schema: z.ZodObject): z.ZodType {
  return schema.refine(
    ({ text, file }) => (text === undefined) !== (file === undefined),
    "one of text and file",
  );
}

function path(): z.ZodType {
  return literalText(/^[^\0\r\n]*\S[^\0\r\n]*$/, "a path");
}
