/** Terraform's plugin protocol in TypeScript: write a provider as typed async functions and serve it. */
export { type Place, TerraformError } from "./diagnostics";
export type { Json, JsonObject } from "./json";
export type { LogFields, Logger } from "./log";
export { Decimal, type TerraformNumber } from "./number";
export { type Reattached, serveInProcess } from "./reattach";
export {
  type CheckContext,
  type ConfigureContext,
  type Context,
  type CreateContext,
  type DataSource,
  type Definitions,
  definitions,
  type EphemeralResource,
  type PlanContext,
  type Provider,
  type Resource,
  type UpdateContext,
} from "./resource";
export * from "./schema";
export { redactor } from "./secrets";
export { serve } from "./serve";
export { Dynamic, isKnown, type Path, UNKNOWN, type Unknown, type Value } from "./value";
