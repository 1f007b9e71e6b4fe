/** What an apply waits for: something that only a running gateway says. */
import { GATEWAY_RUNS } from "../../boot/boot-script";
import type { CapRoverReady } from "../../caprover/app-props";
import type { ContainerSpec } from "../../container-spec";
import { fatalTexts, startText } from "../../hermes/log-lines";
import { PLATFORMS, type Platform } from "../../hermes/platforms";
import { hasFeature } from "../../hermes/releases";
import { type ServiceName, serviceKind } from "../../hermes/services";

/**
 * An answer that only a running gateway gives. While an app does not run, CapRover answers 200 with a page of its own.
 * While the gateway does not run, the dashboard answers with `"gateway_running":false`.
 */
export function answerOf(
  service: ServiceName,
): { readonly path: string; readonly contains: string } | undefined {
  const kind = serviceKind(service);
  if (kind === "dashboard") return { path: "/api/status", contains: '"gateway_running":true' };
  if (kind === "apiServer") return { path: "/health", contains: "hermes-agent" };
  const { listens }: Platform = PLATFORMS[kind];
  return listens?.health;
}

/** An agent without an address, or with one that answers nobody, has only its log, and Hermes' own lines there come before its gateway runs. */
export function ready(
  spec: ContainerSpec,
  service: ServiceName | undefined,
): { readonly ready?: CapRoverReady } {
  const { startPeriodSeconds, retries, intervalSeconds, timeoutSeconds } = spec.healthCheck ?? NO_CHECK;
  const startLine = startText(spec.image.release);
  const loops = {
    ...(startLine !== undefined && { startLine }),
    fatalLines: fatalTexts(spec.image.release, service && serviceKind(service)),
  };
  const timeout = { timeoutSeconds: startPeriodSeconds + retries * (intervalSeconds + timeoutSeconds) };
  const http = service && answerOf(service);
  if (http !== undefined) return { ready: { http, ...loops, ...timeout } };
  return hasFeature(spec.image.release, "supervision")
    ? { ready: { logLine: GATEWAY_RUNS, ...loops, ...timeout } }
    : {};
}

/** The longest time that a first boot may take. */
const NO_CHECK = { startPeriodSeconds: 300, retries: 0, intervalSeconds: 0, timeoutSeconds: 0 };
