import { AppStore } from "./captain/app-store";
import { Authentication } from "./captain/authentication";
import { CaptainHost } from "./captain/host";
import { Nginx } from "./captain/nginx";
import { ProjectStore } from "./captain/projects";
import { type RegistryAccount, RegistryStore } from "./captain/registries";
import type { CaptainState } from "./captain/state";
import { CLOCK_SPEED_VARIABLE, SimulatedClock } from "./engine/clock";
import { type DataDirectory, DataStore, type Overlap } from "./engine/data-store";
import type { ImageCatalogue, SandboxImages } from "./engine/image";
import { ImageStore } from "./engine/image-store";
import { SwarmNodes } from "./engine/nodes";
import { Swarm, type SwarmEvent } from "./engine/swarm";
import { Faults, type RecordedRequest, type SandboxFaults } from "./http/faults";
import { HttpServer } from "./http/server";
import { Unmodelled } from "./http/unmodelled";
import { knownImage } from "./images/known";
import type { SandboxApp, SandboxContainer } from "./sandbox-app";

/** What a sandbox begins with. */
export interface CapRoverSandboxProps {
  /**
   * The images that can be pulled, by reference, each described by what a container of it does. The sandbox knows
   * `nousresearch/hermes-agent` of every release, and CapRover's placeholder and proxy, by itself.
   * @default - only those that the sandbox knows
   */
  readonly images?: ImageCatalogue;
  /** Simulated seconds in one real second. @default 100 */
  readonly speed?: number;
  /**
   * CapRover's version. Before 1.15 there is no partial update, and services and volumes have prefixed names.
   * @default "1.15.3"
   */
  readonly version?: string;
  /** The password of the dashboard. @default "captain42" - as on a new CapRover server */
  readonly password?: string;
  /** `""` for a server whose root domain is not set yet. @default "apps.localhost" */
  readonly rootDomain?: string;
  /** The server's own domain has a certificate, which apps need before they can get one. @default false */
  readonly rootSsl?: boolean;
  /** The directories that exist on the node, for host paths. @default - none */
  readonly hostDirectories?: readonly string[];
  /** The ids of more nodes, such as `node2`; the server itself is `node1`. @default - none */
  readonly workers?: readonly string[];
  /** The domains that do not point to this server, so that CapRover refuses them. @default - none */
  readonly foreignDomains?: readonly string[];
  /** How many simulated seconds Let's Encrypt takes for a certificate of an app. @default 1.35 */
  readonly certificateSeconds?: number;
  /** The port on 127.0.0.1; 0 takes a free one. @default 0 */
  readonly port?: number;
  /** Gets each new line of `unmodelled` at once. @default - the lines are only kept */
  readonly onUnmodelled?: (line: string) => void;
}

/**
 * A CapRover server inside the process: its HTTP API, nginx, and a Docker Swarm, in simulated time. It has the races
 * and the misleading answers of a real server, and deploys nothing real.
 *
 * See `docs/caprover-sandbox.md` of this package for what it models and what it does not.
 */
export class CapRoverSandbox {
  /**
   * Starts a sandbox. End it with `stop()`.
   * @throws RangeError for a speed that is no number above 0
   * @throws Error when the port is taken
   */
  static async start(props: CapRoverSandboxProps = {}): Promise<CapRoverSandbox> {
    const sandbox = new CapRoverSandbox(props);
    sandbox.boundPort = await sandbox.server.listen(props.port ?? 0);
    return sandbox;
  }

  /** The simulated time. */
  readonly clock: SimulatedClock;
  /** The password of the dashboard with which the sandbox began. */
  readonly password: string;
  private readonly state: CaptainState;
  private readonly host: CaptainHost;
  private readonly server: HttpServer;
  private readonly waitingFaults = new Faults();
  private readonly refusals: Unmodelled;
  private boundPort = 0;

