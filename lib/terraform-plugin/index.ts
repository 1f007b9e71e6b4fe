/**
 * Terraform's plugin protocol 6 in TypeScript: define a provider by typed async functions, and serve it. Names are
 * those of HashiCorp's terraform-plugin-framework where it has one.
 */
export * from "./attribute-types";
export * from "./attributes";
export * from "./blocks";
export { type DiagnosticOptions, type Diagnostics, TerraformError } from "./diagnostics";
export type { Json, JsonObject } from "./json";
export type { LogFields, Logger } from "./log";
export { Decimal, type TerraformNumber } from "./number";
export type { PrivateState } from "./private-state";
export { type Reattached, serveInProcess } from "./reattach";
export * from "./resource";
export * from "./schema";
export * from "./schema-values";
export { redactor } from "./secrets";
export { serve } from "./serve";
export type { StateUpgrader, StateUpgraders } from "./state-upgrade";
export type { TimeoutOperation, TimeoutSeconds } from "./timeouts";
export {
  Dynamic,
  hasUnknown,
  isKnown,
  type ObjectValue,
  type Path,
  type Type,
  UNKNOWN,
  type Unknown,
  type Value,
} from "./value";
