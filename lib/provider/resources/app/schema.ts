import type { NoBlocks, ObjectOf } from "../../../terraform-plugin";
import { deployToken } from "./attributes/deploy-token";
import { deployment } from "./attributes/deployment";
import { environment } from "./attributes/environment";
import { identity } from "./attributes/identity";
import { lifecycle } from "./attributes/lifecycle";
import { network } from "./attributes/network";
import { outcome } from "./attributes/outcome";
import { service } from "./attributes/service";
import { storage } from "./attributes/storage";
import { attributesOf } from "./row";

/** All attributes of `caprover_app`, in the order of the documentation. */
export const rows = {
  ...identity,
  ...deployment,
  ...environment,
  ...storage,
  ...network,
  ...deployToken,
  ...service,
  ...lifecycle,
  ...outcome,
};
export const attributes = attributesOf(rows);

export type AppState = ObjectOf<typeof attributes, NoBlocks, "state">;
export type AppConfig = ObjectOf<typeof attributes, NoBlocks, "config">;
export type AppPlanned = ObjectOf<typeof attributes, NoBlocks, "planned">;
export type AppDraft = ObjectOf<typeof attributes, NoBlocks, "draft">;
