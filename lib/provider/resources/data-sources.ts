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
    name: required(string),
    persistent: computed(bool),
    description: computed(string),
    project_id: computed(string),
    image: computed(string),
    instance_count: computed(integer),
    deployed_version: computed(integer),
    environment_keys: computed(set(string), {
      description: "The names of its variables. Their values may be secrets.",
    }),
    custom_domains: computed(set(string)),
    force_ssl: computed(bool),
    url: computed(string),
    internal_host: computed(string),
    root_domain: computed(string),
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
    root_domain: computed(string),
    has_root_ssl: computed(bool),
    force_ssl: computed(bool),
    version: computed(string),
    nodes: computed(
      list(
        nested({
          id: computed(string),
          hostname: computed(string),
          is_leader: computed(bool),
          memory_bytes: computed(integer),
          docker_version: computed(string),
        }),
      ),
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
    "The token with which a CI deploys to an app. It is in no plan and no state. Needs Terraform 1.10.",
  attributes: {
    app: required(string, {
      description:
        "Name of the app. For an app of the same configuration use its `id`, which is known only once the app exists.",
    }),
    token: computed(string, { sensitive: true }),
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
