import { type Context, definitions, TerraformError } from "../terraform-plugin";
import type { Captain } from "./captain";

/** What the functions of all resources get: a captain, unless its address is still to be known. */
export class Connection {
  constructor(private readonly known: Captain | undefined) {}

  get isConfigured(): boolean {
    return this.known !== undefined;
  }

  /** @throws TerraformError while url or password are unknown */
  get captain(): Captain {
    if (this.known !== undefined) return this.known;
    throw new TerraformError("The captain's address is not known yet", {
      detail:
        "url and password of the provider come from something that is still to be created. Create that first, with -target.",
    });
  }
}

export type CaptainContext = Context<Connection>;

export const { resource, dataSource, ephemeralResource, provider } = definitions<Connection>();
