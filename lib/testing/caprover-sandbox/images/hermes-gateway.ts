/** What the dashboard and the API server of a simulated agent say of its gateway. */
import { PLATFORMS, type Platform } from "../../../hermes/platforms";
import type { HermesState, SimulatedPlatform } from "./hermes-state";

type Environment = Readonly<Record<string, string>>;

/** With the time of its state left out. */
export function platformStates(
  { platforms }: HermesState,
  env: Environment,
  apiServer: boolean,
): Readonly<Record<string, object>> {
  const connected: Readonly<Record<string, SimulatedPlatform>> = Object.fromEntries(
    Object.entries<Platform>(PLATFORMS)
      .filter(([, platform]) => isGiven(platform, env))
      .map(([name]) => [name, { state: "connected" }]),
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

function isGiven({ settings }: Platform, env: Environment): boolean {
  return Object.values(settings).some((row) => row.kind === "secret" && (env[row.variable] ?? "") !== "");
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
