import { Container } from "@cdktf/provider-docker/lib/container";
import { Network } from "@cdktf/provider-docker/lib/network";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { ModelInUse } from "../../container-spec";
import type { LocalModel } from "../../local-model";
import type { ServerSpec } from "../../server-spec";
import { requireAddress } from "../../support/construct-id";
import { requireDockerProvider } from "./provider";
import { requireDockerProvider4 } from "./provider-version";
import { serverContainer } from "./server-container";

/** A model's server as an agent finds it. */
export interface DeployedModel {
  /** The network of the server and its agents. */
  readonly network: string;
  /** Undefined for a server of another stack, after which the agent's is deployed. */
  readonly container: Container | undefined;
}

/** Name of the network on which agents call a model's server. */
export function modelNetworkName(server: string): string {
  return `${server}-model`;
}

/** The resources of the models' servers. They are made for a model's first agent, and all others share them. */
export function deployModels(agent: Construct, models: readonly ModelInUse[]): readonly DeployedModel[] {
  return models.flatMap(({ model }) => (model.server ? [deployModel(agent, model, model.server.spec)] : []));
}

function deployModel(agent: Construct, model: LocalModel, spec: ServerSpec): DeployedModel {
  const made = model.node.tryFindChild("Default");
  const container = made instanceof Container ? made : makeServer(model, spec);
  const stack = TerraformStack.of(agent);
  const network = modelNetworkName(spec.name);
  if (TerraformStack.of(model) === stack) return { network, container };
  stack.addDependency(TerraformStack.of(model));
  return { network, container: undefined };
}

function makeServer(model: LocalModel, spec: ServerSpec): Container {
  const { provider } = model;
  requireAddress(model);
  requireDockerProvider(model, provider, "provider");
  requireDockerProvider4(model);
  const network = new Network(model, "network", {
    name: modelNetworkName(spec.name),
    ...(provider && { provider }),
  });
  return serverContainer(model, "Default", spec, { network: network.name, alias: spec.name, provider });
}
