/** An app with data, as the configuration wants it. */
import type { Settings } from "../../../lib/provider/settings/settings";

export const SETTINGS: Settings = {
  description: "",
  projectId: "",
  instanceCount: 1,
  envVars: [{ key: "MODE", value: "gateway" }],
  volumes: [{ containerPath: "/data", volumeName: "data" }],
  ports: [],
  tags: [],
  nodeId: undefined,
  containerHttpPort: 80,
  websocketSupport: false,
  notExposeAsWebApp: false,
  basicAuth: undefined,
  deployToken: { enabled: false, token: undefined },
  service: {
    stopGraceSeconds: 30,
    healthCheck: null,
    memoryMiB: null,
    cpus: null,
    tmpfs: [],
    rest: {},
  },
  nginx: { proxyReadTimeoutSeconds: null, clientMaxBodySizeMiB: null },
};
