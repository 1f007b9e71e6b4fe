import { AppOperations } from "./app-operations";
import { Builder } from "./builder";
import { Domains } from "./domains";
import { OneClick } from "./one-click";
import { CaptainProcess } from "./process";
import { ServiceUpdates } from "./service-updates";
import type { CaptainState } from "./state";

/** One process of CapRover, with everything that it keeps in memory. */
export class Captain {
  readonly process: CaptainProcess;
  readonly builder: Builder;
  readonly operations: AppOperations;
  readonly domains: Domains;
  readonly oneClick: OneClick;

  constructor(readonly state: CaptainState) {
    this.process = new CaptainProcess(state.clock);
    const updates = new ServiceUpdates(state, this.process);
    this.builder = new Builder(state, this.process, updates);
    this.operations = new AppOperations(state, this.process, this.builder, updates);
    this.domains = new Domains(state, this.process, updates);
    this.oneClick = new OneClick(state, this.operations, this.builder);
  }

  /** A new process knows no build and no token of the previous one, and prunes the node. */
  boot(): void {
    this.state.authentication.rotateTokens();
    for (const app of this.state.apps.all()) app.forgetBuild();
    this.state.swarm.containers.prune();
  }
}
