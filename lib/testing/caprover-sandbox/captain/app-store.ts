import { ApiStatus, CaptainError } from "./api-status";
import { type AppDefinition, newAppDefinition } from "./app-definition";
import { type AppNaming, namingOf } from "./app-service";
import { BuildLog } from "./build-log";

/** An app: what CapRover has saved of it, and how its latest build went. */
export class AppRecord {
  isBuilding = false;
  isBuildFailed = false;
  readonly buildLog = new BuildLog();

  constructor(
    readonly name: string,
    /** Made by a CapRover before 1.15, which prefixed the names of services and volumes. */
    readonly isLegacy: boolean,
    public definition: AppDefinition,
  ) {}

  get naming(): AppNaming {
    return namingOf(this.name, this.isLegacy);
  }

  /** The state of a build is in memory only, so a new process does not know it. */
  forgetBuild(): void {
    this.isBuilding = false;
    this.isBuildFailed = false;
    this.buildLog.reset();
  }
}

/** The apps that CapRover has saved. */
export class AppStore {
  private readonly apps = new Map<string, AppRecord>();

  all(): AppRecord[] {
    return [...this.apps.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): AppRecord | undefined {
    return this.apps.get(name);
  }

  get(name: string): AppRecord {
    const app = this.apps.get(name);
    if (app === undefined) {
      throw new CaptainError(
        ApiStatus.generic,
        `App (${name}) could not be found. Make sure that you have created the app.`,
      );
    }
    return app;
  }

  add(name: string, hasPersistentData: boolean, projectId: string, isLegacy: boolean): AppRecord {
    this.checkNewName(name);
    const app = new AppRecord(name, isLegacy, newAppDefinition(hasPersistentData, projectId));
    this.apps.set(name, app);
    return app;
  }

  rename(from: string, to: string): AppRecord {
    const app = this.get(from);
    this.checkNewName(to);
    const renamed = new AppRecord(to, app.isLegacy, app.definition);
    this.apps.delete(from);
    this.apps.set(to, renamed);
    return renamed;
  }

  remove(name: string): void {
    this.apps.delete(name);
  }

  private checkNewName(name: string): void {
    const reserved = name === "captain" || name === "registry" || name.startsWith("captain-");
    if (!/^[a-z0-9]([a-z0-9-]{0,47}[a-z0-9])?$/.test(name) || name.includes("--") || reserved) {
      throw new CaptainError(
        ApiStatus.badName,
        "App Name is not allowed. Only lowercase letters, numbers and single hyphens are allowed",
      );
    }
    if (this.apps.has(name)) {
      throw new CaptainError(ApiStatus.alreadyExists, "App Name already exists. Please use a different name");
    }
  }
}
