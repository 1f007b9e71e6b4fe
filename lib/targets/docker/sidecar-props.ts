import { TerraformStack } from "cdktf";
import type { MountProps } from "../../agent/settings/mount-props";
import { mountShape } from "../../agent/settings/mounts";
import { MAX_MEMORY_MIB } from "../../hermes/container-contract";
import { ENVIRONMENT_NAME } from "../../hermes/environment";
import { TOOL_SERVERS, type ToolServerName } from "../../hermes/tool-servers";
import { type ServerHealth, serverHealthShape } from "../../server-health";
import { ABSOLUTE_PATH } from "../../support/paths";
import {
  anyText,
  confidential,
  construct,
  listOf,
  literalText,
  literalWholeNumber,
  mapOf,
  optional,
  propsSchema,
  text,
  wholeNumber,
} from "../../support/validation";

/** A container beside the agent. Only this agent reaches it: by the sidecar's name, on a network of their own. */
export interface SidecarProps {
  /** The image, with a digest or a tag that does not move, such as `searxng/searxng@sha256:…`. */
  readonly image: string;
  /** The CMD slot. @default - the image's own */
  readonly command?: readonly string[];
  /** Plain environment. @default - none */
  readonly env?: { readonly [variable: string]: string };
  /** Variables whose values are secrets, such as `{ SEARXNG_SECRET: key.stringValue }`. @default - none */
  readonly secrets?: { readonly [variable: string]: string };
  /** Text files in the container, by absolute path. Everybody in the container can read them. @default - none */
  readonly files?: { readonly [path: string]: string };
  /** Volumes of the engine, or directories of its host. @default - none */
  readonly volumes?: readonly MountProps[];
  /** The health check. @default - none: the agent follows as soon as the container has started */
  readonly health?: ServerHealth;
  /** Memory limit. The container gets no swap in addition. @default - no limit */
  readonly memoryMiB?: number;
  /** Size of /dev/shm, which browsers need. @default 64 - the engine's */
  readonly shmMiB?: number;
  /**
   * What the agent uses it for, with the port inside the sidecar, such as `{ searxng: 8080 }`. The agent's own setting
   * follows from it.
   * @default - nothing: `env` of the agent, or the agent itself, names the address
   */
  readonly serves?: { readonly [Server in ToolServerName]?: number };
}

/** What belongs to a whole set of sidecars. */
export interface SidecarsProps {
  /** Containers beside the agent, by name. They are healthy before the agent is deployed. @default - none */
  readonly sidecars?: { readonly [name: string]: SidecarProps };
  /**
   * The stack in which the sidecars are made, with a Docker provider of its own. It is deployed before the agent's, and a
   * sidecar that does not become healthy stops the deploy before it touches the agent.
   * @default - the agent's stack, which is refused unless acknowledged
   */
  readonly sidecarStack?: TerraformStack;
}

/** The part of a host name that Docker finds on a network. */
const SIDECAR_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The shapes of `SidecarsProps`. */
export function sidecarShapes() {
  const variable = "letters, digits and `_`, with no digit first";
  const port = optional(literalWholeNumber(1, 65_535, ""));
  const sidecar = propsSchema<SidecarProps>({
    image: literalText(/^\S+$/, "an image, such as searxng/searxng@sha256:…"),
    command: optional(listOf(anyText())),
    env: optional(confidential(mapOf(ENVIRONMENT_NAME, variable, text(/^[^\0]*$/, "a string")))),
    secrets: optional(
      mapOf(ENVIRONMENT_NAME, variable, confidential(anyText("a sensitive Terraform value"))),
    ),
    files: optional(confidential(mapOf(ABSOLUTE_PATH, "an absolute path", text(/\S/, "a text")))),
    volumes: optional(listOf(mountShape())),
    health: optional(serverHealthShape()),
    memoryMiB: optional(wholeNumber(LEAST_MEMORY_MIB, MAX_MEMORY_MIB, "MiB")),
    shmMiB: optional(wholeNumber(1, MAX_MEMORY_MIB, "MiB")),
    serves: optional(propsSchema(Object.fromEntries(Object.keys(TOOL_SERVERS).map((name) => [name, port])))),
  });
  return {
    sidecars: optional(
      mapOf(SIDECAR_NAME, "a name of lower-case letters, digits and `-`, such as browser", sidecar),
    ),
    sidecarStack: optional(construct("TerraformStack", (value) => TerraformStack.isStack(value))),
  };
}

/** The engine starts no container with less. */
const LEAST_MEMORY_MIB = 6;
