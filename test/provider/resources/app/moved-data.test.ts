import { movedData } from "../../../../lib/provider/resources/app/moved-data";
import { UNKNOWN } from "../../../../lib/terraform-plugin";

const named = (container_path: string, name: string) => ({
  container_path,
  name,
  host_path: null,
  read_only: null,
  shared: null,
});
const directory = (container_path: string, host_path: string) => ({
  container_path,
  name: null,
  host_path,
  read_only: null,
  shared: null,
});
const data = named("/opt/data", "data");
const logs = named("/var/log", "logs");
const moves = (
  prior: Parameters<typeof movedData>[0]["volumes"],
  volumes: Parameters<typeof movedData>[1]["volumes"],
  tmpfs: Parameters<typeof movedData>[1]["tmpfs"] = [],
) => movedData({ volumes: prior }, { volumes, tmpfs }).map(({ from, to }) => `${from} -> ${to}`);

describe("data that an app no longer finds where it was", () => {
  it.each([
    [
      "to another volume",
      [data],
      [named("/opt/data", "data-2")],
      ['volume "data" at /opt/data -> volume "data-2" at /opt/data'],
    ],
    [
      "to a directory of the node",
      [data],
      [directory("/opt/data", "/srv/data/")],
      ['volume "data" at /opt/data -> directory "/srv/data" at /opt/data'],
    ],
    [
      "to another directory of the node",
      [directory("/opt/data", "/srv/data")],
      [directory("/opt/data", "/srv/other")],
      ['directory "/srv/data" at /opt/data -> directory "/srv/other" at /opt/data'],
    ],
    ["to nothing", [data, logs], [logs], ['volume "data" at /opt/data -> nothing at /opt/data']],
    [
      "to another path of the container",
      [data],
      [named("/data", "data")],
      ['volume "data" at /opt/data -> the same volume at /data'],
    ],
    [
      "to each other's volume",
      [data, logs],
      [named("/opt/data", "logs"), named("/var/log", "data")],
      [
        'volume "data" at /opt/data -> the same volume at /var/log',
        'volume "logs" at /var/log -> the same volume at /opt/data',
      ],
    ],
    [
      "to a volume whose name is not known yet",
      [data],
      [{ container_path: "/opt/data", name: UNKNOWN, host_path: null, read_only: null, shared: null }],
      ['volume "data" at /opt/data -> a volume whose name is known after apply at /opt/data'],
    ],
  ] as const)("a plan warns of data that moves %s", (_what, prior, planned, expected) => {
    expect(moves(prior, planned)).toEqual(expected);
  });

  it("a plan warns of data that moves to memory", () => {
    expect(moves([data], [], [{ container_path: "/opt/data", size_mib: 64 }])).toEqual([
      'volume "data" at /opt/data -> a file system in memory at /opt/data',
    ]);
  });
});

describe("data that stays where it is", () => {
  it.each([
    ["when nothing changes", [data, logs], [logs, data]],
    ["when a first volume is added", [], [data]],
    ["when another volume is added", [data], [data, logs]],
    [
      "when a directory is only spelled differently",
      [directory("/opt/data", "/srv/data")],
      [directory("/opt/data/", "/srv//data/")],
    ],
    ["when no volume is known yet", [data], UNKNOWN],
    ["when a mount is not known yet", [data], [UNKNOWN, logs]],
    [
      "when a path is not known yet",
      [data],
      [{ container_path: UNKNOWN, name: "data", host_path: null, read_only: null, shared: null }],
    ],
  ] as const)("a plan warns of no move %s", (_what, prior, planned) => {
    expect(moves(prior, planned)).toEqual([]);
  });
});
