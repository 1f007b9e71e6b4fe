import type { ContainerInspectInfo } from "dockerode";
import type { Behaviour } from "./behaviour";
import type { State } from "./container-schema";
import { printDuration } from "./duration";
import { MIB, settle } from "./values";

/** The engine's answer to inspect. Two fields are missing in the client's types. */
export interface Inspected extends ContainerInspectInfo {
  readonly Config: ContainerInspectInfo["Config"] & {
    readonly StopSignal?: string;
    readonly StopTimeout?: number;
  };
}

/**
 * The state, updated from the engine. Labels, environment, uploads, `volumes`, networks and the CPU's period and quota
 * are not read: a change of those outside Terraform is not noticed.
 */
export function readBack(
  state: State,
  info: Inspected,
  { readsUnconfigured, stoppedContainer }: Behaviour,
): State {
  const { Config: config, HostConfig: host } = info;
  const configured = <V>(value: V | null, now: V) =>
    readsUnconfigured || value !== null ? settle(value, now) : null;
  const swap = host.MemorySwap ?? 0;
  return {
    ...state,
    ...engineChosen(info),
    ...ports(state, info, readsUnconfigured),
    ...(!info.State.Running && { exit_code: info.State.ExitCode }),
    ...(!info.State.Running && stoppedContainer === "reports" && { must_run: false }),
    name: info.Name.replace(/^\//, ""),
    image: state.image.startsWith("sha256:") ? info.Image : config.Image,
    rm: host.AutoRemove ?? false,
    read_only: host.ReadonlyRootfs ?? false,
    domainname: settle(state.domainname, config.Domainname),
    dns: settle<readonly string[]>(state.dns, host.Dns ?? []),
    dns_opts: settle<readonly string[]>(state.dns_opts, host.DnsOptions ?? []),
    dns_search: settle<readonly string[]>(state.dns_search, host.DnsSearch ?? []),
    group_add: settle<readonly string[]>(state.group_add, host.GroupAdd ?? []),
    publish_all_ports: settle(state.publish_all_ports, host.PublishAllPorts ?? false),
    privileged: settle(state.privileged, host.Privileged ?? false),
    restart: host.RestartPolicy?.Name ?? "no",
    max_retry_count: settle(state.max_retry_count, host.RestartPolicy?.MaximumRetryCount ?? 0),
    tmpfs: settle(state.tmpfs, host.Tmpfs ?? {}),
    memory: settle(state.memory, wholeMiB(host.Memory ?? 0)),
    memory_swap: settle(state.memory_swap, swap > 0 ? wholeMiB(swap) : swap),
    cpu_shares: settle(state.cpu_shares, host.CpuShares ?? 0),
    cpu_set: settle(state.cpu_set, host.CpusetCpus ?? ""),
    cpus: host.NanoCpus ? String(host.NanoCpus / 1e9) : state.cpus,
    log_opts: configured<Readonly<Record<string, string>>>(state.log_opts, host.LogConfig?.Config ?? {}),
    network_mode: host.NetworkMode ?? "",
    pid_mode: configured(state.pid_mode, host.PidMode ?? ""),
    userns_mode: settle(state.userns_mode, host.UsernsMode ?? ""),
    gpus: (host.DeviceRequests ?? []).length > 0 ? "all" : state.gpus,
    sysctls: settle(state.sysctls, host.Sysctls ?? {}),
    tty: config.Tty,
    stdin_open: config.OpenStdin,
    ...blocks(state, info, readsUnconfigured),
  };
}

/** What the engine chooses if the configuration doesn't. */
export function engineChosen({ Id, Config: config, HostConfig: host, NetworkSettings }: Inspected) {
  const securityOptions: readonly string[] = host.SecurityOpt ?? [];
  return {
    id: Id,
    hostname: config.Hostname,
    command: config.Cmd ?? [],
    entrypoint: [config.Entrypoint ?? []].flat(),
    user: config.User,
    working_dir: config.WorkingDir,
    security_opts: securityOptions,
    stop_signal: config.StopSignal ?? "",
    stop_timeout: config.StopTimeout ?? 0,
    runtime: host.Runtime ?? "",
    shm_size: wholeMiB(host.ShmSize ?? 0),
    log_driver: host.LogConfig?.Type ?? "",
    ipc_mode: host.IpcMode ?? "",
    init: host.Init ?? false,
    network_data: Object.entries(NetworkSettings.Networks).map(([network_name, one]) => ({
      network_name,
      ip_address: one.IPAddress,
      ip_prefix_length: one.IPPrefixLen,
      gateway: one.Gateway,
      global_ipv6_address: one.GlobalIPv6Address,
      global_ipv6_prefix_length: one.GlobalIPv6PrefixLen,
      ipv6_gateway: one.IPv6Gateway,
      mac_address: one.MacAddress,
    })),
  };
}

const wholeMiB = (bytes: number) => Math.floor(bytes / MIB);

/** The provider ignores a difference only in the order. */
function ports(state: State, info: Inspected, readsUnconfigured: boolean) {
  const readable = info.State.Running || state.must_run;
  if (!readsUnconfigured && !(readable && state.ports.length > 0)) return {};
  const found = publishedPorts(info);
  const sorted = (some: State["ports"]) =>
    some
      .map(({ internal, external, ip, protocol }) => `${internal} ${external} ${ip} ${protocol}`)
      .sort()
      .join();
  return sorted(found) === sorted(state.ports) ? {} : { ports: found };
}

/** In the order of the ports inside the container, whatever the order in the configuration. */
export function publishedPorts({ NetworkSettings }: Inspected): State["ports"] {
  return Object.entries(NetworkSettings.Ports ?? {})
    .flatMap(([key, bindings]) => {
      const [internal, protocol = "tcp"] = key.split("/");
      return (bindings ?? []).map(({ HostIp, HostPort }) => ({
        internal: Number(internal),
        external: Number(HostPort),
        ip: HostIp,
        protocol,
      }));
    })
    .sort((a, b) => a.internal - b.internal);
}

function blocks(state: State, { Config: config, HostConfig: host }: ContainerInspectInfo, always: boolean) {
  const added: readonly string[] = host.CapAdd ?? [];
  const dropped: readonly string[] = host.CapDrop ?? [];
  const [capabilities = { add: null, drop: null }] = state.capabilities;
  const hosts: readonly string[] = host.ExtraHosts ?? [];
  const check = config.Healthcheck;
  return {
    ...(added.length + dropped.length > 0 && {
      capabilities: [{ add: settle(capabilities.add, added), drop: settle(capabilities.drop, dropped) }],
    }),
    host: hosts.map((entry) => {
      const [name = "", ip = ""] = entry.split(":");
      return { host: name, ip };
    }),
    mounts: mounts(state, host.Mounts ?? []),
    // All three are read back, so a device without its path in the container is replaced in every plan.
    devices: devicesOf(host).map(({ PathOnHost, PathInContainer, CgroupPermissions }) => ({
      host_path: PathOnHost,
      container_path: PathInContainer,
      permissions: CgroupPermissions,
    })),
    ...((always || state.ulimit.length > 0) && {
      ulimit: (host.Ulimits ?? []).map(({ Name, Soft, Hard }) => ({
        name: Name ?? "",
        soft: Soft ?? 0,
        hard: Hard ?? 0,
      })),
    }),
    // A block that comes only from the image can't be in a plan. The provider's older protocol allows hiding it.
    ...(check !== undefined &&
      check !== null &&
      state.healthcheck.length > 0 && {
        healthcheck: [
          {
            test: check.Test ?? [],
            interval: printDuration(check.Interval ?? 0),
            timeout: printDuration(check.Timeout ?? 0),
            start_period: printDuration(check.StartPeriod ?? 0),
            start_interval: printDuration(check.StartInterval ?? 0),
            retries: check.Retries ?? 0,
          },
        ],
      }),
  };
}

interface Device {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

/** The client has no type for them. */
function devicesOf({ Devices }: ContainerInspectInfo["HostConfig"]): readonly Device[] {
  const found: readonly Device[] | undefined = Devices;
  return found ?? [];
}

function mounts(
  state: State,
  found: NonNullable<ContainerInspectInfo["HostConfig"]["Mounts"]>,
): State["mounts"] {
  return found.map((mount) => {
    const before = state.mounts.find(({ target }) => target === mount.Target);
    return {
      type: mount.Type,
      target: mount.Target,
      source: settle(before?.source ?? null, mount.Source ?? ""),
      read_only: settle(before?.read_only ?? null, mount.ReadOnly ?? false),
      bind_options: mount.BindOptions ? [{ propagation: mount.BindOptions.Propagation }] : [],
    };
  });
}
