import { type Context, TerraformError } from "../../terraform-plugin";
import type { Captain } from "../captain/client";
import { Coordination } from "./coordination";

/** The CapRover server that the provider is configured for, as all resources of one process share it. */
export class Connection {
  readonly coordination = new Coordination();

  /** @param known undefined while the server's address or password is not known yet */
  constructor(private readonly known: Captain | undefined) {}

  get isConfigured(): boolean {
    return this.known !== undefined;
  }

  /** @throws TerraformError while url or password are unknown */
  get captain(): Captain {
    if (this.known !== undefined) return this.known;
    throw new TerraformError("The CapRover server's address or password is not known yet", {
      detail:
        "The url or password of the provider comes from a resource that does not exist yet. Create that first, with -target.",
    });
  }
}

export type CaptainContext = Context<Connection>;
