/** The rules that hold on every target. Each target's own rules are in its folder. */
import { ADDRESS_RULES } from "./address";
import { API_SERVER_RULES } from "./api-server";
import { CONFIG_RULES } from "./config";
import { CONTEXT_RULES } from "./context";
import { CRON_RULES } from "./cron";
import { DASHBOARD_RULES } from "./dashboard";
import { AGENT_DATA_RULES } from "./data";
import { ENV_RULES } from "./env";
import { FALLBACK_RULES } from "./fallback";
import { FILE_RULES } from "./file";
import { HEALTH_CHECK_RULES } from "./health-check";
import { MANAGED_SCOPE_RULES } from "./managed-scope";
import { MCP_RULES } from "./mcp";
import { MEMORY_RULES } from "./memory";
import { MESSAGING_RULES } from "./messaging";
import { MIND_RULES } from "./mind";
import { MODEL_RULES } from "./model";
import { MOUNT_RULES } from "./mount";
import { PROFILE_RULES } from "./profile";
import { SECRET_RULES } from "./secret";
import { SKILL_RULES } from "./skill";
import { TERMINAL_RULES } from "./terminal";
import { TIMEZONE_RULES } from "./timezone";
import { TOOLSET_RULES } from "./toolset";
import { TRUSTED_PROXIES_RULES } from "./trusted-proxies";
import { WORKSPACE_RULES } from "./workspace";

export const AGENT_RULES = {
  ...DASHBOARD_RULES,
  ...TRUSTED_PROXIES_RULES,
  ...API_SERVER_RULES,
  ...SECRET_RULES,
  ...PROFILE_RULES,
  ...MANAGED_SCOPE_RULES,
  ...MODEL_RULES,
  ...MESSAGING_RULES,
  ...MEMORY_RULES,
  ...HEALTH_CHECK_RULES,
  ...AGENT_DATA_RULES,
  ...ENV_RULES,
  ...CONFIG_RULES,
  ...MOUNT_RULES,
  ...WORKSPACE_RULES,
  ...TERMINAL_RULES,
  ...ADDRESS_RULES,
  ...TIMEZONE_RULES,
  ...CONTEXT_RULES,
  ...CRON_RULES,
  ...FALLBACK_RULES,
  ...FILE_RULES,
  ...MCP_RULES,
  ...MIND_RULES,
  ...SKILL_RULES,
  ...TOOLSET_RULES,
};
