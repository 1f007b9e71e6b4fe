import { rulesFor } from "../../rules/rule";
import { showValue } from "../../support/errors";

/** An agent on a Docker engine, and those servers of its models that are containers. */
export interface DockerModelSubject {
  readonly hostNetwork: boolean;
  readonly servers: readonly {
    /** The prop that names the model. */
    readonly prop: string;
    readonly name: string;
    /** It is made in the agent's own stack. */
    readonly inSameStack: boolean;
    /** It is made on another engine than the agent's. */
    readonly onOtherEngine: boolean;
  }[];
}

export const DOCKER_MODEL_RULES = rulesFor<DockerModelSubject>()({
  "docker-model-without-network": {
    severity: "error",
    refuses: "a model's server in a container for an agent on the host's network",
    because: "the host's network knows no container by its name, and nothing of the server is published",
    seen: "run: the name is not resolved",
    final: true,
    check: ({ hostNetwork, servers }) =>
      servers
        .filter(() => hostNetwork)
        .map(({ prop, name }) => ({
          prop,
          value: showValue(name),
          fix: "leave `hostNetwork` out; or run the server on the host, with `LocalModel.openAiCompatible` and `onHost`",
        })),
  },
  "docker-model-in-same-stack": {
    severity: "error",
    refuses: "a model's server in the same stack as its agent",
    because:
      "if one apply changes both, Terraform removes the agent before it starts the server; if that can't show its model, no agent is left",
    seen: "run: Terraform destroys what depends on a resource before the resource is replaced",
    check: ({ servers }) =>
      servers
        .filter(({ inSameStack }) => inSameStack)
        .map(({ prop, name }) => ({
          prop,
          value: showValue(name),
          fix: "move the LocalModel into a TerraformStack of its own; CDKTF then deploys that stack first",
        })),
  },
  "docker-model-on-other-engine": {
    severity: "error",
    refuses: "a model's server in a container of another engine than the agent's",
    because: "the agent's engine has no network with it",
    seen: "Docker: a bridge network belongs to one engine",
    final: true,
    check: ({ servers }) =>
      servers
        .filter(({ onOtherEngine }) => onOtherEngine)
        .map(({ prop, name }) => ({
          prop,
          value: showValue(name),
          fix: "make it with a DockerProvider of the agent's engine; for a server elsewhere use `openAiCompatible` with `baseUrl`",
        })),
  },
});
