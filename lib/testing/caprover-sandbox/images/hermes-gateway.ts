/** What the dashboard and the API server of a simulated agent say of its gateway. */
import { PLATFORM_ROWS, type Platform } from "../../../hermes/platforms";
import { platformService } from "../../../hermes/services";
import type { ProgramPorts, ProgramRequest } from "../engine/image";
import { json, pathOf } from "./hermes-answer";
import type { HermesState, SimulatedPlatform } from "./hermes-state";

type Environment = Readonly<Record<string, string>>;

/** With the time of its state left out. */
export function platformStates(
  { platforms }: HermesState,
  env: Environment,
  apiServer: boolean,
): Readonly<Record<string, object>> {
  const connected: Readonly<Record<string, SimulatedPlatform>> = Object.fromEntries(
    PLATFORM_ROWS.filter(([, platform]) => isGiven(platform, env)).map(([, { hermes }]) => [
      hermes,
      { state: "connected" },
    ]),
  );
  const all: Readonly<Record<string, SimulatedPlatform>> = {
    ...(platforms ?? connected),
    ...(apiServer && { api_server: { state: "connected" } }),
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, { state, errorCode = null, errorMessage = null }]) => [
      name,
      { state, error_code: errorCode, error_message: errorMessage },
    ]),
  );
}

/** Hermes starts a platform of which it has what each agent on it needs. */
function isGiven({ settings, on = {} }: Platform, env: Environment): boolean {
  const needed = Object.values(settings).filter(({ optional, kind }) => !optional && kind !== "allow-list");
  const given = (name: string) => (env[name] ?? "") !== "";
  return needed.every(({ variable }) => given(variable)) && Object.keys(on).every(given);
}

/** Where chat platforms call the agent. No signature is known there, so every call but that for the health is rejected. */
export function listenersOf(env: Environment): ProgramPorts {
  const listeners = PLATFORM_ROWS.filter(([, platform]) => isGiven(platform, env)).flatMap(
    ([, platform]: readonly [string, Platform]) => {
      const { hermes, listens, settings } = platform;
      const values = Object.entries(settings).flatMap(([prop, { variable }]) =>
        env[variable] ? [[prop, Number(env[variable]) || env[variable]]] : [],
      );
      const service = platformService(platform, Object.fromEntries(values));
      const answer = ({ path }: ProgramRequest) =>
        pathOf(path) === listens?.health?.path
          ? json(200, { status: "ok", platform: hermes })
          : json(401, { error: "Invalid signature" });
      return service === undefined ? [] : [[service.port, answer] as const];
    },
  );
  return Object.fromEntries(listeners);
}

/** Another process after each start. */
export function gatewayPid({ gatewayRestarts = 0 }: HermesState): number {
  return 100 + gatewayRestarts;
}

export function jobsOf({ jobs = [] }: HermesState): readonly object[] {
  return jobs.map(({ name, lastStatus = null, lastError = null, enabled = true }) => ({
    name,
    enabled,
    last_status: lastStatus,
    last_error: lastError,
  }));
}
