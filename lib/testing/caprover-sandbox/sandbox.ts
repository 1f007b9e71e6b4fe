import { type AppDefinition, PLACEHOLDER_IMAGE } from "./captain/app-definition";
import { type AppRecord, AppStore } from "./captain/app-store";
import { Authentication } from "./captain/authentication";
import { CaptainHost } from "./captain/host";
import { Nginx } from "./captain/nginx";
import { ProjectStore } from "./captain/projects";
import { type RegistryAccount, RegistryStore } from "./captain/registries";
import type { CaptainState } from "./captain/state";
import { CLOCK_SPEED_VARIABLE, SimulatedClock } from "./engine/clock";
import type { Container } from "./engine/container";
import { type DataDirectory, DataStore, type Overlap } from "./engine/data-store";
import type { ImageCatalogue } from "./engine/image";
import { ImageStore } from "./engine/image-store";
import { SwarmNodes } from "./engine/nodes";
import type { SwarmService } from "./engine/service";
import { Swarm, type SwarmEvent } from "./engine/swarm";
import { Faults, type RecordedRequest } from "./http/faults";
import { HttpServer } from "./http/server";
import { Unmodelled } from "./http/unmodelled";

export interface CapRoverSandboxProps {
  /** Images that can be pulled, by reference, described by what a container of them does. @default only CapRover's placeholder */
  readonly images?: ImageCatalogue;
  /** Simulated seconds in one second of the wall. @default 100 */
  readonly speed?: number;
  /** CapRover's version; before 1.15 there is no partial update, and names are prefixed. @default "1.15.3" */
  readonly version?: string;
  /** @default "captain42", the password of a fresh CapRover */
  readonly password?: string;
  /** `""` for a captain whose root domain is not set yet. @default "apps.localhost" */
  readonly rootDomain?: string;
  /** Directories that exist on the node, for host paths. @default none */
  readonly hostDirectories?: readonly string[];
  /** Ids of nodes beside the captain's own, such as `node2`. @default none */
  readonly workers?: readonly string[];
  /** Domains that do not point to this server, so that CapRover refuses them. @default none */
  readonly foreignDomains?: readonly string[];
  /** How long Let's Encrypt takes over a certificate. @default 1.35 */
  readonly certificateSeconds?: number;
  /** Port on 127.0.0.1; 0 takes a free one. @default 0 */
  readonly port?: number;
  /** Gets each new line of `unmodelled` at once. @default the lines are only kept */
  readonly onUnmodelled?: (line: string) => void;
}

/** An app as the sandbox sees it: what is saved, and what really runs. */
export interface SandboxApp {
  /** what the API's app list is made from */
  readonly definition: Readonly<AppDefinition>;
  /** the Swarm service; `undefined` before the first image is deployed */
  readonly service: SwarmService | undefined;
  /** containers that run at this moment */
  readonly running: readonly Container[];
  readonly isBuilding: boolean;
}

/**
 * A CapRover that runs inside the process: its HTTP API, a Swarm beneath it and nginx in front of it, on a
 * clock that runs faster than the wall's. It shows the races and the false successes of a real one, so that
 * a deployment that is safe here is safe there.
 */
export class CapRoverSandbox {
  static async start(props: CapRoverSandboxProps = {}): Promise<CapRoverSandbox> {
    const sandbox = new CapRoverSandbox(props);
    sandbox.boundPort = await sandbox.server.listen(props.port ?? 0);
    return sandbox;
  }

  readonly clock: SimulatedClock;
  readonly password: string;
  readonly faults = new Faults();
  private readonly state: CaptainState;
  private readonly host: CaptainHost;
  private readonly server: HttpServer;
  private readonly refusals: Unmodelled;
  private boundPort = 0;

