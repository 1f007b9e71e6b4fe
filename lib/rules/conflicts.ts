import type { CapRoverSubject } from "../targets/caprover/rules";
import { rulesFor, type Violation } from "./rule";

/** Something that only one agent of an engine can have, and that another one has. */
export interface Conflict {
  readonly what: "data" | "name" | "port" | "bot-token" | "network" | "domain";
  readonly prop: string;
  /** As it may be shown. */
  readonly value: string | undefined;
  /** Construct path of the agent that has it. */
  readonly holder: string;
}

/** What shows only in the whole app: other agents, other stacks, the provider. */
export interface DeploymentSubject {
  readonly conflicts?: readonly Conflict[];
  /** The image is a resource of the agent's own stack. */
  readonly imageInSameStack?: boolean;
  /** The image is pulled or built on another engine than the agent's. */
  readonly imageOnOtherEngine?: boolean;
  /** The stack takes the Docker provider's 3.x, the version that the bindings pin. */
  readonly dockerProviderBelow4?: boolean;
  /** The agent is to run on CapRover. */
  readonly caprover?: CapRoverSubject;
}

export const DEPLOYMENT_RULES = rulesFor<DeploymentSubject>()({
  "data-shared": {
    severity: "error",
    refuses: "two agents on one volume or host path of an engine, or one inside the other's",
    because:
      "two gateways on one data directory both report healthy and corrupt it; nothing else stands between them",
    references: ["#34457", "#34480", "#49196"],
    check: conflict(
      "data",
      "give each agent a volume of its own; declare each stack's DockerProvider before its agents if the engines differ",
    ),
  },
  "container-name-taken": {
    severity: "error",
    refuses: "two agents of one name on an engine",
    because: "the second one's apply ends in a name conflict",
    final: true,
    check: conflict("name", "give each agent its own `name`"),
  },
  "port-taken": {
    severity: "error",
    refuses: "one port of a host for two agents, or for both services of one",
    because: "the container is created and cannot start",
    final: true,
    check: conflict("port", "give one of them another port in `publish`"),
  },
  "bot-token-shared": {
    severity: "error",
    refuses: "one bot token in two agents of a stack",
    because: "the platform lets one connection in: Telegram answers 409, Discord `already in use`",
    references: ["#47111"],
    check: conflict("bot-token", "make a bot for each agent"),
  },
  "network-made-twice": {
    severity: "error",
    refuses: "one network that two agents of an engine `create`",
    because:
      "the engine refuses the second, or makes two of one name, and no container can join either by it",
    final: true,
    check: conflict(
      "network",
      "make it once, by the Docker provider's Network in an earlier stack, and name it here without `create`",
    ),
  },
  "caprover-domain-taken": {
    severity: "error",
    refuses: "one host name for two agents of a CapRover, or twice for one",
    because: "CapRover gives it to one app; the apply ends with the refusal, after the agent was changed",
    final: true,
    check: conflict("domain", "give each agent a host name of its own"),
  },
  "image-in-same-stack": {
    severity: "warning",
    refuses: "an image in the same stack as its agent",
    because:
      "Terraform removes the old container before it pulls or builds; if that fails, there is no agent any more",
    check: ({ imageInSameStack }): readonly Violation[] =>
      imageInSameStack
        ? [
            {
              prop: "image",
              fix: "move the HermesImage into a TerraformStack of its own; the order follows by itself",
            },
          ]
        : [],
  },
  "image-on-other-engine": {
    severity: "error",
    refuses: "an image whose stack has another engine than the agent's",
    because:
      "the agent's engine would pull it after the old container is gone, and has no way to get a wrapper at all",
    check: ({ imageOnOtherEngine }): readonly Violation[] =>
      imageOnOtherEngine
        ? [
            {
              prop: "image",
              fix: "give each engine an image stack of its own; declare each DockerProvider first",
            },
          ]
        : [],
  },
  "docker-provider-3": {
    severity: "warning",
    refuses: "agents under version 3.x of the Docker provider",
    because: "its `terraform plan` deletes a crashed or stopped container, with its logs",
    references: ["kreuzwerker/terraform-provider-docker#590", "kreuzwerker/terraform-provider-docker#841"],
    check: ({ dockerProviderBelow4 }): readonly Violation[] =>
      dockerProviderBelow4
        ? [{ prop: "required_providers.docker", value: '"3.6.2"', fix: "call useDockerProvider4(stack)" }]
        : [],
  },
});

function conflict(what: Conflict["what"], fix: string) {
  return ({ conflicts }: DeploymentSubject): readonly Violation[] =>
    (conflicts ?? [])
      .filter((found) => found.what === what)
      .map(({ prop, value, holder }) => ({ prop, value, problem: `${holder} has it already`, fix }));
}
