/**
 * What an agent answers over HTTP, by path. The dashboard's were asked of 0.17.0 and 0.19.0, and are in the packages from
 * 0.16.0 on; before that there is no login with a password. Paths that change something, and those that use up a login
 * for OpenAI Codex when they look at it (`/api/providers/oauth`, `/api/ops/doctor`), are not here.
 */

/** Of the dashboard, for anybody. */
export const OPEN_PAGES = {
  root: "/",
  /** Answers 401 without a login. */
  config: "/api/config",
  status: "/api/status",
  modelInfo: "/api/model/info",
} as const;

/** Of the dashboard, behind its login. */
export const PAGES_BEHIND_LOGIN = {
  configFile: "/api/config/raw",
  cronJobs: "/api/cron/jobs",
  /** Names that the volume's `.env` sets; the environment does not count (run). */
  env: "/api/env",
  stats: "/api/system/stats",
  profiles: "/api/profiles",
  /** Of a file of the data, from 0.17.0 on. Files with secrets are not given. */
  file: "/api/files/read?path=",
  /** 500 lines are the most that it gives. */
  agentLog: "/api/logs?file=agent&lines=500",
} as const;

/** Takes the user's name and password, 10 times a minute. Its answer sets the cookies of the session. */
export const PASSWORD_LOGIN = "/auth/password-login";

/** Of the API server. All but the first want the key; before 0.19.0 so does not the second. */
export const API_PATHS = {
  health: "/health",
  readiness: "/health/detailed",
  models: "/v1/models",
  chat: "/v1/chat/completions",
  jobs: "/api/jobs",
} as const;

/** The file agent.log has this line at each start of the gateway. */
export const GATEWAY_START = /Starting Hermes Gateway\.\.\./;
