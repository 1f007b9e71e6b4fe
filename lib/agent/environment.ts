import { API_SERVER_SETTINGS } from "../hermes/api-server";
import { HOME_PATH } from "../hermes/container-contract";
import { CONTAINER_VARIABLES } from "../hermes/container-variables";
import { dashboardSwitches, loginOf } from "../hermes/dashboard-logins";
import { MODEL_SETTINGS } from "../hermes/model-settings";
import { portOf } from "../hermes/platforms";
import { hasFeature, type Release } from "../hermes/releases";
import { ANY_SECRET, CHECKS_BY_VARIABLE } from "../hermes/secret-checks";
import { type OwnServices, platformService } from "../hermes/services";
import { gatewaysStopSeconds } from "../hermes/stop";
import type { AgentAdditions } from "../hermes/tool-servers";
import { WRITE_ROOTS_SEPARATOR, WRITE_ROOTS_VARIABLE, writeRoots } from "../hermes/write-guard";
import type { Secret } from "../support/secret";
import { joined, numberText } from "../support/tokens";
import type { ModelLeaves } from "./local-models";
import type { AgentSettings, DataSettings } from "./settings/agent-settings";
import type { DashboardAccess } from "./settings/dashboard-access";
import { type PlatformInUse, platformsInUse } from "./settings/messaging";
import { mindSecrets } from "./settings/mind-secrets";
import { writableDirectories } from "./settings/mounts";
import type { ProfileProps } from "./settings/profile-props";
import { isMultiplexed } from "./settings/profiles";
import { type EnvironmentPart, environmentOf, type PlainValue } from "./settings/props-of-settings";
import type { SecretVariable } from "./settings/secret-variable";
import { type TerminalValues, terminalValues } from "./settings/terminal-values";
import { terminalTokens } from "./terminal-login";

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
  readonly services: OwnServices;
  readonly stopGraceSeconds: number;
  /** What the target adds. */
  readonly additions?: AgentAdditions | undefined;
  readonly modelLeaves: ModelLeaves;
}

/** All variables that the props of an agent without further profiles become. Those of `env` and `secrets` come last. */
export function agentEnvironment(sources: EnvironmentSources): AgentEnvironment {
  return together([
    containerPart(sources),
    dashboardPart(sources),
    ...profileParts(sources, sources.services),
    terminalPart(sources),
    additionsPart(sources),
    { plain: sources.settings.env ?? {}, secrets: [] },
  ]);
}

/** What every process of the container may see: nothing of it is one profile's own. */
export function sharedEnvironment(sources: EnvironmentSources): AgentEnvironment {
  return together([
    containerPart(sources),
    dashboardPart(sources),
    terminalPart(sources),
    additionsPart(sources),
    { plain: sources.settings.env ?? {}, secrets: [] },
  ]);
}

/** What the props become that a profile has for itself. */
export function profileEnvironment(
  settings: ProfileProps,
  release: Release,
  services: OwnServices,
): AgentEnvironment {
  return together([
    ...profileParts({ settings, release }, services),
    { plain: settings.env ?? {}, secrets: [] },
  ]);
}

function additionsPart({ additions }: EnvironmentSources): EnvironmentPart {
  return { plain: additions?.variables ?? {}, secrets: [] };
}

function profileParts(
  { settings, release }: { readonly settings: ProfileProps; readonly release: Release },
  services: OwnServices,
): readonly EnvironmentPart[] {
  return [
    apiServerPart(settings, release, services),
    ...platformsInUse(settings.messaging).map((platform) => platformPart(platform, release)),
    { plain: {}, secrets: [...mindSecrets(settings), ...furtherSecrets(settings)] },
  ];
}

function together(parts: readonly EnvironmentPart[]): AgentEnvironment {
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

function containerPart({ settings, release, data, stopGraceSeconds }: EnvironmentSources): EnvironmentPart {
  const { trustedProxies } = settings;
  const { home, uid, gid, servicesWait, multiplex, trustedProxies: proxies } = CONTAINER_VARIABLES;
  const supervised = hasFeature(release, "supervision");
  const multiplexed = isMultiplexed(settings, release);
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
      // Said either way, so that a later release's own default changes nothing.
      ...(multiplexed !== undefined && { [multiplex.variable]: String(multiplexed) }),
      ...(roots && { [WRITE_ROOTS_VARIABLE]: { items: roots, separator: WRITE_ROOTS_SEPARATOR } as const }),
      // Releases that have the setting also get dashboard.trusted_proxies.
      ...(trustedProxies?.length && {
        [proxies.variable]: { items: trustedProxies, separator: "," } as const,
      }),
    },
    secrets: [],
  };
}

/** Settings of config.yaml for the terminal, which the whole container has. */
export function terminalConfig({
  settings: { terminal },
  data,
  release,
}: EnvironmentSources): TerminalValues["config"] | undefined {
  return terminal && terminalValues(terminal, data.source, release).config;
}

function terminalPart({ settings: { terminal }, data, release }: EnvironmentSources): EnvironmentPart {
  if (terminal === undefined) return { plain: {}, secrets: [] };
  return {
    plain: terminalValues(terminal, data.source, release).variables,
    secrets: terminalTokens(terminal),
  };
}

function dashboardPart({ access, release }: EnvironmentSources): EnvironmentPart {
  if (access === undefined) return { plain: {}, secrets: [] };
  const { plain, secrets } = environmentOf(loginOf(access.kind).settings, access, "dashboard", release);
  return { plain: { ...dashboardSwitches(access, release), ...plain }, secrets };
}

function apiServerPart(
  settings: ProfileProps,
  release: Release,
  { apiServer }: OwnServices,
): EnvironmentPart {
  const values = {
    ...settings.apiServer,
    ...(apiServer && { host: apiServer.address, port: apiServer.port }),
  };
  return environmentOf(API_SERVER_SETTINGS, values, "apiServer", release);
}

/** A port is always said: config.yaml on the volume may name another one. */
function platformPart({ name, platform, values }: PlatformInUse, release: Release): EnvironmentPart {
  const { plain, secrets } = environmentOf(platform.settings, values, `messaging.${name}`, release);
  const service = platformService(platform, values);
  const port = portOf(platform);
  return {
    plain: { ...platform.on, ...plain, ...(service && port && { [port.variable]: String(service.port) }) },
    secrets,
  };
}

function furtherSecrets({ secrets, model }: ProfileProps): readonly SecretVariable[] {
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
