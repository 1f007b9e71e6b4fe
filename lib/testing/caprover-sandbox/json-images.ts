/** Images that are described in JSON, which has no functions. */
import * as z from "zod";
import { parseRelease } from "../../hermes/releases";
import {
  choice,
  confidential,
  either,
  json,
  listOf,
  literalText,
  literalWholeNumber,
  mapOf,
  optional,
  propsSchema,
} from "../../support/validation";
import type { ImageCatalogue, ProgramPorts, ProgramResponse, SimulatedImage } from "./engine/image";
import type { Json } from "./engine/json";
import { checked, parseGivenJson } from "./given-json";
import { hermesImage } from "./images/hermes";

interface JsonAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object or a list is sent as JSON. */
  readonly body?: Json;
  readonly afterSeconds?: number;
}

/** By path without query; `*` is for any other path. A text is an answer to every path. */
type JsonPort = string | Readonly<Record<string, string | JsonAnswer>>;

interface JsonImage
  extends Pick<
    SimulatedImage,
    | "pullSeconds"
    | "pullError"
    | "credentials"
    | "startSeconds"
    | "stopSeconds"
    | "exits"
    | "healthcheck"
    | "volumes"
    | "content"
  > {
  /** The release of Hermes Agent as which the image behaves, apart from what is given beside it. */
  readonly hermes?: string;
  readonly logLines?: Extract<SimulatedImage["logLines"], readonly unknown[]>;
  readonly ports?: Readonly<Record<string, JsonPort>>;
}

const seconds = () => z.number("a number of at least 0 (seconds)").min(0, "a number of at least 0 (seconds)");
const words = (allowed = "a text") => z.string(allowed);

function imageSchema(): z.ZodType {
  const account = { user: words(), password: confidential(words()) };
  const answer = propsSchema<JsonAnswer>({
    status: optional(literalWholeNumber(100, 599, "")),
    headers: optional(z.record(words(), words(), "an object of texts")),
    body: optional(json()),
    afterSeconds: optional(seconds()),
  });
  const answers = mapOf(
    /^(?:\/.*|\*)$/,
    "names such as /health or *",
    either("a text, or an object", words(), answer),
  );
  return propsSchema<JsonImage>({
    hermes: optional(
      words("a release of Hermes Agent, such as v2026.7.30").refine(
        (tag) => parseRelease(tag) !== undefined,
        "a release of Hermes Agent, such as v2026.7.30",
      ),
    ),
    pullSeconds: optional(seconds()),
    pullError: optional(words()),
    credentials: optional(propsSchema<typeof account>(account)),
    startSeconds: optional(seconds()),
    stopSeconds: optional(seconds()),
    exits: optional(
      propsSchema<NonNullable<SimulatedImage["exits"]>>({
        afterSeconds: seconds(),
        code: literalWholeNumber(0, 255, ""),
      }),
    ),
    healthcheck: optional(
      propsSchema<NonNullable<SimulatedImage["healthcheck"]>>({
        healthyAfterSeconds: either('a number of seconds, or "never"', seconds(), choice("never")),
        unhealthyAfterSeconds: optional(seconds()),
      }),
    ),
    volumes: optional(listOf(literalText(/^\//, "an absolute path"))),
    content: optional(
      mapOf(/^\//, "names such as /opt/data", z.record(words(), words(), "an object of files, by name")),
    ),
    logLines: optional(
      listOf(
        propsSchema<{ afterSeconds?: number; line: string; stream?: string }>({
          afterSeconds: optional(seconds()),
          line: words(),
          stream: optional(choice("stdout", "stderr")),
        }),
      ),
    ),
    ports: optional(
      mapOf(
        /^[1-9]\d{0,4}$/,
        "names such as 8080",
        either("a text, or an object of answers by path", words(), answers),
      ),
    ),
  });
}

/** A reference without upper-case letters and blanks in its name. */
const REFERENCE = /^[a-z0-9][a-z0-9._/:-]*?(?::[A-Za-z0-9_][\w.-]*)?(?:@sha256:[0-9a-f]{64})?$/;

/**
 * Reads images by reference.
 * @param what where the text comes from, for the error
 * @throws Error that lists what is wrong with the first image that is not well described
 */
export function readImages(what: string, text: string): ImageCatalogue {
  const names = mapOf(REFERENCE, "names such as registry.example.com/app:1", z.unknown());
  const images = checked<Readonly<Record<string, unknown>>>(what, parseGivenJson(what, text), names);
  const schema = imageSchema();
  return Object.fromEntries(
    Object.entries(images).map(([reference, image]) => [
      reference,
      imageOf(checked<JsonImage>(`${what}: "${reference}"`, image, schema)),
    ]),
  );
}

function imageOf({ hermes, ports, ...given }: JsonImage): SimulatedImage {
  return {
    ...(hermes === undefined ? {} : hermesImage(hermes)),
    ...given,
    ...(ports === undefined ? {} : { ports: portsOf(ports) }),
  };
}

function portsOf(ports: Readonly<Record<string, JsonPort>>): ProgramPorts {
  return Object.fromEntries(
    Object.entries(ports).map(([port, given]) => {
      const answers = typeof given === "string" ? { "*": given } : given;
      return [
        port,
        ({ path }: { readonly path: string }) => {
          const [pathname = ""] = path.split("?");
          const own = Object.hasOwn(answers, pathname) ? answers[pathname] : answers["*"];
          return answerOf(own ?? { status: 404, body: "Not Found" });
        },
      ];
    }),
  );
}

function answerOf(given: string | JsonAnswer): ProgramResponse {
  const {
    status = 200,
    headers,
    body = "",
    afterSeconds,
  } = typeof given === "string" ? { body: given } : given;
  const isText = typeof body === "string";
  return {
    status,
    headers: { "Content-Type": isText ? "text/plain; charset=utf-8" : "application/json", ...headers },
    body: isText ? body : JSON.stringify(body),
    ...(afterSeconds === undefined ? {} : { afterSeconds }),
  };
}
