/** Docker engines. */
import type { Finding } from "../../hermes/condition";
import { record, records, textOf } from "../../support/json-document";
import { INEXPRESSIBLE } from "../../targets/docker/provider";
import { Unreachable } from "../access/access";
import { dockerInWords, engineOptions } from "../access/engine";
import { NotFinished } from "../access/program";
import { hasReference } from "../manifest";
import type { SynthesizedStack } from "../stacks";
import { lastLine } from "../text";
import { check } from "./check";
import { finished, unanswered } from "./programs";

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
          if (ended instanceof NotFinished)
            return ended.reason === "slow"
              ? { of, bad: "silent", seen: `no answer within ${SECONDS} s` }
              : { of, ...unanswered(ended, "docker", of, SECONDS) };
          const version = ended.stdout.trim();
          if (ended.code === 0 && version !== "") return { of, good: version };
          const said = lastLine(ended.stderr);
          const noContext = /context .*(?:not found|does not exist)|no such context/i.test(ended.stderr);
          return { of, bad: noContext ? "noContext" : "silent", seen: said };
        }),
      );
    },
  }),
} as const;

type Engine = { readonly options: readonly string[] } | { readonly of: string; readonly unseen: string };

/** Of each provider of Docker in each stack, the same one once. */
function enginesOf(stacks: readonly SynthesizedStack[]): readonly Engine[] {
  const engines = stacks.flatMap((stack) =>
    records(record(stack.document["provider"])["docker"]).map((provider) => engineOf(stack, provider)),
  );
  return [...new Map(engines.map((engine) => [JSON.stringify(engine), engine])).values()];
}

export function engineOf({ name }: SynthesizedStack, provider: Readonly<Record<string, unknown>>): Engine {
  const [host, context, certPath] = ["host", "context", "cert_path"].map((key) => textOf(provider[key]));
  if ([host, context, certPath].some(hasReference))
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
