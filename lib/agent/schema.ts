import { z } from "zod";
import { DashboardAuth } from "../dashboard-auth";
import { MIN_CPUS } from "../hermes/container-contract";
import { ENVIRONMENT_NAME } from "../hermes/environment";
import { MODEL_PROVIDERS } from "../hermes/model-providers";
import { PLATFORMS, type Platform } from "../hermes/platforms";
import { SHORTEST_STOP_SECONDS } from "../hermes/stop";
import { HermesImage } from "../hermes-image";
import { PersistentDataVolume } from "../persistent-data-volume";
import { acknowledgeSchema } from "../rules/review";
import { parseIpNetwork } from "../support/ip-network";
import {
  ABSOLUTE_PATH,
  anyText,
  atLeast,
  confidential,
  construct,
  either,
  flag,
  json,
  lazily,
  listOf,
  listOrToken,
  literalAddress,
  literalText,
  literalWholeNumber,
  mapOf,
  optional,
  propsSchema,
  secret,
  text,
  textThat,
  wholeNumber,
} from "../support/validation";
import { APP_RULES } from "../targets";
import { isTarget } from "../targets/target";
import type { HermesAppProps } from "./props";
import type { ApiServerProps, HealthCheckProps, HostPathMount, VolumeMount } from "./settings/agent-settings";
import type { ModelProps } from "./settings/model";
import { shapesOf } from "./settings/props-of-settings";

export const HERMES_APP_SCHEMA = lazily(() => {
  const port = literalWholeNumber(1, 65535, "");
  // uvicorn treats a network with host bits as a host name, which matches no proxy.
  const proxy = textThat(
    (value) => value === "*" || parseIpNetwork(value)?.aligned === true,
    "an address, or a network by its first address, such as 172.17.0.0/16",
  );
  const name = literalText(
    /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/,
    "a container name: two or more letters, digits, `.`, `_`, `-`",
  );

  const mount = propsSchema<Record<keyof HostPathMount | keyof VolumeMount, unknown>>({
    hostPath: optional(anyText("a path on the engine's host")),
    volume: optional(text(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/, "a volume name")),
    target: text(ABSOLUTE_PATH, "an absolute path in the container"),
    readOnly: optional(flag()),
  }).refine(
    ({ hostPath, volume }) => (hostPath === undefined) !== (volume === undefined),
    "one of hostPath and volume",
  );

  return propsSchema<HermesAppProps>({
    image: construct("HermesImage", (value) => value instanceof HermesImage),
    data: construct("PersistentDataVolume", (value) => value instanceof PersistentDataVolume),
    target: optional(construct("HermesTarget", isTarget)),
    name: optional(name),
    dashboard: optional(construct("DashboardAuth", (value) => value instanceof DashboardAuth)),
    apiServer: optional(
      propsSchema<ApiServerProps>({
        key: secret(),
        host: optional(literalAddress("localhost")),
        port: optional(port),
        corsOrigins: optional(
          listOrToken(text(/^(?:\*|https?:\/\/[^/\s]+)$/, "an origin, such as https://chat.example.com")),
        ),
        modelName: optional(anyText()),
      }),
    ),
    model: optional(
      propsSchema<ModelProps>({
        provider: anyText("a provider's name"),
        name: anyText("a model's name"),
        baseUrl: optional(text(/^https?:\/\/\S*[^\s/]$/, "an http(s):// URL with no slash at the end")),
        apiKey: optional(secret()),
      }),
    ),
    config: optional(confidential(z.record(z.string(), json(), "a plain object"))),
    messaging: optional(
      propsSchema(
        Object.fromEntries(
          Object.entries<Platform>(PLATFORMS).map(([name, { settings }]) => [
            name,
            optional(propsSchema(shapesOf(settings))),
          ]),
        ),
      ),
    ),
    secrets: optional(mapOf(ENVIRONMENT_NAME, MODEL_PROVIDERS.openrouter.key.variables[0], secret())),
    env: optional(confidential(mapOf(ENVIRONMENT_NAME, "TZ", text(/^[^\0]*$/, "a string")))),
    trustedProxies: optional(listOrToken(proxy)),
    memoryMiB: optional(wholeNumber(1, Number.MAX_SAFE_INTEGER, "MiB")),
    cpus: optional(atLeast(MIN_CPUS, "CPUs")),
    shmMiB: optional(wholeNumber(1, Number.MAX_SAFE_INTEGER, "MiB")),
    healthCheck: optional(
      either(
        "false, or its timings",
        z.literal(false),
        propsSchema<HealthCheckProps>({
          intervalSeconds: optional(literalWholeNumber(1, 3600, "seconds")),
          timeoutSeconds: optional(literalWholeNumber(1, 3600, "seconds")),
          retries: optional(literalWholeNumber(1, 1000, "")),
          startPeriodSeconds: optional(literalWholeNumber(0, 86400, "seconds")),
        }),
      ),
    ),
    stopGraceSeconds: optional(literalWholeNumber(SHORTEST_STOP_SECONDS, 86400, "seconds")),
    mounts: optional(listOf(mount)),
    extraHosts: optional(
      mapOf(/^[A-Za-z0-9.-]+$/, "host.docker.internal", anyText("an address, or host-gateway")),
    ),
    acknowledge: acknowledgeSchema(APP_RULES),
  });
});
