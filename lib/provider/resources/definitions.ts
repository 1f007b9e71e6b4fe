import { definitions } from "../../terraform-plugin";
import type { Connection } from "../rollout/connection";

/** The plugin's builders, with the connection that each of this provider's functions gets. */
export const { resource, dataSource, ephemeralResource, provider } = definitions<Connection>();
