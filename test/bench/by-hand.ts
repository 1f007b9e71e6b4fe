import type { ContainerConfig } from "@cdktf/provider-docker/lib/container";

export interface Secrets {
  readonly key: string;
  readonly hash: string;
  readonly session: string;
}

/** The resources that a person would write by hand who knows everything that the library knows. */
export function containerByHand(
  name: string,
  image: string,
  { key, hash, session }: Secrets,
): ContainerConfig {
  const path = `agents/${name}`;
  return {
    name,
    image,
    command: ["gateway", "run"],
    init: false,
    env: [
      "API_SERVER_HOST=0.0.0.0",
      "API_SERVER_PORT=8642",
      "HERMES_DASHBOARD=1",
      "HERMES_DASHBOARD_BASIC_AUTH_USERNAME=admin",
      "HERMES_DASHBOARD_HOST=0.0.0.0",
      "HERMES_DASHBOARD_PORT=9119",
      "HOME=/opt/data/home",
      "S6_KILL_GRACETIME=2000",
      "S6_SERVICES_GRACETIME=30000",
      "S6_STAGE2_HOOK=sh /usr/local/lib/cdktf-hermes/boot",
    ],
    mounts: [{ type: "volume", source: `${name}-data`, target: "/opt/data" }],
    upload: [
      { file: "/etc/hermes/.env", content: envFile(key, hash, session), permissions: "0644" },
      { file: "/etc/hermes/config.yaml", content: CONFIG, permissions: "0644" },
      // Files that lie beside the program.
      ...Object.entries({ boot: "boot-script", "declaration.json": "declaration" }).map(([name, beside]) => ({
        file: `/usr/local/lib/cdktf-hermes/${name}`,
        source: `files/${beside}`,
        sourceHash: "0".repeat(64),
        permissions: "0644",
      })),
    ],
    healthcheck: {
      test: [
        ..."CMD curl -q -fsS --noproxy * --max-time 4 --output /dev/null http://127.0.0.1:8642/health".split(
          " ",
        ),
      ],
      interval: "5s",
      timeout: "5s",
      startPeriod: "3m0s",
      retries: 24,
    },
    wait: true,
    waitTimeout: 430,
    labels: [
      { label: "cdktf-hermes.settings", value: "0123456789abcdef" },
      { label: "cdktf-hermes.release", value: "v2026.7.30" },
    ],
    restart: "unless-stopped",
    shmSize: 1024,
    memory: 2048,
    memorySwap: 2048,
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "5" },
    destroyGraceSeconds: 45,
    stopTimeout: 45,
    removeVolumes: false,
    lifecycle: {
      precondition: [
        { condition: oneLine(hash), errorMessage: `${path}: dashboard.passwordHash ${ONE_LINE}.` },
        {
          condition: scryptCondition(hash),
          errorMessage: `${path}: dashboard.passwordHash ${SCRYPT_WORDS}.`,
        },
        { condition: oneLine(session), errorMessage: `${path}: dashboard.sessionSecret ${ONE_LINE}.` },
        {
          condition: `\${can(regex("^(?s)................", ${session}))}`,
          errorMessage: `${path}: dashboard.sessionSecret ${SESSION_WORDS}.`,
        },
        { condition: oneLine(key), errorMessage: `${path}: apiServer.key ${ONE_LINE}.` },
        { condition: keyCondition(key), errorMessage: `${path}: apiServer.key ${KEY_WORDS}.` },
      ],
    },
  };
}

export function commandsByHand(name: string): Record<string, string> {
  return {
    setup: `docker exec -it ${name} hermes setup`,
    codexLogin: `docker exec -it ${name} hermes auth add openai-codex`,
    oneShotTest: `docker exec ${name} hermes -z 'Reply with exactly: ok'`,
    chat: `docker exec -it ${name} hermes`,
    logs: `docker logs --follow --tail 100 ${name}`,
    gatewayLog: `docker exec ${name} tail -n 100 -F /opt/data/logs/agent.log`,
  };
}

