/** The shape of an app's props. The provider checks what only Terraform knows. */
import * as z from "zod";
import {
  APP_NAME,
  BASIC_AUTH_USER,
  DEPLOY_TOKEN,
  MIN_MEMORY_MIB,
  MOUNT_PATH,
  PORTS,
  VARIABLE_NAME,
  VOLUME_NAME,
} from "../caprover-server/limits";
import {
  anyText,
  confidential,
  flag,
  lazily,
  listOf,
  mapOf,
  numberFrom,
  optional,
  orToken,
  propsSchema,
  text,
  wholeNumber,
} from "../support/validation";
import { conflictsIn } from "./app-conflicts";
import type {
  CapRoverAppProps,
  CapRoverBasicAuth,
  CapRoverHealthCheck,
  CapRoverHostPath,
  CapRoverLimits,
  CapRoverNamedVolume,
  CapRoverNginx,
  CapRoverPort,
  CapRoverReady,
  CapRoverReadyHttp,
  CapRoverTmpfs,
} from "./app-props";
import { attribute, formed } from "./attributes";

const MOST = Number.MAX_SAFE_INTEGER;

export const APP_SCHEMA = lazily(() => {
  const whole = (min: number, unit: string, max = MOST) => attribute(wholeNumber(min, max, unit));
  const anything = attribute(text(/^[^\0]*$/, "a string"));
  const secret = (schema: z.ZodType) => optional(confidential(schema));
  const variables = (value: z.ZodType) =>
    mapOf((name) => VARIABLE_NAME.accepts(name), VARIABLE_NAME.allowed, value);
  const value = text(/^[^\0]*$/, "a string");
  const volume = propsSchema<Record<keyof CapRoverNamedVolume | keyof CapRoverHostPath, unknown>>({
    containerPath: formed(MOUNT_PATH),
    name: attribute(formed(VOLUME_NAME)),
    hostPath: attribute(formed(MOUNT_PATH)),
    readOnly: attribute(flag()),
    shared: attribute(flag()),
  }).refine(
    ({ name, hostPath }) => (name === undefined) !== (hostPath === undefined),
    "one of name and hostPath",
  );
  const port = wholeNumber(PORTS.min, PORTS.max, "");

  return propsSchema<CapRoverAppProps>({
    name: formed(APP_NAME),
    persistent: attribute(flag()),
    description: anything,
    projectId: anything,
    tags: attribute(listOf(anyText())),
    image: attribute(anyText("an image, such as ghcr.io/acme/web:1.2.3")),
    captainDefinition: anything,
    instanceCount: whole(0, "containers"),
    nodeId: attribute(anyText("the id of a node")),
    environment: secret(attribute(variables(value))),
    secretEnvironmentWo: secret(attribute(variables(z.union([z.null(), value], "a string, or null")))),
    secretEnvironmentWoVersion: whole(0, ""),
    environmentTemplates: attribute(flag()),
    volumes: attribute(listOf(volume)),
    tmpfs: attribute(
      listOf(
        propsSchema<CapRoverTmpfs>({
          containerPath: formed(MOUNT_PATH),
          sizeMiB: wholeNumber(1, MOST, "MiB"),
        }),
      ),
    ),
    ports: attribute(listOf(propsSchema<CapRoverPort>({ hostPort: port, containerPort: port }))),
    httpPort: attribute(port),
    websocketSupport: attribute(flag()),
    webApp: attribute(flag()),
    nginx: attribute(
      propsSchema<CapRoverNginx>({
        proxyReadTimeoutSeconds: whole(1, "seconds"),
        clientMaxBodySizeMiB: whole(1, "MiB"),
      }),
    ),
    basicAuth: attribute(
      propsSchema<CapRoverBasicAuth>({
        user: formed(BASIC_AUTH_USER),
        passwordWo: secret(anyText("a sensitive Terraform value")),
        passwordWoVersion: whole(0, ""),
      }),
    ),
    deployTokenEnabled: attribute(flag()),
    deployTokenWo: secret(formed(DEPLOY_TOKEN)),
    deployTokenWoVersion: whole(0, ""),
    stopGraceSeconds: whole(1, "seconds"),
    lockPort: attribute(port),
    stopWaitSeconds: whole(1, "seconds"),
    healthCheck: attribute(
      propsSchema<CapRoverHealthCheck>({
        test: orToken(listOf(anyText()).refine((test) => Array.isArray(test) && test.length > 0, TEST)),
        intervalSeconds: whole(1, "seconds"),
        timeoutSeconds: whole(1, "seconds"),
        startPeriodSeconds: whole(0, "seconds"),
        retries: whole(1, ""),
      }),
    ),
    limits: attribute(
      propsSchema<CapRoverLimits>({
        memoryMiB: whole(MIN_MEMORY_MIB, "MiB"),
        cpus: attribute(numberFrom(0.001, 8192, "CPUs")),
      }),
    ),
    serviceOverride: attribute(anyText("YAML or JSON of a Swarm service")),
    ready: attribute(
      propsSchema<CapRoverReady>({
        logLine: attribute(anyText()),
        failureLogLine: attribute(anyText()),
        startLine: attribute(anyText()),
        fatalLines: attribute(listOf(anyText())),
        http: attribute(
          propsSchema<CapRoverReadyHttp>({
            path: attribute(text(/^\/\S*$/, "a path that begins with /")),
            status: whole(100, "", 599),
            contains: attribute(anyText()),
          }),
        ),
        timeoutSeconds: whole(1, "seconds"),
      }),
    ),
    deletionProtection: attribute(flag()),
    deleteVolumes: attribute(flag()),
  }).superRefine((props, context) => {
    for (const { path, ...params } of conflictsIn(props))
      context.addIssue({ code: "custom", path: [...path], message: "", params });
  });
});

const TEST = 'a command in Docker\'s form, such as ["CMD", "true"], or ["NONE"] for no check';
