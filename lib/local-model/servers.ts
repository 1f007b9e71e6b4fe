/** How each kind of model server is started, and how it shows that it has the model. */

import { healthCheckOf } from "../server-health";
import type { HealthCheck, ServerSpec } from "../server-spec";
import type { ModelContainerProps, OllamaProps, VllmProps } from "./props";

/** A server as its agents call it. */
export interface ModelServer {
  readonly spec: ServerSpec;
  readonly port: number;
  /** Settings of an agent's config.yaml that fit to the server, by dotted path. */
  readonly leaves: Readonly<Record<string, number>>;
}

const READY_SECONDS = 3600;

/** Hermes needs 64000 (agent/model_metadata.py of 0.19.0). */
export const LEAST_CONTEXT_LENGTH = 64_000;

const OLLAMA_PORT = 11_434;

/**
 * Ollama downloads a model only when it is told to. The server runs in the background until it has the model, and its end
 * is the container's. POSIX sh without braces behind a dollar, which Terraform would read. The model is the first
 * argument, the length of its context the second one: Ollama would shorten a context that is longer than the model's own,
 * and Hermes then refuses each message.
 */
const OLLAMA_SCRIPT = `ollama serve & server=$!
trap 'kill -TERM $server' TERM INT
until ollama list >/dev/null 2>&1; do
  kill -0 $server 2>/dev/null || exit 1
  sleep 1
done
if ! ollama show "$1" >/dev/null 2>&1; then
  ollama pull "$1" || { kill -TERM $server; exit 1; }
fi
longest=$(ollama show "$1" | sed -n 's/^ *context length *\\([0-9][0-9]*\\) *$/\\1/p')
if [ -n "$longest" ] && [ "$longest" -lt "$2" ]; then
  echo "$1 can see $longest tokens at once, and the agent needs $2. Choose another model." >&2
  kill -TERM $server
  exit 1
fi
wait $server
wait $server
`;

export function ollama(name: string, props: OllamaProps): ModelServer {
  const { model, contextLength = 65_536, weightsVolume } = props;
  return {
    port: OLLAMA_PORT,
    // Hermes sends the first with each request. By the second it keeps a conversation shorter; without it, it would take
    // the longest that the model can, and Ollama would cut off the beginning.
    leaves: { "model.ollama_num_ctx": contextLength, "model.context_length": contextLength },
    spec: {
      ...shared(name, props),
      entrypoint: ["/bin/sh", "-c", OLLAMA_SCRIPT, "sh"],
      command: [model, String(contextLength)],
      environment: { OLLAMA_HOST: `0.0.0.0:${OLLAMA_PORT}`, OLLAMA_CONTEXT_LENGTH: String(contextLength) },
      mounts: [{ volume: weightsVolume ?? `${name}-weights`, target: "/root/.ollama" }],
      healthCheck: ready(props, ["CMD", "ollama", "show", model]),
    },
  };
}

const VLLM_PORT = 8000;

/** vLLM's image is Python's. */
const VLLM_CHECK = `import json, sys, urllib.request
models = json.load(urllib.request.urlopen("http://127.0.0.1:${VLLM_PORT}/v1/models", timeout=5))["data"]
sys.exit(0 if any(model["id"] == sys.argv[1] for model in models) else 1)
`;

export function vllm(name: string, props: VllmProps): ModelServer {
  const { model, contextLength, toolCallParser = "hermes", args = [], weightsVolume } = props;
  return {
    port: VLLM_PORT,
    leaves: contextLength === undefined ? {} : { "model.context_length": contextLength },
    spec: {
      ...shared(name, props),
      entrypoint: ["vllm", "serve"],
      command: [
        ...[model, "--served-model-name", model, "--host", "0.0.0.0", "--port", String(VLLM_PORT)],
        ...["--enable-auto-tool-choice", "--tool-call-parser", toolCallParser],
        ...(contextLength === undefined ? [] : ["--max-model-len", String(contextLength)]),
        ...args,
      ],
      secrets: props.huggingFaceToken === undefined ? {} : { HF_TOKEN: props.huggingFaceToken },
      mounts: [{ volume: weightsVolume ?? `${name}-weights`, target: "/root/.cache/huggingface" }],
      shmMiB: props.shmMiB ?? 4096,
      healthCheck: ready(props, ["CMD", "python3", "-c", VLLM_CHECK, model]),
    },
  };
}

export function modelContainer(name: string, props: ModelContainerProps): ModelServer {
  const { readyWithinSeconds: startPeriodSeconds = READY_SECONDS } = props;
  return {
    port: props.port,
    leaves: {},
    spec: {
      ...shared(name, props),
      command: props.command,
      environment: props.env ?? {},
      mounts: props.volumes ?? [],
      healthCheck: healthCheckOf({ startPeriodSeconds, ...props.health }),
    },
  };
}

function shared(
  name: string,
  { image, gpus, memoryMiB }: Pick<OllamaProps, "image" | "gpus" | "memoryMiB">,
): ServerSpec {
  return {
    name,
    image,
    environment: {},
    secrets: {},
    files: {},
    mounts: [],
    healthCheck: undefined,
    memoryMiB,
    shmMiB: undefined,
    gpus,
  };
}

function ready(
  { readyWithinSeconds: startPeriodSeconds = READY_SECONDS }: Pick<OllamaProps, "readyWithinSeconds">,
  test: readonly string[],
): HealthCheck {
  return { test, intervalSeconds: 5, timeoutSeconds: 10, retries: 6, startPeriodSeconds };
}