  private constructor(props: CapRoverSandboxProps) {
    const clock = new SimulatedClock(props.speed ?? 100);
    const images = new ImageStore(props.images ?? {}, knownImage);
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
        hasRootSsl: props.rootSsl ?? false,
        forceSsl: false,
      },
      foreignDomains: new Set(props.foreignDomains),
      certificateSeconds: props.certificateSeconds ?? 1.35,
    };
    this.host = new CaptainHost(this.state);
    this.refusals = new Unmodelled(props.onUnmodelled ?? (() => {}));
    this.server = new HttpServer(this.state, this.host, this.waitingFaults, this.refusals);
  }

  /** The address of the CapRover server. Apps answer at the same address, told apart by the Host header. */
  get url(): string {
    return `http://127.0.0.1:${this.boundPort}`;
  }

  /** The environment of a process under test: where the sandbox is, its password, and the speed of its clock. */
  get environment(): Readonly<Record<string, string>> {
    return {
      CAPROVER_URL: this.url,
      CAPROVER_PASSWORD: this.password,
      [CLOCK_SPEED_VARIABLE]: String(this.clock.speed),
    };
  }

  /** What is to go wrong with which requests. */
  get faults(): SandboxFaults {
    return this.waitingFaults;
  }

  /** Every request to the CapRover server, oldest first. */
  get requests(): readonly RecordedRequest[] {
    return this.server.requests;
  }

  /**
   * A line for each request for something that the sandbox does not model; it was answered with HTTP 501. A test
   * should find it empty.
   */
  get unmodelled(): readonly string[] {
    return this.refusals.lines;
  }

  /** Each time that two containers ran on the same data. A test should find it empty. */
  get overlaps(): readonly Overlap[] {
    return this.state.data.overlaps;
  }

  /** What happened to containers, oldest first. */
  get events(): readonly SwarmEvent[] {
    return this.state.swarm.events;
  }

  /** The names of the apps, sorted. */
  get appNames(): readonly string[] {
    return this.state.apps.all().map(({ name }) => name);
  }

  /** The names of the named volumes, as the Docker engine knows them. */
  get volumeNames(): readonly string[] {
    return this.state.data.volumeNames();
  }

  /** @throws Error when there is no such app */
  app(name: string): SandboxApp {
    const record = this.state.apps.get(name);
    const { serviceName } = record.naming;
    return {
      definition: record.definition,
      service: this.state.swarm.services.get(serviceName),
      running: this.runningContainers(serviceName),
      isBuilding: record.isBuilding,
    };
  }

  /**
   * The containers of a service that run at this moment, also those of a deleted app that still stop.
   * @param serviceName all services where it is left out
   */
  runningContainers(serviceName?: string): readonly SandboxContainer[] {
    return this.state.swarm.containers.running(serviceName);
  }

  /** A named volume; `undefined` before its first container is made. */
  volume(name: string): DataDirectory | undefined {
    return this.state.data.volume(name);
  }

  /** A directory of the node; `undefined` when it does not exist. */
  hostDirectory(path: string): DataDirectory | undefined {
    return this.state.data.hostDirectory(path);
  }

  /** Makes a directory on the node, or returns the one that exists. */
  makeHostDirectory(path: string): DataDirectory {
    return this.state.data.makeHostDirectory(path);
  }

  /**
   * A worker loses its connection for so many seconds of simulated time, while its containers run on. After 12 s Swarm
   * makes other containers for them, which start when the worker is back. Resolves then.
   */
  cutOffNode(id: string, seconds: number): Promise<void> {
    return this.state.swarm.cutOff(id, seconds);
  }

  /** The images that can be pulled. */
  get images(): SandboxImages {
    return this.state.images;
  }

  /** Replaces CapRover's process, as `docker service update --force` does. Resolves when the new one answers. */
  restartServer(): Promise<void> {
    return this.host.restart();
  }

  /** Kills CapRover's process; running and waiting builds are lost. Resolves when the new one answers. */
  crashServer(): Promise<void> {
    return this.host.crash();
  }

  /** Updates CapRover. Existing apps keep their prefixed names. Resolves when the new version answers. */
  async upgrade(version: string): Promise<void> {
    this.state.settings.version = version;
    await this.host.restart();
  }

  /** Ends the sandbox: time stands still, and nothing answers any more. */
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
