import { API_SERVER_SETTINGS } from "../hermes/api-server";
import { HOME_PATH } from "../hermes/container-contract";
import { CONTAINER_VARIABLES } from "../hermes/container-variables";
import { dashboardSwitches, loginOf } from "../hermes/dashboard-logins";
import { MODEL_SETTINGS } from "../hermes/model-settings";
import { hasFeature, type Release } from "../hermes/releases";
import { ANY_SECRET, CHECKS_BY_VARIABLE } from "../hermes/secret-checks";
import type { Services } from "../hermes/services";
import { gatewaysStopSeconds } from "../hermes/stop";
import type { AgentAdditions } from "../hermes/tool-servers";
import { WRITE_ROOTS_SEPARATOR, WRITE_ROOTS_VARIABLE, writeRoots } from "../hermes/write-guard";
import type { Secret } from "../support/secret";
import { joined, numberText } from "../support/tokens";
import type { AgentSettings, DataSettings } from "./settings/agent-settings";
import type { DashboardAccess } from "./settings/dashboard-access";
import { platformsInUse } from "./settings/messaging";
import { writableDirectories } from "./settings/mounts";
import { type EnvironmentPart, environmentOf, type PlainValue } from "./settings/props-of-settings";
import type { SecretVariable } from "./settings/secret-variable";
import { terminalValues } from "./settings/terminal-values";
import { terminalSecrets } from "./terminal-login";

export interface AgentEnvironment {
  readonly plain: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretVariable[];
}

/** What the environment is computed from. */
export interface EnvironmentSources {
  readonly settings: AgentSettings;
  readonly release: Release;
  readonly access: DashboardAccess | undefined;
  readonly data: DataSettings;
  readonly services: Services;
  readonly stopGraceSeconds: number;
  /** What the target adds. */
  readonly additions?: AgentAdditions | undefined;
}

/** All variables that an agent's props become, plain and secret. Those of `env` and `secrets` come last. */
export function agentEnvironment(sources: EnvironmentSources): AgentEnvironment {
  const { settings, release, additions } = sources;
  const parts: readonly EnvironmentPart[] = [
    containerEnvironment(sources),
    dashboardEnvironment(sources),
    apiServerEnvironment(sources),
    ...platformsInUse(settings.messaging).map(({ name, platform, values }) =>
      environmentOf(platform.settings, values, `messaging.${name}`, release),
    ),
    terminalEnvironment(sources),
    { plain: additions?.variables ?? {}, secrets: [] },
    { plain: settings.env ?? {}, secrets: furtherSecrets(settings) },
  ];
  const plain = parts
    .flatMap(({ plain }) => Object.entries(plain))
    .map(([name, value]): [string, string] => [name, textOf(value)]);
  return {
    plain: Object.fromEntries(plain),
    secrets: parts.flatMap(({ secrets }) => secrets),
  };
}

function textOf(value: PlainValue): string {
  return typeof value === "string" ? value : joined(value.items, value.separator);
}

function containerEnvironment({
  settings,
  release,
  data,
  stopGraceSeconds,
}: EnvironmentSources): EnvironmentPart {
  const { trustedProxies } = settings;
  const { home, uid, gid, servicesWait, trustedProxies: proxies } = CONTAINER_VARIABLES;
  const supervised = hasFeature(release, "supervision");
  const roots = writeRoots(writableDirectories(settings), release);
  return {
    plain: {
      [home.variable]: HOME_PATH,
      ...(data.uid !== undefined && { [uid.variable]: numberText(data.uid) }),
      ...(data.gid !== undefined && { [gid.variable]: numberText(data.gid) }),
      ...(supervised && {
        // The time that s6 gives to services that are not its own, such as the gateways.
        [servicesWait.variable]: milliseconds(gatewaysStopSeconds(stopGraceSeconds)),
      }),
      ...(roots && { [WRITE_ROOTS_VARIABLE]: { items: roots, separator: WRITE_ROOTS_SEPARATOR } as const }),
      // Releases that have the setting also get dashboard.trusted_proxies.
      ...(trustedProxies?.length && {
        [proxies.variable]: { items: trustedProxies, separator: "," } as const,
      }),
    },
    secrets: [],
  };
}

function terminalEnvironment({ settings: { terminal }, data, release }: EnvironmentSources): EnvironmentPart {
  if (terminal === undefined) return { plain: {}, secrets: [] };
  return {
    plain: terminalValues(terminal, data.source, release).variables,
    secrets: terminalSecrets(terminal),
  };
}

function dashboardEnvironment({ access, release }: EnvironmentSources): EnvironmentPart {
  if (access === undefined) return { plain: {}, secrets: [] };
  const { plain, secrets } = environmentOf(loginOf(access.kind).settings, access, "dashboard", release);
  return { plain: { ...dashboardSwitches(access, release), ...plain }, secrets };
}

function apiServerEnvironment({ settings, release, services }: EnvironmentSources): EnvironmentPart {
  const { apiServer } = services;
  const values = {
    ...settings.apiServer,
    ...(apiServer && { host: apiServer.address, port: apiServer.port }),
  };
  return environmentOf(API_SERVER_SETTINGS, values, "apiServer", release);
}

function furtherSecrets({ secrets, model }: AgentSettings): readonly SecretVariable[] {
  const variable = (name: string, prop: string, value: Secret): SecretVariable => {
    return { name, prop, value, checks: [ANY_SECRET, ...(CHECKS_BY_VARIABLE.get(name) ?? [])] };
  };
  const named = Object.entries(secrets ?? {}).map(([name, value]) =>
    variable(name, `secrets.${name}`, value),
  );
  return model?.apiKey === undefined
    ? named
    : [...named, variable(MODEL_SETTINGS.apiKey.variable, "model.apiKey", model.apiKey)];
}

function milliseconds(seconds: number): string {
  return String(seconds * 1000);
}
