import type { ContainerCreateOptions, HostConfig, MountSettings } from "dockerode";
import type { Planned } from "./container-schema";
import { nanosecondsOf } from "./duration";
import { given, labelMap, MIB } from "./values";

const CPU_PRECISION = 1e9;

/** The request to create a container. */
export function createOptions(planned: Planned): ContainerCreateOptions {
  const [check] = planned.healthcheck;
  return {
    name: planned.name,
    Image: planned.image,
    Tty: planned.tty,
    OpenStdin: planned.stdin_open,
    Labels: labelMap(planned.labels),
    ExposedPorts: Object.fromEntries(planned.ports.map((port) => [portKey(port), {}])),
    ...present({
      Hostname: given(planned.hostname),
      Domainname: given(planned.domainname),
      User: given(planned.user),
      WorkingDir: given(planned.working_dir),
      StopSignal: given(planned.stop_signal),
      StopTimeout: given(planned.stop_timeout),
      Env: copy(given(planned.env)),
      Cmd: copy(given(planned.command)),
      Entrypoint: copy(given(planned.entrypoint)),
    }),
    ...(check !== undefined && {
      Healthcheck: {
        Test: [...check.test],
        Interval: nanosecondsOf(check.interval) ?? 0,
        Timeout: nanosecondsOf(check.timeout) ?? 0,
        StartPeriod: nanosecondsOf(check.start_period) ?? 0,
        StartInterval: nanosecondsOf(check.start_interval) ?? 0,
        Retries: check.retries,
      },
    }),
    Volumes: Object.fromEntries(planned.volumes.map(({ container_path }) => [container_path, {}])),
    HostConfig: hostConfig(planned),
  };
}

function hostConfig(planned: Planned): HostConfig {
  const [capabilities] = planned.capabilities;
  const cpus = given(planned.cpus);
  return {
    // Always given, which overrides the engine's own default.
    Init: given(planned.init) ?? false,
    AutoRemove: planned.rm,
    ReadonlyRootfs: planned.read_only,
    Privileged: planned.privileged ?? false,
    PublishAllPorts: planned.publish_all_ports ?? false,
    NetworkMode: planned.network_mode,
    RestartPolicy: restartPolicy(planned),
    LogConfig: { Type: given(planned.log_driver) ?? "", Config: { ...given(planned.log_opts) } },
    Mounts: planned.mounts.map(mountSettings),
    Binds: planned.volumes.flatMap(bindOf),
    PortBindings: portBindings(planned.ports),
    ExtraHosts: planned.host.map(({ host, ip }) => `${host}:${ip}`),
    Devices: planned.devices.map(({ host_path, container_path, permissions }) => ({
      PathOnHost: host_path,
      PathInContainer: container_path ?? host_path,
      CgroupPermissions: permissions ?? "rwm",
    })),
    DeviceRequests: deviceRequests(given(planned.gpus)),
    Ulimits: planned.ulimit.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    ...present({
      Memory: megabytes(given(planned.memory)),
      MemorySwap: megabytes(given(planned.memory_swap)),
      ShmSize: megabytes(given(planned.shm_size)),
      CpuShares: given(planned.cpu_shares),
      CpusetCpus: given(planned.cpu_set),
      NanoCpus: cpus === undefined ? undefined : Math.round(Number(cpus) * CPU_PRECISION),
      CpuPeriod: cpus === undefined ? given(planned.cpu_period) : undefined,
      CpuQuota: cpus === undefined ? given(planned.cpu_quota) : undefined,
      Runtime: given(planned.runtime),
      PidMode: given(planned.pid_mode),
      UsernsMode: given(planned.userns_mode),
      IpcMode: given(planned.ipc_mode),
      CapAdd: given(capabilities?.add ?? null)?.map(fullCapability),
      CapDrop: given(capabilities?.drop ?? null)?.map(fullCapability),
      SecurityOpt: copy(given(planned.security_opts)),
      Dns: copy(given(planned.dns)),
      DnsOptions: copy(given(planned.dns_opts)),
      DnsSearch: copy(given(planned.dns_search)),
      GroupAdd: copy(given(planned.group_add)),
      Tmpfs: given(planned.tmpfs),
      Sysctls: given(planned.sysctls),
    }),
  };
}

/** All GPUs: the provider knows no other value that it reads back. */
function deviceRequests(gpus: string | undefined): HostConfig["DeviceRequests"] {
  return gpus === undefined ? [] : [{ Driver: "", Count: -1, Capabilities: [["gpu"]], Options: {} }];
}

export function restartPolicy({ restart, max_retry_count }: Planned) {
  return { Name: restart, MaximumRetryCount: max_retry_count ?? 0 };
}

/** -1 means "no limit"; it is not a number of megabytes. */
export function megabytes(amount: number | undefined): number | undefined {
  return amount === undefined || amount < 0 ? amount : amount * MIB;
}

function mountSettings(mount: Planned["mounts"][number]): MountSettings {
  const [bind] = mount.bind_options;
  return {
    Type: mountType(mount.type),
    Target: mount.target,
    Source: mount.source ?? "",
    ReadOnly: mount.read_only ?? false,
    ...(mount.type === "bind" && bind && { BindOptions: { Propagation: propagation(bind.propagation) } }),
  };
}

function mountType(type: string): MountSettings["Type"] {
  return type === "bind" || type === "tmpfs" ? type : "volume";
}

const PROPAGATIONS = ["private", "rprivate", "shared", "rshared", "slave", "rslave"] as const;

function propagation(text: string | null): (typeof PROPAGATIONS)[number] {
  return PROPAGATIONS.find((one) => one === text) ?? "rprivate";
}

function bindOf(volume: Planned["volumes"][number]): string[] {
  const source = volume.volume_name ?? volume.host_path;
  return source === null ? [] : [`${source}:${volume.container_path}:${volume.read_only ? "ro" : "rw"}`];
}

type Port = Planned["ports"][number];

const portKey = ({ internal, protocol }: Port) => `${internal}/${protocol}`;

function portBindings(ports: readonly Port[]): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    const binding = { HostIp: port.ip, HostPort: String(given(port.external) ?? 0) };
    bindings[portKey(port)] = [...(bindings[portKey(port)] ?? []), binding];
  }
  return bindings;
}

/** In the form of Docker's own clients, because the engine stores what it gets. */
function fullCapability(name: string): string {
  const upper = name.toUpperCase();
  return upper === "ALL" || upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
}

const copy = <V>(values: readonly V[] | undefined): V[] | undefined => values && [...values];

/** The same without undefined values, so that the engine chooses them. */
function present<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> };
function present(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
