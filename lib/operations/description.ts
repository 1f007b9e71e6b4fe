/** What a synthesized app will deploy, as plain data. The agents come from their manifests. */
import type { DashboardLoginKind } from "../hermes/dashboard-logins";
import { LISTENER_NAMES } from "../hermes/platforms";
import { type Document, record, records } from "../support/json-document";
import { isRecord } from "../support/objects";
import { SERVER_LABEL } from "../targets/docker/unapplied-settings";
import type { Manifest, Place } from "./manifest";
import { emptiedProblem } from "./plan/docker-provider";
import { inDeployOrder, type SynthesizedStack } from "./stacks";
import { takenOut } from "./taken-out";
import { whoSees } from "./who";

export interface StackDescription {
  readonly stack: string;
  readonly dependsOn: readonly string[];
  readonly agents: readonly AgentDescription[];
  readonly resources: readonly ResourceDescription[];
  /** Variables without a default: the deploy asks for them. */
  readonly variables: readonly VariableDescription[];
  readonly warnings: readonly { readonly path: string; readonly message: string }[];
  readonly acknowledged: readonly AcknowledgedRule[];
}

/** A value that is null comes from a sensitive one. A Terraform reference stands for what only Terraform knows. */
export interface AgentDescription {
  /** Path of the construct. */
  readonly agent: string;
  /** Name of the container or app. */
  readonly name: string;
  readonly place: Place;
  /** Tag of the Hermes release. */
  readonly release: string;
  readonly image: string | null;
  /** Who deploys the image, if a CI builds it: `terraform`, or the CI itself by `token`, and Terraform keeps what it did. */
  readonly delivery?: "terraform" | "token";
  /** Name of the volume or path on the host. */
  readonly data: string | null;
  readonly model?: NonNullable<Manifest["model"]>;
  readonly dashboard?: ServiceDescription & {
    readonly login: DashboardLoginKind;
    /** Who gets in, in words. */
    readonly who: string;
  };
  readonly apiServer?: ServiceDescription;
  /** Names of the chat platforms that the program declares. */
  readonly platforms: readonly string[];
  /** Those that call the agent, each with where. */
  readonly called: { readonly [platform: string]: ServiceDescription };
  /** Where its commands run, if the program says it. */
  readonly terminal?: NonNullable<Manifest["terminal"]>;
  /** Its places of work, each with what is mounted there. */
  readonly workspace?: NonNullable<Manifest["workspace"]>;
  /** What is declared of its mind, by names; absent if nothing is. */
  readonly mind?: NonNullable<Manifest["mind"]>;
  /** The profiles beside the default one. */
  readonly profiles?: readonly ProfileDescription[];
  /** Names of profiles that are deployed, and that the program no longer has. */
  readonly takenOut?: readonly string[];
}

export interface ProfileDescription {
  readonly name: string;
  /** It has a gateway of its own; else that of the default profile serves it too. */
  readonly ownGateway: boolean;
  readonly model?: { readonly provider: string | null; readonly name: string | null };
  readonly apiServer?: ServiceDescription;
  readonly platforms: readonly string[];
  readonly mind?: NonNullable<Manifest["mind"]>;
}

export interface ServiceDescription {
  /** Port inside the container. */
  readonly port: number;
  /** Absent if nothing outside reaches it. */
  readonly url?: string | null;
}

export interface ResourceDescription {
  readonly address: string;
  /** Path of the agent that it belongs to. */
  readonly agent?: string;
  /** What it is, in a word or two, for the kinds that this library makes. */
  readonly kind?: string;
  /** What it is called where it is made. */
  readonly name?: string;
}

export interface VariableDescription {
  /** Name in the environment of the deploy. */
  readonly name: string;
  readonly sensitive: boolean;
  readonly description?: string;
}

export interface AcknowledgedRule {
  /** Path of the construct. */
  readonly path: string;
  readonly rule: string;
  /** The prop that the reason is for; absent if it is for the whole construct. */
  readonly place?: string;
  readonly reason: string;
}

/**
 * In the order of the deploy.
 *
 * @param outputsOf the values of a stack's outputs, where it is deployed and they are known
 */
