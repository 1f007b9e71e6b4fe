/** The variable that carries each secret, from Hermes' tables. */
import { API_SERVER_SETTINGS } from "../../lib/hermes/api-server";
import { DASHBOARD_LOGINS } from "../../lib/hermes/dashboard-logins";
import { MODEL_SETTINGS } from "../../lib/hermes/model-settings";
import { PLATFORMS } from "../../lib/hermes/platforms";
import type { Settings } from "../../lib/hermes/settings";
import { code, table } from "./markdown";

export function secretVariables(): string {
  const platforms = Object.entries(PLATFORMS).flatMap(([name, { settings }]) =>
    secretsOf(settings, (prop) => code(`messaging.${name}.${prop}`)),
  );
  const logins = Object.entries(DASHBOARD_LOGINS).flatMap(([name, { settings }]) =>
    secretsOf(settings, (prop) => `${code(prop)} of ${code(`DashboardAuth.${name}`)}`),
  );
  return table(
    ["prop", "name in the file"],
    [
      ...secretsOf(API_SERVER_SETTINGS, (prop) => code(`apiServer.${prop}`)),
      [code("model.apiKey"), code(MODEL_SETTINGS.apiKey.variable)],
      ...platforms,
      ...logins,
      [code("secrets.<NAME>"), code("<NAME>")],
    ],
  );
}

function secretsOf(settings: Settings, show: (prop: string) => string): readonly (readonly string[])[] {
  return Object.entries(settings)
    .filter(([, { kind }]) => kind === "secret")
    .map(([prop, { variable }]) => [show(prop), code(variable)]);
}
