/** Which arguments of `docker run` give a container its host. Docker's documentation of the command, read. */

export interface RunArgument {
  /** Position of the flag in the list. */
  readonly at: number;
  /** Its long name. */
  readonly flag: string;
  /** Empty without one. */
  readonly value: string;
}

/** Flags with their values, whether one item has both (`--net=x`) or two have them. */
export function argumentsOf(items: readonly string[]): readonly RunArgument[] {
  return items.flatMap((item, at) => {
    const text = item.trim();
    if (!text.startsWith("-")) return [];
    const [, short, attached = ""] = /^-[ditPq]*([a-zA-Z])=?(.*)$/s.exec(text) ?? [];
    const [, long, own] = /^(--[a-z-]+)(?:=(.*))?$/s.exec(text) ?? [];
    const next = items[at + 1]?.trim() ?? "";
    const following = next.startsWith("-") ? "" : next;
    const flag = long ?? SHORT[short ?? ""] ?? `-${short ?? ""}`;
    return [{ at, flag, value: long === undefined ? attached || following : (own ?? following) }];
  });
}

const SHORT: Readonly<Record<string, string>> = { v: "--volume" };

/** Mounts are told from their paths. */
export const MOUNT_FLAGS: readonly string[] = ["--volume", "--mount", "--volumes-from"];

/** What a container may have by default, or what does nothing to the host. */
const HARMLESS_CAPABILITIES =
  /^(?:CAP_)?(?:AUDIT_WRITE|CHOWN|DAC_OVERRIDE|FOWNER|FSETID|KILL|MKNOD|NET_BIND_SERVICE|NET_RAW|SETFCAP|SETGID|SETPCAP|SETUID|SYS_CHROOT)$/i;

/** Devices for computing, sound and file systems, which hold nothing of the host. */
const HARMLESS_DEVICES = /^\/dev\/(?:dri|fuse|kfd|kvm|nvidia[\w-]*|snd)(?:[/:]|$)/;

const OPENING: Readonly<Record<string, (value: string) => boolean>> = {
  "--privileged": (value) => value !== "false",
  "--cap-add": (value) => !HARMLESS_CAPABILITIES.test(value),
  "--device": (value) => !HARMLESS_DEVICES.test(value),
  "--device-cgroup-rule": () => true,
  "--security-opt": (value) => /unconfined|disable|false/i.test(value),
  ...Object.fromEntries(
    ["--pid", "--ipc", "--uts", "--userns", "--cgroupns", "--net", "--network"].map((flag) => [
      flag,
      isOfHost,
    ]),
  ),
  ...Object.fromEntries(MOUNT_FLAGS.map((flag) => [flag, () => true])),
};

function isOfHost(value: string): boolean {
  return value === "host" || value.startsWith("container:");
}

/** Whether a container with it can take its host over, or mounts what is not seen here. */
export function opensHost(flag: string, value: string): boolean {
  return OPENING[flag]?.(value) ?? false;
}
