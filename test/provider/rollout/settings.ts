/** An app with data, as the configuration wants it. */
import { readApp } from "../../../lib/provider/captain/app";
import type { ReadyConditions } from "../../../lib/provider/rollout/ready";
import type { Settings } from "../../../lib/provider/settings/settings";
import { newRun } from "../../../lib/provider/settings/stamp";
import { WantedValue } from "../../../lib/provider/settings/wanted-value";

/** Some apply, of no owner. */
export const RUN = newRun(0, "");

export const SETTINGS: Settings = {
  ...readApp({}),
  instanceCount: 1,
  environment: { MODE: WantedValue.of("gateway") },
  secretEnvironment: {},
  volumes: [{ containerPath: "/data", volumeName: "data" }],
  ports: [],
  tags: [],
  nodeId: undefined,
  basicAuth: undefined,
  acceptsDeployToken: false,
  deployToken: WantedValue.kept(undefined),
  stopGraceSeconds: 30,
  healthCheck: null,
  memoryMiB: null,
  cpus: null,
  tmpfs: [],
  readOnlyPaths: [],
  lockPort: null,
  serviceOverride: {},
  nginx: { proxyReadTimeoutSeconds: null, clientMaxBodySizeMiB: null },
};

/** Conditions of `ready` with nothing to wait for. */
export const NOT_CHECKED: ReadyConditions = {
  logLine: null,
  failureLogLine: null,
  startLine: null,
  fatalLines: [],
  http: null,
  timeoutSeconds: 0,
};

/** The environment of an app with those settings, as CapRover keeps it. */
export const ENV_VARS = [{ key: "MODE", value: "gateway" }];
