/** What a program says of a model that it does not buy from a provider. */
import type { TerraformProvider } from "cdktf";
import type { MountProps } from "../agent/settings/agent-settings";
import type { LocalModelRuleId } from "../rules/local-model";
import type { Acknowledgements } from "../rules/review";
import type { ServerHealth } from "../server-health";
import type { Secret } from "../support/secret";

interface AnyModelProps {
  /** The model's name, as its server knows it. */
  readonly model: string;
  /** Rules that may be broken here, each with the reason. @default - none */
  readonly acknowledge?: Acknowledgements<LocalModelRuleId>;
}

interface ServerProps extends AnyModelProps {
  /** The server's image with its digest, such as `ollama/ollama@sha256:…`. */
  readonly image: string;
  /** Name of the container, and of the host by which agents call it. @default - the construct's id */
  readonly name?: string;
  /**
   * The host's GPUs, all of them: the Docker provider can't name single ones. The host needs the NVIDIA Container
   * Toolkit.
   * @default - none
   */
  readonly gpus?: "all";
  /** Memory limit. The container gets no swap in addition. @default - no limit */
  readonly memoryMiB?: number;
  /**
   * How long the apply waits until the server can show the model. The first start downloads it.
   * @default 3600
   */
  readonly readyWithinSeconds?: number;
  /** For a second Docker provider in the stack. @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
}

interface WeightsProps {
  /** Name of the volume in which the server keeps the model's weights. @default - `<name>-weights` */
  readonly weightsVolume?: string;
}

/** An Ollama server in a container, which downloads the model. */
export interface OllamaProps extends ServerProps, WeightsProps {
  /**
   * Tokens that the model sees at once, for the server and for Hermes, which needs 64000 of them.
   * @default 65536 - Ollama's own default is too short for Hermes
   */
  readonly contextLength?: number;
}

/** A vLLM server in a container, which downloads the model from Hugging Face. */
export interface VllmProps extends ServerProps, WeightsProps {
  /** Tokens that the model sees at once; Hermes needs 64000. @default - as many as the model can */
  readonly contextLength?: number;
  /**
   * How vLLM finds the calls of tools in what the model says, by its own name for the way. Without one it rejects each
   * request of Hermes, which has tools.
   * @default "hermes" - which suits models of Qwen and Nous
   */
  readonly toolCallParser?: string;
  /** Further arguments of `vllm serve`. @default - none */
  readonly args?: readonly string[];
  /** A token of Hugging Face, for models that ask for one. @default - none */
  readonly huggingFaceToken?: string;
  /** Size of /dev/shm, through which the processes of several GPUs talk. @default 4096 */
  readonly shmMiB?: number;
}

/** Any OpenAI-compatible server in a container, such as llama.cpp's. */
export interface ModelContainerProps extends ServerProps {
  /** Port on which it listens, at all addresses of the container. */
  readonly port: number;
  /** The check that succeeds once the server can show the model. */
  readonly health: ServerHealth;
  /** The CMD slot. @default - the image's own */
  readonly command?: readonly string[];
  /** Plain environment. @default - none */
  readonly env?: { readonly [variable: string]: string };
  /** Volumes of the engine, or directories of its host. @default - none */
  readonly volumes?: readonly MountProps[];
  readonly onHost?: never;
  readonly baseUrl?: never;
}

/**
 * A server that somebody runs on the engine's host. It has to listen at the address of Docker's bridge or at all, since
 * a container does not reach the host's loopback; an agent on the host's own network does.
 */
export interface ModelOnHostProps extends AnyModelProps {
  /** Port of the host, such as 11434 of Ollama. */
  readonly onHost: { readonly port: number };
  /** The key, if the server wants one. @default - none */
  readonly apiKey?: Secret;
  readonly image?: never;
  readonly baseUrl?: never;
}

/** A server elsewhere. */
export interface ModelElsewhereProps extends AnyModelProps {
  /** The server's address up to and including `/v1`, with no slash at the end. */
  readonly baseUrl: string;
  /** The key, if the server wants one. @default - none */
  readonly apiKey?: Secret;
  readonly image?: never;
  readonly onHost?: never;
}

/** A server that speaks OpenAI's API: in a container, on the engine's host, or elsewhere. */
export type OpenAiCompatibleProps = ModelContainerProps | ModelOnHostProps | ModelElsewhereProps;