/** Whoever pins the model, the login and the API takes what else the volume could say of them away. */
const CONFIG = `${JSON.stringify(
  {
    dashboard: {
      public_url: "",
      basic_auth: { username: "", password: "", password_hash: "", secret: "", session_ttl_seconds: "" },
      oauth: {
        self_hosted: { issuer: "", client_id: "", client_secret: "", scopes: "" },
        client_id: "",
        portal_url: "",
      },
    },
    platforms: { api_server: { extra: { cors_origins: "", model_name: "" } } },
    model: {
      base_url: "",
      api_base: "",
      api_mode: "",
      api_key: "",
      api: "",
      auth_mode: "",
      context_length: null,
      provider: "openai-codex",
      default: "gpt-5.5",
    },
    provider: "",
    base_url: "",
    api_base: "",
    context_length: null,
  },
  null,
  2,
)}\n`;

function envFile(key: string, hash: string, session: string): string {
  const quoted = (value: string) => `\${replace(replace(${value}, "\\\\", "\\\\\\\\"), "'", "\\\\'")}`;
  return [
    "API_SERVER_CORS_ORIGINS=''",
    "API_SERVER_HOST='0.0.0.0'",
    `API_SERVER_KEY='${quoted(key)}'`,
    "API_SERVER_MODEL_NAME=''",
    "API_SERVER_PORT='8642'",
    "CUSTOM_BASE_URL=''",
    "HERMES_DASHBOARD_BASIC_AUTH_PASSWORD=''",
    `HERMES_DASHBOARD_BASIC_AUTH_PASSWORD_HASH='${quoted(hash)}'`,
    `HERMES_DASHBOARD_BASIC_AUTH_SECRET='${quoted(session)}'`,
    "HERMES_DASHBOARD_BASIC_AUTH_TTL_SECONDS=''",
    "HERMES_DASHBOARD_BASIC_AUTH_USERNAME='admin'",
    "HERMES_DASHBOARD_OAUTH_CLIENT_ID=''",
    "HERMES_DASHBOARD_OIDC_CLIENT_ID=''",
    "HERMES_DASHBOARD_OIDC_CLIENT_SECRET=''",
    "HERMES_DASHBOARD_OIDC_ISSUER=''",
    "HERMES_DASHBOARD_OIDC_SCOPES=''",
    "HERMES_DASHBOARD_PORTAL_URL=''",
    "HERMES_DASHBOARD_PUBLIC_URL=''",
    "",
  ].join("\n");
}

const ONE_LINE =
  "must be one non-empty line without surrounding blanks, without `$${` and without `\\` at its end";
const SCRYPT_WORDS =
  "must be a scrypt hash as `npx cdktf-hermes hash-password` prints it (scrypt$16384$8$1$<salt>$<key>)";
const SESSION_WORDS =
  "must have at least 16 characters (`npx cdktf-hermes session-secret` prints a good one)";
const KEY_WORDS =
  "must have at least 16 ASCII characters and be none of Hermes' placeholders (such as changeme)";

function oneLine(value: string): string {
  const visible = "[^\\\\s\\\\x0b\\\\pZ\\ufeff]";
  const line = `can(regex("^${visible}(?:[^\\\\r\\\\n]*${visible})?$", ${value}))`;
  return `\${${line} && !can(regex("[$]\\\\x7b", ${value})) && !endswith(${value}, "\\\\")}`;
}

function scryptCondition(value: string): string {
  const base64 = "[A-Za-z0-9+/]+=?=?";
  return `\${can(regex("^scrypt[$][1-9][0-9]*[$][1-9][0-9]*[$][1-9][0-9]*[$]${base64}[$]${base64}$", ${value}))}`;
}

function keyCondition(value: string): string {
  const placeholders =
    '"*", "**", "***", "changeme", "your_api_key", "your_api_key_here", "your-api-key", "placeholder", "example", "dummy", "null", "none"';
  return `\${length(trimspace(${value})) >= 16 && can(regex("^[ -~]+$", ${value})) && !contains([${placeholders}], lower(trimspace(${value})))}`;
}
