/** What the dashboard and the API server say of the gateway and of scheduled jobs, in the same words. */
import type { CronState, GatewayState, PlatformState } from "../../hermes/observation";
import { type Document, record, records } from "../../support/json-document";
import { textIn } from "./ask";

export function gatewayOf(alive: boolean, state: unknown, exitReason: unknown): GatewayState {
  return { alive, ...textIn(state, "state"), ...textIn(exitReason, "exitReason") };
}

export function platformsOf(platforms: unknown): Readonly<Record<string, PlatformState>> {
  return Object.fromEntries(
    Object.entries(record(platforms)).map(([name, row]) => {
      const { state, error_code: code, error_message: message } = record(row);
      const stated = typeof row === "string" ? row : String(state ?? "unknown");
      // Hermes does not mask every token in its message, and the dashboard's page is public.
      const text = typeof message === "string" ? message.replaceAll(/\b\d{6,}:[\w-]{3,}/g, "***") : undefined;
      return [name, { state: stated, ...textIn(code, "errorCode"), ...textIn(text, "errorMessage") }];
    }),
  );
}

/** A job that somebody has switched off counts as no failure. */
export function cronOf(jobs: unknown): CronState {
  const all = records(jobs);
  return { jobs: all.length, failed: Object.fromEntries(all.filter(hasFailed).map(failureOf)) };
}

function hasFailed({ enabled, last_status: status }: Document): boolean {
  return enabled !== false && typeof status === "string" && !["", "ok", "success"].includes(status);
}

function failureOf({ name, id, last_error: error, last_status: status }: Document): [string, string] {
  return [String(name ?? id), String(error ?? status)];
}
