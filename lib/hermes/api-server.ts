import { apiServerKeyCheck } from "./secret-checks";
import type { Settings } from "./settings";

/** The API server's settings, by the names of their props. */
export const API_SERVER_SETTINGS = {
  host: {
    kind: "text",
    variable: "API_SERVER_HOST",
    allowed: "an IP address or localhost",
    example: "0.0.0.0",
    exampleWorks: true,
  },
  port: { kind: "number", variable: "API_SERVER_PORT", min: 1, unit: "" },
  corsOrigins: {
    kind: "list",
    variable: "API_SERVER_CORS_ORIGINS",
    separator: ",",
    item: "an origin",
    example: ["https://chat.example.com"],
    configPath: "platforms.api_server.extra.cors_origins",
  },
  modelName: {
    kind: "text",
    variable: "API_SERVER_MODEL_NAME",
    allowed: "a non-empty string",
    example: "hermes",
    exampleWorks: true,
    configPath: "platforms.api_server.extra.model_name",
  },
  key: {
    kind: "secret",
    variable: "API_SERVER_KEY",
    madeBy: "openssl rand -hex 32",
    checks: [apiServerKeyCheck],
  },
} as const satisfies Settings;
