import { argumentsOf } from "../support/docker-run";
import { showValue } from "../support/errors";
import { isLoopbackHost } from "../support/hosts";
import { rulesFor, when } from "./rule";
import type { CredentialRuleId } from "./secret";
import type { SERVER_RULES } from "./server";

/** A model's server in a container. */
export interface LocalModelSubject {
  readonly image: string;
  /** Further arguments of a server that this library starts. */
  readonly args?: readonly string[] | undefined;
  /** The command of any other server, and the port that the program says. */
  readonly command?: readonly string[] | undefined;
  readonly port?: number | undefined;
}

export const LOCAL_MODEL_RULES = rulesFor<LocalModelSubject>()({
  "local-model-image-unpinned": {
    severity: "error",
    refuses: "the image of a model's server without a digest",
    because:
      "a tag of it may be pushed again, and the same program then runs another server, with other memory and other answers",
    seen: "Docker Hub: a tag is a name, which its owner can move",
    check: ({ image }) =>
      when(!image.includes("@sha256:"), () => ({
        prop: "image",
        value: showValue(image),
        allowed: "a digest (image@sha256:…)",
        fix: "add the digest that `docker buildx imagetools inspect` shows for the tag",
      })),
  },
  "local-model-args-overruled": {
    severity: "error",
    refuses:
      "an argument in `args` of vLLM that a prop says already, such as `--served-model-name` or `--port`; and in `command` a `--port` that is not `port`, or a `--host` that is the container's loopback",
    because: "agents ask at another place, or for another model, than the server has",
    seen: "argparse, by which vLLM reads them: of two equal ones the last one counts",
    check: ({ args = [], command = [], port }) => [
      ...argumentsOf(args).flatMap(({ at, flag }) =>
        OWN_ARGUMENTS[flag] === undefined
          ? []
          : [{ prop: `args[${at}]`, value: showValue(flag), fix: OWN_ARGUMENTS[flag] }],
      ),
      ...argumentsOf(command).flatMap(({ at, flag, value }) => [
        ...when(
          flag === "--port" && port !== undefined && /^\d+$/.test(value) && Number(value) !== port,
          () => ({
            prop: `command[${at}]`,
            value: showValue(`${flag} ${value}`),
            fix: `write the same number there and in \`port\`, which is ${port}`,
          }),
        ),
        ...when(flag === "--host" && value !== "0.0.0.0" && isLoopbackHost(value), () => ({
          prop: `command[${at}]`,
          value: showValue(`${flag} ${value}`),
          fix: 'write "--host", "0.0.0.0"',
        })),
      ]),
    ],
  },
});

/** What this library gives vLLM, each with the way to say otherwise. */
const OWN_ARGUMENTS: Readonly<Record<string, string>> = {
  "--model": "it is `model`: remove it",
  "--served-model-name": "it is `model`: remove it",
  "--host": "remove it: the server listens at all addresses of its container",
  "--port": "remove it: nothing is published, so no other server has the port",
  "--max-model-len": "give `contextLength`",
  "--tool-call-parser": "give `toolCallParser`",
  "--enable-auto-tool-choice": "remove it: calls of tools are on",
};

/** The id of a rule about a local model. */
export type LocalModelRuleId = keyof typeof LOCAL_MODEL_RULES | keyof typeof SERVER_RULES | CredentialRuleId;
