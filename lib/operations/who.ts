import { loginOf } from "../hermes/dashboard-logins";
import type { Manifest } from "./manifest";

/** Who may see the dashboard, in words; undefined without a dashboard. */
export function whoSees({ login, username }: Manifest): string | undefined {
  if (login === undefined) return undefined;
  return username ? `${loginOf(login).who} (${username})` : loginOf(login).who;
}
