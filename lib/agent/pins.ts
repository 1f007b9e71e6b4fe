import { API_SERVER_SETTINGS } from "../hermes/api-server";
import { routedConfig } from "../hermes/config-routes";
import { DASHBOARD_LOGINS, type DashboardLogin, SHARED_LOGIN_SETTINGS } from "../hermes/dashboard-logins";
import { isReadAtBoot } from "../hermes/environment";
import { type ConfigMap, isMap, managedConfig, mergeLeaves } from "../hermes/managed-config";
import { endpointsOff, MODEL_OFF_LEAVES } from "../hermes/model-settings";
import { EVERY_PLATFORM_SHUT } from "../hermes/platforms";
import { DEFAULT_PROFILE } from "../hermes/profiles";
import { hasFeature, type Release } from "../hermes/releases";
import { NOBODY, offLeaves, offVariables, type Setting, type Settings } from "../hermes/settings";
import type { AgentAdditions } from "../hermes/tool-servers";
import type { PinNames } from "../rules/subject";
import type { ModelLeaves } from "./local-models";
import { mindSettings } from "./mind";
import type { AgentSettings } from "./settings/agent-settings";
import type { DashboardAccess } from "./settings/dashboard-access";
import { platformsInUse } from "./settings/messaging";
import { workingDirectoryOf } from "./settings/mounts";
import type { SecretVariable } from "./settings/secret-variable";

/**
 * What an agent's props decide over the head of its volume. A prop that is left out pins nothing: what `hermes setup` wrote
 * stays. A prop that is given pins every name of its table's row, also those that are off, so that no line of an earlier
 * life of the volume decides the rest.
 */
export interface Pins {
  /** Lines of the managed `.env`. */
  readonly variables: Readonly<Record<string, string>>;
  /** The managed config.yaml; undefined for none. */
  readonly config: ConfigMap | undefined;
  /** What of them props decide, for a place that can't carry it. */
  readonly names: PinNames;
}

/** What the pins are computed from. */
export interface PinSources {
  /** @default - the default profile */
  readonly profile?: string;
  readonly settings: AgentSettings;
  readonly release: Release;
  readonly access: DashboardAccess | undefined;
  readonly stopGraceSeconds: number;
  /** What the props come to as plain variables. */
  readonly plain: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretVariable[];
  /** Settings of the terminal. */
  readonly terminal?: ConfigMap | undefined;
  /** What the target adds. */
  readonly additions?: AgentAdditions | undefined;
  readonly modelLeaves?: ModelLeaves[string] | undefined;
}

export function pinsOf({
  profile = DEFAULT_PROFILE,
  settings,
  release,
  terminal,
  access,
  stopGraceSeconds,
  plain,
  secrets,
  additions,
  modelLeaves,
}: PinSources): Pins {
  const { model, trustedProxies, env = {} } = settings;
  const own = routedConfig(settings.config ?? {}).managed;
  const config = mergeLeaves(own, mindSettings(profile, settings).pinned);
  const pinned = terminal && terminalOf(routedConfig({ terminal }).managed);
  const secretNames = new Set(secrets.map(({ name }) => name));
  const off = offOf(settings, access);
  const rest = Object.entries(off.variables).filter(([name]) => !secretNames.has(name));
  const given = Object.entries(plain)
    .filter(([name]) => !isReadAtBoot(name))
    // A list of which nothing is left is no line at all to Hermes.
    .map(([name, value]) => [name, value === "" && off.variables[name] === NOBODY ? NOBODY : value] as const);
  const variables = Object.fromEntries([...rest, ...given]);
  const least = hasFeature(release, "managedScope")
    ? { ...off.leaves, ...additions?.leaves, ...modelLeaves }
    : {};
  return {
    variables,
    config: managedConfig({
      release,
      least,
      config,
      model,
      trustedProxies,
      terminal: pinned,
      workingDirectory: workingDirectoryOf(settings),
      stopGraceSeconds,
    }),
    names: {
      variables: Object.keys(variables)
        .filter((name) => !Object.hasOwn(env, name))
        .sort(),
      leaves: Object.keys(off.leaves).sort(),
    },
  };
}

function terminalOf({ terminal }: ConfigMap): ConfigMap | undefined {
  return isMap(terminal) ? terminal : undefined;
}

interface Off {
  readonly variables: Readonly<Record<string, string>>;
  readonly leaves: Readonly<Record<string, "" | null>>;
}

/** Every name of the rows of the props that are given, as it stands when the prop says nothing of it. */
function offOf({ model, apiServer, messaging }: AgentSettings, access: DashboardAccess | undefined): Off {
  const platforms = platformsInUse(messaging);
  const tables: readonly Settings[] = [
    ...(access ? LOGIN_TABLES : []),
    ...(apiServer ? [API_SERVER_SETTINGS] : []),
    ...platforms.map(({ platform }) => platform.settings),
  ];
  const rows: readonly Setting[] = tables.flatMap((table) => Object.values(table));
  return {
    variables: Object.assign(
      {},
      ...rows.map(offVariables),
      ...platforms.map(({ platform }) => platform.shut),
      platforms.length > 0 ? EVERY_PLATFORM_SHUT : {},
      model ? endpointsOff(model.provider) : {},
    ),
    leaves: Object.assign({}, ...rows.map(offLeaves), model ? MODEL_OFF_LEAVES : {}),
  };
}

/** Of every login, since a second one would let other people in. */
const LOGIN_TABLES: readonly Settings[] = [
  SHARED_LOGIN_SETTINGS,
  ...Object.values<DashboardLogin>(DASHBOARD_LOGINS).map(({ settings }) => settings),
];
