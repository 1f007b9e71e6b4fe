import type { Construct } from "constructs";
import * as z from "zod";
import { DashboardAuth } from "../dashboard-auth";
import { MAX_CPUS, MAX_MEMORY_MIB, MIN_CPUS } from "../hermes/container-contract";
import { ENVIRONMENT_NAME } from "../hermes/environment";
import { MODEL_PROVIDERS } from "../hermes/model-providers";
import { PLATFORMS, type Platform } from "../hermes/platforms";
import { PROFILE_NAME, RESERVED_PROFILE_NAMES } from "../hermes/profiles";
import { SHORTEST_STOP_SECONDS } from "../hermes/stop";
import { MODEL_URL, MODEL_URL_IN_WORDS, ORIGIN } from "../hermes/web-address";
import { HermesImage } from "../hermes-image";
import { LocalModel } from "../local-model";
import { PersistentDataVolume } from "../persistent-data-volume";
import { acknowledgeSchema } from "../rules/review";
import { refuse, showValue } from "../support/errors";
import { HOST_NAME, isAddress } from "../support/host-name";
import { parseIpNetwork } from "../support/ip-network";
import {
  anyText,
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
  numberFrom,
  optional,
  propsSchema,
  secret,
  text,
  textThat,
  wholeNumber,
} from "../support/validation";
import { APP_RULES } from "../targets";
import { isTarget } from "../targets/target";
import { mindShapes } from "./mind-schema";
import type { HermesAppProps, ProfileProps } from "./props";
import type { HealthCheckProps } from "./settings/agent-settings";
import type { ApiServerProps } from "./settings/api-server";
import type { ModelProps } from "./settings/model";
import { mountShape, workspaceShape } from "./settings/mounts";
import { shapesOf } from "./settings/props-of-settings";
import { terminalSchema } from "./terminal-schema";

/**
 * The name of an agent that was given none.
 *
 * @param id as it was given; the construct's own has no `/`
 * @throws HermesConfigError for an id that can't be a name
 */
export function nameFromId(agent: Construct, id: string): string {
  if (CONTAINER_NAME.test(id)) return id;
  const problem = "can't be the container's name, which it is without `name`";
  return refuse(agent, [
    {
      prop: "id",
      value: showValue(id),
      problem,
      allowed: CONTAINER_NAME_IN_WORDS,
      fix: "give `name`, or another id",
    },
  ]);
}

const CONTAINER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const CONTAINER_NAME_IN_WORDS = "a container name: two or more letters, digits, `.`, `_`, `-`";

const variableName = (example: string) =>
  `letters, digits and \`_\`, with no digit first, such as ${example}`;

function isProfileName(name: string): boolean {
  return PROFILE_NAME.test(name) && !RESERVED_PROFILE_NAMES.has(name);
}

const PROFILE_NAME_IN_WORDS = `at most 64 lower-case letters, digits, \`-\` and \`_\`, with a letter or digit first; not ${[...RESERVED_PROFILE_NAMES].join(", ")}`;

function modelShape() {
  return propsSchema<ModelProps>({
    provider: anyText("a provider's name"),
    name: anyText("a model's name"),
    baseUrl: optional(text(MODEL_URL, MODEL_URL_IN_WORDS)),
    apiKey: optional(secret()),
  });
}

/** The shapes of what an agent has once, or per profile. */
function profileShape(): { readonly [Prop in keyof Required<ProfileProps>]: z.ZodType } {
  const port = literalWholeNumber(1, 65535, "");
  return {
    apiServer: optional(
      propsSchema<ApiServerProps>({
        key: secret(),
        host: optional(literalAddress("localhost")),
        port: optional(port),
        corsOrigins: optional(
          listOrToken(
            textThat(
              (value) => value === "*" || ORIGIN.test(value),
              "an origin, such as https://chat.example.com",
            ),
          ),
        ),
        modelName: optional(anyText()),
      }),
    ),
    model: optional(
      either(
        "provider and name of a model, or a LocalModel",
        construct("LocalModel", (value) => value instanceof LocalModel),
        modelShape(),
      ),
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
    ...mindShapes(),
    secrets: optional(
      mapOf(ENVIRONMENT_NAME, variableName(MODEL_PROVIDERS.openrouter.key.variables[0]), secret()),
    ),
    env: optional(confidential(mapOf(ENVIRONMENT_NAME, variableName("TZ"), text(/^[^\0]*$/, "a string")))),
  };
}

export const HERMES_APP_SCHEMA = lazily(() => {
  // uvicorn treats a network with host bits as a host name, which matches no proxy.
  const proxy = textThat(
    (value) => value === "*" || parseIpNetwork(value)?.aligned === true,
    "an address, or a network by its first address, such as 172.17.0.0/16",
  );
  return propsSchema<HermesAppProps>({
    image: construct("HermesImage", (value) => value instanceof HermesImage),
    data: construct("PersistentDataVolume", (value) => value instanceof PersistentDataVolume),
    target: optional(construct("HermesTarget", isTarget)),
    name: optional(literalText(CONTAINER_NAME, CONTAINER_NAME_IN_WORDS)),
    dashboard: optional(construct("DashboardAuth", (value) => value instanceof DashboardAuth)),
    ...profileShape(),
    profiles: optional(
      mapOf(isProfileName, PROFILE_NAME_IN_WORDS, propsSchema<ProfileProps>(profileShape())),
    ),
    multiplexProfiles: optional(flag()),
    trustedProxies: optional(listOrToken(proxy)),
    memoryMiB: optional(wholeNumber(1, MAX_MEMORY_MIB, "MiB")),
    cpus: optional(numberFrom(MIN_CPUS, MAX_CPUS, "CPUs")),
    shmMiB: optional(wholeNumber(1, MAX_MEMORY_MIB, "MiB")),
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
    mounts: optional(listOf(mountShape())),
    terminal: optional(terminalSchema()),
    workspace: optional(
      either("where the agent works, or a list of such places", workspaceShape(), listOf(workspaceShape())),
    ),
    extraHosts: optional(
      mapOf(
        HOST_NAME,
        "a host name, such as models.lan",
        textThat((value) => value === "host-gateway" || isAddress(value), "an IP address, or host-gateway"),
      ),
    ),
    acknowledge: acknowledgeSchema(APP_RULES),
  });
});
