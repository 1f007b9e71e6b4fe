import { type JsonObject, stringAt, stringsAt } from "../engine/json";
import { type ApiAnswer, ApiStatus, CaptainError, ok } from "./api-status";
import { type AppSettings, PLACEHOLDER_IMAGE } from "./app-definition";
import { overlay, readSettings, replaceSettings } from "./app-settings";
import type { AppRecord } from "./app-store";
import type { Builder } from "./builder";
import { imageDefinition } from "./captain-definition";
import type { CaptainProcess } from "./process";
import type { ServiceUpdates } from "./service-updates";
import { type CaptainState, isBefore115 } from "./state";

const STEP_SECONDS = 0.02;
const DELETE_SECONDS = 2.05;
const VOLUME_WAIT_SECONDS = 12;

/** Register, update, rename and delete: they check, save and take effect in CapRover's order. */
export class AppOperations {
  constructor(
    private readonly state: CaptainState,
    private readonly process: CaptainProcess,
    private readonly builder: Builder,
    private readonly updates: ServiceUpdates,
  ) {}

  async register(body: JsonObject, detached: boolean): Promise<ApiAnswer> {
    const { apps, projects, settings } = this.state;
    const projectId = stringAt(body, "projectId");
    projects.check(projectId);
    const app = apps.add(
      stringAt(body, "appName"),
      body["hasPersistentData"] === true,
      projectId,
      isBefore115(settings.version),
    );
    // CapRover answers 100 even when the placeholder fails; the build log says so
    const placeholder = this.builder
      .deploy(app, imageDefinition(PLACEHOLDER_IMAGE), "")
      .catch(() => undefined);
    if (!detached) await placeholder;
    return ok("App Definition Saved");
  }

  patch(body: JsonObject): Promise<ApiAnswer> {
    const name = stringAt(body, "appName");
    if (name === "") throw new CaptainError(ApiStatus.illegalParameter, "appName is required");
    return this.update({ ...overlay(this.state.apps.get(name).definition, body), appName: name });
  }

  /** Saves before it applies, so a value that the engine refuses stays saved. */
  async update(body: JsonObject): Promise<ApiAnswer> {
    const app = this.state.apps.get(stringAt(body, "appName"));
    if (app.isBuilding) {
      throw new CaptainError(ApiStatus.illegalOperation, `Build in-progress for ${app.name}. Please wait...`);
    }
    await this.process.sleep(STEP_SECONDS);
    const settings = this.placed(readSettings(body, app.definition), app);
    this.state.projects.check(settings.projectId);
    const before = app.definition;
    app.definition = replaceSettings(before, settings);
    await this.updates.apply(app);
    try {
      await this.updates.reloadNginx();
    } catch (error) {
      // CapRover restores the saved definition only; the service already runs the new one
      if (error instanceof CaptainError) app.definition = before;
      throw error;
    }
    return ok("Updated App Definition Saved");
  }

  async rename(body: JsonObject): Promise<ApiAnswer> {
    const { apps, swarm } = this.state;
    const old = apps.get(stringAt(body, "oldAppName"));
    const renamed = apps.rename(old.name, stringAt(body, "newAppName"));
    swarm.remove(old.naming.serviceName);
    await this.process.sleep(STEP_SECONDS);
    await this.updates.apply(renamed);
    await this.updates.reloadNginx();
    return ok("AppName is renamed");
  }

  async delete(body: JsonObject): Promise<ApiAnswer> {
    const single = stringAt(body, "appName");
    const names = single === "" ? stringsAt(body, "appNames") : [single];
    const { apps, swarm, data } = this.state;
    const doomed = names.map((name) => apps.get(name));
    const wanted = new Set(stringsAt(body, "volumes"));
    const volumes = doomed.flatMap(({ definition, naming }) =>
      definition.volumes
        .flatMap((volume) => ("volumeName" in volume ? [volume.volumeName] : []))
        .filter((name) => wanted.has(name))
        .map((name) => ({ name, actual: `${naming.volumePrefix}${name}` })),
    );
    for (const app of doomed) {
      swarm.remove(app.naming.serviceName);
      apps.remove(app.name);
    }
    await this.process.sleep(DELETE_SECONDS);
    await this.updates.reloadNginx();
    if (volumes.length === 0) return ok("App is deleted");
    await this.process.sleep(VOLUME_WAIT_SECONDS);
    const named = new Set(
      apps
        .all()
        .flatMap(({ definition, naming }) =>
          definition.volumes.flatMap((volume) =>
            "volumeName" in volume ? [`${naming.volumePrefix}${volume.volumeName}`] : [],
          ),
        ),
    );
    // CapRover reports a volume that never existed like one that is still in use
    const failed = volumes.filter(
      ({ actual }) =>
        named.has(actual) || swarm.containers.isVolumeInUse(actual) || !data.removeVolume(actual),
    );
    if (failed.length === 0) return ok("App is deleted");
    const kept = failed.map(({ name }) => name);
    return {
      status: ApiStatus.okPartially,
      description: `App is deleted. Some volumes were not safe to delete. Delete skipped for: ${kept.join(" , ")}`,
      data: { volumesFailedToDelete: kept },
    };
  }

  /** An app with data stays on its node. */
  private placed(settings: AppSettings, app: AppRecord): AppSettings {
    const { swarm } = this.state;
    if (settings.nodeId !== undefined && !swarm.nodes.all.some(({ id }) => id === settings.nodeId)) {
      throw new CaptainError(
        ApiStatus.generic,
        `Node ID you requested is not part of the swarm cluster: ${settings.nodeId}`,
      );
    }
    if (settings.nodeId !== undefined || !app.definition.hasPersistentData) return settings;
    if (app.definition.nodeId === undefined && !swarm.services.has(app.naming.serviceName)) {
      throw new CaptainError(ApiStatus.generic, "Cannot find the service. Try again in a minute...");
    }
    return { ...settings, nodeId: app.definition.nodeId ?? swarm.nodes.leader.id };
  }
}
