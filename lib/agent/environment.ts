import { HOME_PATH, STOP, s6KillWaitSeconds } from "../hermes/container-contract";
import {
  type DashboardAccess,
  dashboardEnvironment,
  type EnvironmentPart,
  type PlainValue,
  type SecretVariable,
} from "../hermes/dashboard";
import { isReadAtBoot } from "../hermes/environment";
import { MODEL_KEY_VARIABLE } from "../hermes/managed-config";
import { messagingEnvironment } from "../hermes/messaging";
import { hasFeature, type Release } from "../hermes/releases";
import { ANY_SECRET, apiServerKeyCheck, CHECKS_BY_VARIABLE } from "../hermes/secrets";
import type { Services } from "../hermes/services";
import type { Secret } from "../support/secret";
import { joined, numberText } from "../support/tokens";
import type { AgentSettings, DataSettings } from "./settings";

export interface AgentEnvironment {
  readonly plain: Readonly<Record<string, string>>;
  /**
   * What of `plain` Hermes reads itself: a line of the volume's `.env`, which `hermes setup` and the agent write, beats the
   * environment, and a user who was taken off a list would stay on it (#18705, #19201).
   */
  readonly pinned: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretVariable[];
}

/** What the environment is computed from. */
export interface EnvironmentSources {
  readonly settings: AgentSettings;
  readonly release: Release;
  readonly access: DashboardAccess | undefined;
  readonly data: Pick<DataSettings, "uid" | "gid">;
  readonly services: Services;
}

/** Everything that an agent's props come to as variables, plain and secret. What the user adds comes last. */
export function agentEnvironment(sources: EnvironmentSources): AgentEnvironment {
  const { settings, release, access } = sources;
  const parts = [
    containerEnvironment(sources),
    dashboardEnvironment(access, release),
    apiServerEnvironment(sources),
    messagingEnvironment(settings.messaging ?? {}),
    { plain: settings.env ?? {}, secrets: furtherSecrets(settings) },
  ];
  const plain = parts
    .flatMap(({ plain }) => Object.entries(plain))
    .map(([name, value]): [string, string] => [name, textOf(value)]);
  return {
    plain: Object.fromEntries(plain),
    pinned: Object.fromEntries(plain.filter(([name]) => !isReadAtBoot(name))),
    secrets: parts.flatMap(({ secrets }) => secrets),
  };
}

function textOf(value: PlainValue): string {
  return typeof value === "string" ? value : joined(value.items, value.separator);
}

function containerEnvironment({ settings, release, data }: EnvironmentSources): EnvironmentPart {
  const { trustedProxies, stopGraceSeconds } = settings;
  const supervised = hasFeature(release, "supervision");
  return {
    plain: {
      HOME: HOME_PATH,
      ...(data.uid !== undefined && { HERMES_UID: numberText(data.uid) }),
      ...(data.gid !== undefined && { HERMES_GID: numberText(data.gid) }),
      ...(supervised && {
        S6_KILL_GRACETIME: milliseconds(s6KillWaitSeconds(stopGraceSeconds ?? STOP.defaultGraceSeconds)),
        S6_SERVICES_GRACETIME: milliseconds(STOP.servicesWaitSeconds),
      }),
      // Read by uvicorn itself; releases that have it also get dashboard.trusted_proxies.
      ...(trustedProxies?.length && {
        FORWARDED_ALLOW_IPS: { items: trustedProxies, separator: "," } as const,
      }),
    },
    secrets: [],
  };
}

function apiServerEnvironment({ settings, release, services }: EnvironmentSources): EnvironmentPart {
  const { apiServer } = settings;
  const listens = services.apiServer;
  if (apiServer === undefined || listens === undefined) return { plain: {}, secrets: [] };
  const { key, corsOrigins, modelName } = apiServer;
  return {
    plain: {
      API_SERVER_HOST: listens.address,
      API_SERVER_PORT: String(listens.port),
      ...(corsOrigins?.length && {
        API_SERVER_CORS_ORIGINS: { items: corsOrigins, separator: "," } as const,
      }),
      ...(modelName !== undefined && { API_SERVER_MODEL_NAME: modelName }),
    },
    secrets: [
      {
        name: "API_SERVER_KEY",
        prop: "apiServer.key",
        value: key,
        checks: [ANY_SECRET, apiServerKeyCheck(release)],
      },
    ],
  };
}

function furtherSecrets({ secrets, model }: AgentSettings): readonly SecretVariable[] {
  const variable = (name: string, prop: string, value: Secret): SecretVariable => {
    const own = CHECKS_BY_VARIABLE[name];
    return { name, prop, value, checks: own === undefined ? [ANY_SECRET] : [ANY_SECRET, own] };
  };
  const named = Object.entries(secrets ?? {}).map(([name, value]) =>
    variable(name, `secrets.${name}`, value),
  );
  return model?.apiKey === undefined
    ? named
    : [...named, variable(MODEL_KEY_VARIABLE, "model.apiKey", model.apiKey)];
}

function milliseconds(seconds: number): string {
  return String(seconds * 1000);
}
