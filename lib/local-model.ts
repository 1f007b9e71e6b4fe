import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { ModelProps } from "./agent/settings/model";
import type { MountProps } from "./agent/settings/mount-props";
import { LOOPBACK } from "./hermes/services";
import type { ModelContainerProps, OllamaProps, OpenAiCompatibleProps, VllmProps } from "./local-model/props";
import {
  OLLAMA_SCHEMA,
  OPEN_AI_COMPATIBLE_SCHEMA,
  SERVER_NAME,
  SERVER_NAME_IN_WORDS,
  VLLM_SCHEMA,
} from "./local-model/schema";
import { type ModelServer, modelContainer, ollama, vllm } from "./local-model/servers";
import { LOCAL_MODEL_RULES, type LocalModelRuleId } from "./rules/local-model";
import { type Acknowledgements, Review } from "./rules/review";
import { CREDENTIAL_RULES } from "./rules/secret";
import { SERVER_RULES } from "./rules/server";
import { refuseHiddenId } from "./support/construct-id";
import { credentialPlaces, textsIn } from "./support/credential-places";
import { refuse, showValue } from "./support/errors";
import { hostOf } from "./support/hosts";
import type { Secret } from "./support/secret";
import { type LazySchema, validateProps } from "./support/validation";

/**
 * A model on your own machines, which several agents can share: give it as `model`, or among the `fallbackModels`. Provider, address and name of each
 * agent's model follow from it. A server in a container is made for the first agent that uses it, in the stack of this
 * construct, and is healthy once it can show the model. That is a stack before the agents', so that a server that does not
 * become healthy leaves running agents alone.
 */
export class LocalModel extends Construct {
  /** Ollama in a container on a Docker engine. For one that runs already, use `openAiCompatible`. */
  static ollama(scope: Construct, id: string, props: OllamaProps): LocalModel {
    return new LocalModel(scope, id, OLLAMA_SCHEMA, props, (self) => ofServer(self, id, props, ollama));
  }

  /** vLLM in a container on a Docker engine. For one that runs already, use `openAiCompatible`. */
  static vllm(scope: Construct, id: string, props: VllmProps): LocalModel {
    return new LocalModel(scope, id, VLLM_SCHEMA, props, (self) => ofServer(self, id, props, vllm));
  }

  /** Any OpenAI-compatible server: in a container, on the engine's host, or elsewhere. */
  static openAiCompatible(scope: Construct, id: string, props: OpenAiCompatibleProps): LocalModel {
    return new LocalModel(scope, id, OPEN_AI_COMPATIBLE_SCHEMA, props, (self) => {
      if (props.image !== undefined) return ofServer(self, id, props, modelContainer);
      if (props.baseUrl !== undefined) return { at: { baseUrl: props.baseUrl } };
      return { at: { onHost: props.onHost.port } };
    });
  }

  /** The model's name, as its server knows it. */
  readonly modelName: string;
  /** @internal */
  readonly server: ModelServer | undefined;
  /** @internal The Docker provider that makes the server; undefined for the stack's default one. */
  readonly provider: TerraformProvider | undefined;
  private readonly at: At;
  private readonly apiKey: Secret | undefined;

  private constructor(
    scope: Construct,
    id: string,
    schema: LazySchema,
    props: AnyProps,
    place: (self: LocalModel) => { readonly at: At; readonly server?: ModelServer },
  ) {
    super(scope, id);
    refuseHiddenId(this);
    validateProps(this, schema, props);
    const { at, server } = place(this);
    this.at = at;
    this.server = server;
    this.modelName = props.model;
    this.provider = props.provider;
    this.apiKey = props.apiKey;
    this.review(props);
  }

  private review({
    acknowledge,
    huggingFaceToken,
    apiKey: _apiKey,
    provider: _provider,
    ...given
  }: AnyProps): void {
    const { image, env = {}, ...others } = given;
    const review = new Review(this, acknowledge).apply(
      CREDENTIAL_RULES,
      credentialPlaces(this, {
        secrets:
          huggingFaceToken === undefined ? [] : [{ prop: "huggingFaceToken", value: huggingFaceToken }],
        texts: [
          ...textsIn({ image, ...others }),
          ...[...textsIn(env, "env")].map((text) => ({ ...text, name: "" })),
        ],
      }),
    );
    if (image !== undefined) {
      review.apply(LOCAL_MODEL_RULES, { image, args: given.args, command: given.command, port: given.port });
    }
    review.apply(SERVER_RULES, [{ prop: "", env, volumes: given.volumes }]);
    review.conclude();
  }

  /** @internal What an agent's config.yaml says of it. */
  modelProps(hostNetwork: boolean): ModelProps {
    return {
      provider: "custom",
      name: this.modelName,
      baseUrl: this.baseUrl(hostNetwork),
      ...(this.apiKey !== undefined && { apiKey: this.apiKey }),
    };
  }

  /** @internal What its server mounts. @param prop of the agent that names the model */
  mountsFor(prop: string) {
    return (this.server?.spec.mounts ?? []).map(({ hostPath, volume }) =>
      hostPath === undefined ? { prop, volume: volume ?? "" } : { prop, hostPath },
    );
  }

  private baseUrl(hostNetwork: boolean): string {
    const at: At = this.at;
    if ("baseUrl" in at) return at.baseUrl;
    if ("onHost" in at) return `http://${hostNetwork ? LOOPBACK : HOST_NAME}:${at.onHost}/v1`;
    return `http://${at.container}:${at.port}/v1`;
  }

  /** @internal Entries of an agent's /etc/hosts, without which only Docker Desktop knows the host. */
  extraHosts(hostNetwork: boolean): Readonly<Record<string, string>> {
    const host = hostOf(this.baseUrl(hostNetwork))?.host;
    return host === HOST_NAME && !hostNetwork ? { [HOST_NAME]: "host-gateway" } : {};
  }
}

/** Where the server is. */
type At =
  | { readonly baseUrl: string }
  | { readonly onHost: number }
  | { readonly container: string; readonly port: number };

/** What Docker Desktop calls the engine's host. */
const HOST_NAME = "host.docker.internal";

/** The props of all kinds, as far as every kind is treated alike. */
interface AnyProps {
  readonly model: string;
  readonly image?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly volumes?: readonly MountProps[];
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly port?: number;
  readonly huggingFaceToken?: string;
  readonly apiKey?: Secret;
  readonly provider?: TerraformProvider;
  readonly acknowledge?: Acknowledgements<LocalModelRuleId>;
}

function ofServer<Props extends OllamaProps | VllmProps | ModelContainerProps>(
  self: LocalModel,
  id: string,
  props: Props,
  serverOf: (name: string, props: Props) => ModelServer,
) {
  const name = props.name ?? id;
  if (!SERVER_NAME.test(name)) {
    const problem = "can't be the server's name, which it is without `name`";
    refuse(self, [
      {
        prop: "id",
        value: showValue(id),
        problem,
        allowed: SERVER_NAME_IN_WORDS,
        fix: "give `name`, or another id",
      },
    ]);
  }
  const server = serverOf(name, props);
  return { server, at: { container: name, port: server.port } };
}
