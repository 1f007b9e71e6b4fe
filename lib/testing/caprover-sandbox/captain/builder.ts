import { type BuildArgument, buildDockerfile } from "../engine/dockerfile-build";
import { BuildError, messageOf } from "../engine/errors";
import { ApiStatus, CaptainError } from "./api-status";
import type { AppRecord } from "./app-store";
import { printDate } from "./build-log";
import { type DeploySource, type ImagePlan, planImage } from "./captain-definition";
import type { CaptainProcess } from "./process";
import type { ServiceUpdates } from "./service-updates";
import type { CaptainState } from "./state";

interface Turn {
  readonly app: AppRecord;
  readonly begin: () => void;
}

const VERSIONS_KEPT = 50;
const STEP_SECONDS = 0.05;
const BUILD_SECONDS = 0.2;

/** Builds and pulls images: one at a time over all apps. The others wait in a queue. */
export class Builder {
  private active: Turn | undefined;
  private readonly queue: Turn[] = [];

  constructor(
    private readonly state: CaptainState,
    private readonly process: CaptainProcess,
    private readonly updates: ServiceUpdates,
  ) {}

  /**
   * Pulls or builds the image, makes it the deployed one, and updates the service.
   * @throws whatever failed; the build log says it too
   */
  async deploy(app: AppRecord, source: DeploySource, gitHash: string): Promise<void> {
    app.isBuilding = true;
    await this.takeTurn(app);
    let image: string;
    let version: number;
    try {
      version = this.startVersion(app);
      image = await this.makeImage(app, source, version, gitHash);
      app.buildLog.write("Build has finished successfully!");
    } catch (error) {
      app.buildLog.write("Build has failed!");
      this.fail(app, error);
      throw error;
    } finally {
      // the next build starts before this one updates its service
      this.passTurn(app);
    }
    await this.process.sleep(STEP_SECONDS);
    const entry = app.definition.versions.find((candidate) => candidate.version === version);
    if (entry !== undefined) Object.assign(entry, { deployedImageName: image, gitHash });
    app.definition.deployedVersion = version;
    try {
      await this.updates.apply(app);
      await this.updates.reloadNginx();
    } catch (error) {
      this.fail(app, error);
      throw error;
    }
  }

  private takeTurn(app: AppRecord): Promise<void> {
    return new Promise((begin) => {
      const turn = { app, begin };
      if (this.active === undefined) {
        this.active = turn;
        begin();
      } else {
        if (this.active.app !== app) app.buildLog.reset();
        app.buildLog.write(
          `An active build (${this.active.app.name}) is in progress. This build is queued...`,
        );
        this.queue.push(turn);
      }
    });
  }

  private passTurn(app: AppRecord): void {
    app.isBuilding = this.queue.some((turn) => turn.app === app);
    this.active = this.queue.shift();
    this.active?.begin();
  }

  private startVersion(app: AppRecord): number {
    app.buildLog.reset();
    app.isBuildFailed = false;
    app.buildLog.write(`------------------------- ${printDate(this.state.clock.now())}`);
    app.buildLog.write(`Build started for ${app.name}`);
    const { versions } = app.definition;
    const version = (versions.at(-1)?.version ?? -1) + 1;
    const entry = { version, timeStamp: this.state.clock.now().toISOString() };
    app.definition.versions = [...versions, entry].slice(-VERSIONS_KEPT);
    return version;
  }

  private async makeImage(
    app: AppRecord,
    source: DeploySource,
    version: number,
    gitHash: string,
  ): Promise<string> {
    await this.process.sleep(STEP_SECONDS);
    const plan = planImage(source, app.definition.captainDefinitionRelativeFilePath);
    if (plan.kind === "image") return this.pull(app, plan.image);
    const commit = { key: "CAPROVER_GIT_COMMIT_SHA", value: gitHash };
    return this.build(app, plan, version, [...app.definition.envVars, commit]);
  }

  private async pull(app: AppRecord, image: string): Promise<string> {
    const { images, registries } = this.state;
    app.buildLog.write(
      `An explicit image name was provided (${image}). Therefore, no build process is needed.`,
    );
    app.buildLog.write(`Pulling this image: ${image} This process might take a few minutes.`);
    await this.process.sleep(images.pullSeconds(image));
    images.pull(image, registries.accountFor(image));
    return image;
  }

  private async build(
    app: AppRecord,
    { lines }: Extract<ImagePlan, { kind: "dockerfile" }>,
    version: number,
    buildArguments: readonly BuildArgument[],
  ): Promise<string> {
    const { images } = this.state;
    await this.process.sleep(BUILD_SECONDS);
    const name = `img-captain-${app.name}:${version}`;
    const log = (line: string) => app.buildLog.write(line);
    try {
      images.add(name, buildDockerfile(lines, buildArguments, images, log));
    } catch (error) {
      throw error instanceof BuildError ? buildFailure(error.message) : error;
    }
    app.buildLog.write(`Successfully tagged img-captain-${app.name}:latest\n`);
    return name;
  }

  private fail(app: AppRecord, error: unknown): void {
    app.isBuildFailed = true;
    app.buildLog.write("----------------------");
    app.buildLog.write("Deploy failed!");
    app.buildLog.write(`Error: ${messageOf(error)}`);
  }
}

/** CapRover repeats the builder's message four times, every other time as JSON. */
function buildFailure(message: string): CaptainError {
  const twice = `${JSON.stringify({ message })}\n${message}`;
  return new CaptainError(ApiStatus.buildError, `${twice}\n${twice}`);
}
