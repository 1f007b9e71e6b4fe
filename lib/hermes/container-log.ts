/**
 * What a container of Hermes Agent writes to its log, as `docker logs` shows it. Most of the gateway's own lines are in
 * files of the volume only.
 */
import type { Generation } from "./releases";

const DROPS_ROOT = "Dropping root privileges";
export const GATEWAY_STARTS = "⚕ Hermes Gateway Starting...";
const SUPERVISED = [
  "[stage2] Setup complete; starting user services",
  "reconcile: profile=default prior_state=running action=started",
  "→ gateway is now running under s6 supervision (auto-restart on crash)",
  GATEWAY_STARTS,
] as const;

/** The lines of a start with `gateway run`, in their order. */
export const START_LINES: Readonly<Record<Generation, readonly string[]>> = {
  entrypoint: [DROPS_ROOT, GATEWAY_STARTS],
  tini: [DROPS_ROOT, GATEWAY_STARTS],
  s6: SUPERVISED,
  dispatch: SUPERVISED,
};

/** The dashboard listens. */
export function dashboardLine(generation: Generation, host: string, port: number): string {
  return generation === "s6" || generation === "dispatch"
    ? `HERMES_DASHBOARD_READY port=${port}`
    : `Starting hermes dashboard on ${host}:${port} (background)`;
}

/** The lines of what went wrong at a start. */
export const PROBLEM_LINES = {
  /** Without a command the CLI starts, finds no terminal, and ends. */
  noCommand: [
    "It looks like Hermes isn't configured yet -- no API keys or providers found.",
    "No interactive TTY detected.",
  ],
  /** The entrypoint of the tini generation, in an image with s6: it runs no command any more. */
  oldEntrypoint: [
    "[hermes] WARNING: docker/entrypoint.sh is a deprecated shim under s6-overlay; it does NOT exec the CMD",
  ],
  /** As the container's entrypoint it does not find s6's programs either. */
  notUnderInit: ["/opt/hermes/docker/stage2-hook.sh: 24: s6-setuidgid: not found"],
  noLogin: [
    "Refusing to bind dashboard to 0.0.0.0 — the auth gate engages on non-loopback binds, but no auth providers are registered.",
  ],
  apiServerKey: ["Refusing to start: API_SERVER_KEY is a placeholder or too short."],
} as const;
