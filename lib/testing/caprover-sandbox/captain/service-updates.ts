import { ApiStatus, CaptainError } from "./api-status";
import { deployedImage } from "./app-definition";
import { initialSpec, updatedSpec } from "./app-service";
import type { AppRecord } from "./app-store";
import type { CaptainProcess } from "./process";
import type { CaptainState } from "./state";

const CALL_SECONDS = 0.03;
const SETTLE_SECONDS = 2;
const RELOAD_SECONDS = 0.08;
const RELOAD_IN_FORCE_AFTER_SECONDS = 0.12;
const PRUNE_AFTER_SECONDS = 4.83;

/** Applies a change of an app to the Swarm and to nginx. */
export class ServiceUpdates {
  constructor(
    private readonly state: CaptainState,
    private readonly process: CaptainProcess,
  ) {}

  /** Makes or updates the app's service. An update restarts its containers even when nothing changed. */
  async apply(app: AppRecord): Promise<void> {
    const image = deployedImage(app.definition);
    if (image === undefined) {
      throw new CaptainError(
        ApiStatus.illegalParameter,
        "ImageName for deployed version is not available, this version was probably failed due to an unsuccessful build!",
      );
    }
    this.process.saved();
    await this.process.sleep(CALL_SECONDS);
    const { swarm } = this.state;
    const { serviceName } = app.naming;
    const service =
      swarm.services.get(serviceName) ?? swarm.create(initialSpec(app.name, app.naming, image), serviceName);
    swarm.update(serviceName, await updatedSpec(service.spec, app.definition, app.naming, image));
    this.process.after(PRUNE_AFTER_SECONDS, () => swarm.containers.prune());
    await this.process.sleep(SETTLE_SECONDS);
  }

  /** The new configuration is in force shortly after CapRover has answered. */
  async reloadNginx(): Promise<void> {
    const { nginx, apps, settings } = this.state;
    const putInForce = nginx.prepare(apps.all(), settings.rootDomain);
    await this.process.sleep(RELOAD_SECONDS);
    this.state.clock.after(RELOAD_IN_FORCE_AFTER_SECONDS, putInForce);
  }
}
