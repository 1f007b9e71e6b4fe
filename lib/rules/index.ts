/** All rules in one table: what is refused, why, and how to acknowledge it. */
import { CAPROVER_RULES } from "../targets/caprover/rules";
import { DEPLOYMENT_RULES as ANY_DEPLOYMENT_RULES } from "./conflicts";
import { DASHBOARD_RULES } from "./dashboard";
import { DATA_RULES } from "./data";
import { ENVIRONMENT_RULES } from "./environment";
import { IMAGE_RULES } from "./image";
import { MOUNT_RULES } from "./mounts";
import { RUNTIME_RULES } from "./runtime";

export const AGENT_RULES = { ...DASHBOARD_RULES, ...RUNTIME_RULES, ...ENVIRONMENT_RULES, ...MOUNT_RULES };

export const DEPLOYMENT_RULES = { ...ANY_DEPLOYMENT_RULES, ...CAPROVER_RULES };

export const RULES = { ...IMAGE_RULES, ...DATA_RULES, ...AGENT_RULES, ...DEPLOYMENT_RULES };

export type RuleId = keyof typeof RULES;

/** Rules that may be broken in this place, each with the reason that a reviewer should read. */
export type Acknowledgements = { readonly [Id in RuleId]?: string };

export { DATA_RULES, IMAGE_RULES };