  private constructor(props: CapRoverSandboxProps) {
    const clock = new SimulatedClock(props.speed ?? 100);
    const images = new ImageStore({ [PLACEHOLDER_IMAGE]: {}, ...props.images });
    const data = new DataStore(() => clock.now(), props.hostDirectories ?? []);
    const swarm = new Swarm(clock, images, data, new SwarmNodes(images, props.workers ?? []));
    const apps = new AppStore();
    this.clock = clock;
    this.password = props.password ?? "captain42";
    this.state = {
      clock,
      swarm,
      data,
      images,
      apps,
      nginx: new Nginx(swarm),
      projects: new ProjectStore(apps),
      registries: new RegistryStore((account) => acceptsAccount(props.images ?? {}, account)),
      authentication: new Authentication(clock, this.password),
      settings: {
        version: props.version ?? "1.15.3",
        rootDomain: props.rootDomain ?? "apps.localhost",
        hasRootSsl: false,
        forceSsl: false,
      },
      foreignDomains: new Set(props.foreignDomains),
      certificateSeconds: props.certificateSeconds ?? 1.35,
    };
    this.host = new CaptainHost(this.state);
    this.refusals = new Unmodelled(props.onUnmodelled ?? (() => {}));
    this.server = new HttpServer(this.state, this.host, this.faults, this.refusals);
  }

  /** Address of the captain; apps answer at the same one when the Host header bears their name. */
  get url(): string {
    return `http://127.0.0.1:${this.boundPort}`;
  }

  /** What a process under test needs to reach the sandbox and to share its clock. */
  get environment(): Readonly<Record<string, string>> {
    return {
      CAPROVER_URL: this.url,
      CAPROVER_PASSWORD: this.password,
      [CLOCK_SPEED_VARIABLE]: String(this.clock.speed),
    };
  }

  /** Every request to the captain, in order. */
  get requests(): readonly RecordedRequest[] {
    return this.server.requests;
  }

  /**
   * A line for each request that asked for something the sandbox does not model and was answered with HTTP 501;
   * must stay empty.
   */
  get unmodelled(): readonly string[] {
    return this.refusals.lines;
  }

  /** Two containers on the same data at the same time; must stay empty. */
  get overlaps(): readonly Overlap[] {
    return this.state.data.overlaps;
  }

  /** What happened to containers, in order. */
  get events(): readonly SwarmEvent[] {
    return this.state.swarm.events;
  }

  get appNames(): readonly string[] {
    return this.state.apps.all().map(({ name }) => name);
  }

  get volumeNames(): readonly string[] {
    return this.state.data.volumeNames();
  }

  /** @throws Error when there is no such app */
  app(name: string): SandboxApp {
    const record: AppRecord = this.state.apps.get(name);
    const { serviceName } = record.naming;
    return {
      definition: record.definition,
      service: this.state.swarm.services.get(serviceName),
      running: this.state.swarm.containers.running(serviceName),
      isBuilding: record.isBuilding,
    };
  }

  /** Containers of a service, also of one whose app is deleted but which has not stopped yet. */
  runningContainers(serviceName?: string): readonly Container[] {
    return this.state.swarm.containers.running(serviceName);
  }

  volume(name: string): DataDirectory | undefined {
    return this.state.data.volume(name);
  }

  hostDirectory(path: string): DataDirectory | undefined {
    return this.state.data.hostDirectory(path);
  }

  makeHostDirectory(path: string): DataDirectory {
    return this.state.data.makeHostDirectory(path);
  }

  /** The images that can be pulled from now on. */
  get images(): ImageStore {
    return this.state.images;
  }

  /** Replaces the captain's process as `docker service update --force` does; resolves when the new one answers. */
  restartCaptain(): Promise<void> {
    return this.host.restart();
  }

  /** Kills the captain's process; running and waiting builds are lost. Resolves when the new one answers. */
  crashCaptain(): Promise<void> {
    return this.host.crash();
  }

  /** Updates CapRover in place; apps made before keep their prefixed names. */
  async upgrade(version: string): Promise<void> {
    this.state.settings.version = version;
    await this.host.restart();
  }

  async stop(): Promise<void> {
    this.clock.stop();
    await this.server.close();
  }
}

/** A registry refuses an account only when one of its images demands another. */
function acceptsAccount(images: ImageCatalogue, account: RegistryAccount): boolean {
  const demanded = Object.entries(images)
    .filter(([reference]) => reference.startsWith(`${account.registryDomain}/`))
    .flatMap(([, { credentials }]) => (credentials === undefined ? [] : [credentials]));
  return (
    demanded.length === 0 ||
    demanded.some(
      ({ user, password }) => user === account.registryUser && password === account.registryPassword,
    )
  );
}