export function describeStacks(
  stacks: readonly SynthesizedStack[],
  outputsOf: (stack: SynthesizedStack) => Document = () => ({}),
): readonly StackDescription[] {
  return inDeployOrder(stacks).map((stack) => {
    const outputs = outputsOf(stack);
    return {
      stack: stack.name,
      dependsOn: stack.dependsOn,
      agents: stack.agents.map((agent) => {
        const gone = takenOut(agent, outputs);
        return { ...describeAgent(agent), ...(gone.length > 0 && { takenOut: gone }) };
      }),
      resources: describeResources(stack),
      variables: describeVariables(stack.document),
      warnings: [...stack.warnings, ...warningsOf(stack)],
      acknowledged: Object.entries(record(stack.metadata["acknowledged"])).flatMap(([path, rules]) =>
        Object.entries(record(rules)).flatMap(([rule, given]) => acknowledgedRule(path, rule, given)),
      ),
    };
  });
}

/** What no construct can warn of, since it is gone. */
function warningsOf(stack: SynthesizedStack): StackDescription["warnings"] {
  const message = emptiedProblem(stack);
  return message === undefined ? [] : [{ path: stack.name, message }];
}

function describeAgent(manifest: Manifest): AgentDescription {
  const { agent, name, place, release, image, delivery, data, model } = manifest;
  const { services, login, platforms, terminal, workspace, mind, profiles } = manifest;
  const who = whoSees(manifest);
  return {
    agent,
    name,
    place,
    release,
    image,
    ...(delivery && { delivery }),
    data,
    ...(model && { model }),
    ...(services.dashboard && login && who && { dashboard: { ...services.dashboard, login, who } }),
    ...(services.apiServer && { apiServer: services.apiServer }),
    platforms: Object.keys(platforms),
    called: Object.fromEntries(
      LISTENER_NAMES.flatMap((name) => (services[name] ? [[name, services[name]] as const] : [])),
    ),
    ...(terminal && { terminal }),
    ...(workspace && { workspace }),
    ...(mind && { mind }),
    ...(profiles && {
      profiles: Object.entries(profiles).map(([name, { ownGateway, model, services, platforms, mind }]) => ({
        name,
        ownGateway,
        ...(model && { model }),
        ...(services.apiServer && { apiServer: services.apiServer }),
        platforms: Object.keys(platforms),
        ...(mind && { mind }),
      })),
    }),
  };
}

function describeResources({ document, agents }: SynthesizedStack): readonly ResourceDescription[] {
  return Object.entries(record(document["resource"])).flatMap(([type, resources]) =>
    Object.entries(record(resources)).map(([id, value]) => {
      const resource = record(value);
      const path = record(record(resource["//"])["metadata"])["path"];
      const owner = agents.find(({ agent }) => typeof path === "string" && path.startsWith(`${agent}/`));
      const row = RESOURCES[type];
      const kind = row?.kind(resource);
      const name = row && kind !== undefined ? resource[row.name] : undefined;
      return {
        address: `${type}.${id}`,
        ...(owner && { agent: owner.agent }),
        ...(kind !== undefined && { kind }),
        ...(typeof name === "string" && { name }),
      };
    }),
  );
}

interface ResourceRow {
  /** Undefined for an agent's own. */
  kind(resource: Document): string | undefined;
  /** The attribute with its name. */
  readonly name: string;
}

/** Kinds of resources beside the agents' own. */
const RESOURCES: Readonly<Record<string, ResourceRow>> = {
  docker_container: {
    kind: ({ labels }) =>
      records(labels).some(({ label }) => label === SERVER_LABEL) ? "server beside agents" : undefined,
    name: "name",
  },
  docker_image: { kind: ({ build }) => (build === undefined ? "pulled image" : "built image"), name: "name" },
  docker_volume: { kind: () => "volume", name: "name" },
  docker_network: { kind: () => "network", name: "name" },
  caprover_custom_domain: { kind: () => "domain", name: "domain" },
  caprover_base_domain_ssl: { kind: () => "certificate of the app", name: "app" },
  caprover_force_ssl: { kind: () => "https only for the app", name: "app" },
};

function describeVariables(document: Document): readonly VariableDescription[] {
  return Object.entries(record(document["variable"])).flatMap(([name, value]) => {
    const { sensitive, description, ...variable } = record(value);
    if (Object.hasOwn(variable, "default")) return [];
    return [
      {
        name: `TF_VAR_${name}`,
        sensitive: sensitive === true,
        ...(typeof description === "string" && { description }),
      },
    ];
  });
}

function acknowledgedRule(path: string, rule: string, given: unknown): readonly AcknowledgedRule[] {
  if (!isRecord(given)) return [{ path, rule, reason: String(given) }];
  return Object.entries(given).map(([place, reason]) => ({ path, rule, place, reason: String(reason) }));
}
