/** The rules that hold on every target. Each target's own rules are in its folder. */
import { ADDRESS_RULES } from "./address";
import { API_SERVER_RULES } from "./api-server";
import { CONFIG_RULES } from "./config";
import { DASHBOARD_RULES } from "./dashboard";
import { AGENT_DATA_RULES } from "./data";
import { ENV_RULES } from "./env";
import { HEALTH_CHECK_RULES } from "./health-check";
import { MANAGED_SCOPE_RULES } from "./managed-scope";
import { MEMORY_RULES } from "./memory";
import { MESSAGING_RULES } from "./messaging";
import { MODEL_RULES } from "./model";
import { MOUNT_RULES } from "./mount";
import { SECRET_RULES } from "./secret";
import { TERMINAL_RULES } from "./terminal";
import { TIMEZONE_RULES } from "./timezone";
import { TRUSTED_PROXIES_RULES } from "./trusted-proxies";
import { WORKSPACE_RULES } from "./workspace";

export const AGENT_RULES = {
  ...DASHBOARD_RULES,
  ...TRUSTED_PROXIES_RULES,
  ...API_SERVER_RULES,
  ...SECRET_RULES,
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
};
