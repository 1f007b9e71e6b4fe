import {
  bool,
  computed,
  integer,
  list,
  nested,
  required,
  set,
  string,
  TerraformError,
  UNKNOWN,
  type Unknown,
} from "../../terraform-plugin";
import { flagAt, numberAt, textAt } from "../captain/json";
import type { CaptainContext } from "../rollout/connection";
import { computedOf, ownHost, urlOf } from "./app/computed";
import { dataSource, ephemeralResource } from "./definitions";

export const appDataSource = dataSource({
  description: "An app that is managed elsewhere.",
  attributes: {
    name: required(string, { description: "The app's name." }),
    persistent: computed(bool, { description: "The app has data in volumes." }),
    description: computed(string, { description: "Shown in CapRover's dashboard." }),
    project_id: computed(string, {
      description: "Id of the project that the app belongs to; empty for none.",
    }),
    image: computed(string, {
      description:
        "The image that CapRover takes for the one that runs: a pulled one, or the name of one that it built.",
    }),
    instance_count: computed(integer, { description: "How many containers are to run. 0 is a stopped app." }),
    deployed_version: computed(integer, {
      description: "The version number that CapRover gave the last deploy.",
    }),
    environment_keys: computed(set(string), {
      description: "The names of its variables. Their values may be secrets.",
    }),
    custom_domains: computed(set(string), { description: "Its domains beside its own address." }),
    force_ssl: computed(bool, { description: "http is redirected to https." }),
    url: computed(string, { description: "The app's address." }),
    internal_host: computed(string, { description: "The app's host name for other apps of the server." }),
    root_domain: computed(string, { description: "Root domain of the server that the app is on." }),
  },
  async read({ name }, { providerData, signal }) {
    const list = await providerData.captain.cachedApps(signal);
    const app = list.apps.get(name);
    if (app === undefined)
      throw new TerraformError(`There is no app "${name}" on the CapRover server`, { path: ["name"] });
    const { captain } = providerData;
    const { id: _id, ...known } = computedOf(app, list, captain);
    const own = ownHost(name, list.rootDomain);
    return {
      ...known,
      url: known.url && urlOf(own, app.hasBaseDomainSsl, captain),
      persistent: app.persistent,
      description: app.description,
      project_id: app.projectId,
      instance_count: app.instanceCount,
      environment_keys: [...new Set(app.envVars.map(({ key }) => key))],
      custom_domains: app.customDomains.map(({ domain }) => domain),
      force_ssl: app.forceSsl,
    };
  },
});

export const systemDataSource = dataSource({
  description: "The CapRover server and its nodes.",
  attributes: {
    root_domain: computed(string, { description: "The domain below which apps have their addresses." }),
    has_root_ssl: computed(bool, {
      description: "The server's own domain has a certificate, which apps need before they can get one.",
    }),
    force_ssl: computed(bool, { description: "CapRover's dashboard and API redirect http to https." }),
    version: computed(string, { description: "CapRover's version, such as `1.15.3`." }),
    nodes: computed(
      list(
        nested({
          id: computed(string, { description: "The node's id, for `node_id` of an app." }),
          hostname: computed(string, { description: "The node's host name." }),
          is_leader: computed(bool, { description: "CapRover itself runs on this node." }),
          memory_bytes: computed(integer, { description: "The node's memory in bytes." }),
          docker_version: computed(string, { description: "Version of the node's Docker engine." }),
        }),
      ),
      { description: "The nodes of the server's Docker Swarm." },
    ),
  },
  async read(_config, { providerData, signal }) {
    const { captain } = providerData;
    const info = await captain.read("/user/system/info", "tell of itself", signal);
    const version = await captain.read("/user/system/versionInfo", "tell its version", signal);
    const nodes = await captain.nodes(signal);
    return {
      root_domain: textAt(info, "rootDomain"),
      has_root_ssl: flagAt(info, "hasRootSsl"),
      force_ssl: flagAt(info, "forceSsl"),
      version: textAt(version, "currentVersion"),
      nodes: nodes.map((node) => ({
        id: textAt(node, "nodeId"),
        hostname: textAt(node, "hostname"),
        is_leader: flagAt(node, "isLeader"),
        memory_bytes: numberAt(node, "memoryBytes"),
        docker_version: textAt(node, "dockerEngineVersion"),
      })),
    };
  },
});

export const deployTokenResource = ephemeralResource({
  description:
    "The token with which a CI deploys to an app. It is in no plan and no state. Needs Terraform 1.10 or OpenTofu 1.11.",
  attributes: {
    app: required(string, {
      description:
        "Name of the app. For an app of the same configuration use its `id`, which is known only once the app exists.",
    }),
    token: computed(string, {
      sensitive: true,
      description: "The token, for the header `x-captain-app-token` or the CLI's `--appToken`.",
    }),
  },
  open: ({ app }, context) => openToken(app, context),
});

/**
 * Plans are made before an app accepts a token, and after somebody switched tokens off. The destruction of whatever
 * takes the token is planned like that too. Only a plan may say that the token is not known yet: at an apply Terraform
 * would forget the resource that takes it. Null is right in both: it keeps the value that a variable has.
 */
async function openToken(
  appName: string,
  { providerData, signal, diagnostics }: CaptainContext,
): Promise<{ readonly token: string | null | Unknown }> {
  const { captain, coordination } = providerData;
  const { deployToken = "" } = (await captain.apps(signal)).apps.get(appName) ?? {};
  if (deployToken !== "") return { token: deployToken };
  const problem = `App "${appName}" has no deploy token`;
  const options = { detail: "Set deploy_token_enabled = true in its caprover_app.", path: ["app"] };
  if (coordination.settled.has(appName)) throw new TerraformError(problem, options);
  if (coordination.plannedTokens.has(appName)) return { token: UNKNOWN };
  diagnostics.addWarning(problem, options);
  return { token: null };
}
