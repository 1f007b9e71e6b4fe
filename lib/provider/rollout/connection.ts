import { type Context, TerraformError } from "../../terraform-plugin";
import type { Captain } from "../captain/client";
import type { Run } from "../settings/stamp";
import { Coordination } from "./coordination";

/** The CapRover server that the provider is configured for, as all resources of one process share it. */
export class Connection {
  readonly coordination = new Coordination();

  /** @param known undefined while the server's address or password is not known yet */
  constructor(private readonly known: { readonly captain: Captain; readonly run: Run } | undefined) {}

  get isConfigured(): boolean {
    return this.known !== undefined;
  }

  /** @throws TerraformError while url or password are unknown */
  get captain(): Captain {
    return this.configured.captain;
  }

  /** This apply, as its stamps name it. @throws TerraformError while url or password are unknown */
  get run(): Run {
    return this.configured.run;
  }

  private get configured() {
    if (this.known !== undefined) return this.known;
    throw new TerraformError("The CapRover server's address or password, or the owner, is not known yet", {
      detail:
        "The url, password or owner of the provider comes from a resource that does not exist yet. Create that first, with -target.",
    });
  }
}

export type CaptainContext = Context<Connection>;
