import { randomBytes } from "node:crypto";

/** A volume or a directory of the node, with the files that programs keep in it. */
export interface DataDirectory {
  /** Tells a volume from a later one of the same name. */
  readonly id: string;
  readonly kind: "volume" | "host directory";
  /** The volume's name or the directory's path; 64 hex digits for an anonymous volume. */
  readonly name: string;
  /** File name to content. */
  readonly files: Map<string, string>;
}

/** Two containers that ran on the same data at the same time. */
export interface Overlap {
  /** The name of the volume or the path of the directory. */
  readonly directory: string;
  /** The names of the two, the one that started first before the other. */
  readonly containers: readonly [string, string];
  /** In simulated time. */
  readonly from: Date;
  /** `undefined` while both still run. */
  until: Date | undefined;
}

interface Holder {
  readonly containerName: string;
  readonly directory: DataDirectory;
}

/** The data of the node, and the containers that run on it. */
export class DataStore {
  readonly overlaps: Overlap[] = [];
  private readonly volumes = new Map<string, DataDirectory>();
  private readonly hostDirectories = new Map<string, DataDirectory>();
  private holders: Holder[] = [];

  constructor(
    private readonly now: () => Date,
    hostDirectories: readonly string[],
  ) {
    for (const path of hostDirectories) this.makeHostDirectory(path);
  }

  makeHostDirectory(path: string): DataDirectory {
    const known = this.hostDirectories.get(path);
    if (known !== undefined) return known;
    const made = newDirectory("host directory", path);
    this.hostDirectories.set(path, made);
    return made;
  }

  hostDirectory(path: string): DataDirectory | undefined {
    return this.hostDirectories.get(path);
  }

  volume(name: string): DataDirectory | undefined {
    return this.volumes.get(name);
  }

  volumeNames(): string[] {
    return [...this.volumes.keys()];
  }

  /** The first container of a volume makes it, and only then it is filled from the image. */
  makeVolume(name: string, content: Readonly<Record<string, string>> = {}): DataDirectory {
    const known = this.volumes.get(name);
    if (known !== undefined) return known;
    const made = newDirectory("volume", name);
    for (const [file, text] of Object.entries(content)) made.files.set(file, text);
    this.volumes.set(name, made);
    return made;
  }

  anonymous(): DataDirectory {
    return newDirectory("volume", randomBytes(32).toString("hex"));
  }

  removeVolume(name: string): boolean {
    return this.volumes.delete(name);
  }

  hold(containerName: string, directories: readonly DataDirectory[]): void {
    for (const directory of directories) {
      for (const other of this.holders) {
        if (other.directory !== directory) continue;
        this.overlaps.push({
          directory: directory.name,
          containers: [other.containerName, containerName],
          from: this.now(),
          until: undefined,
        });
      }
    }
    this.holders.push(...directories.map((directory) => ({ containerName, directory })));
  }

  release(containerName: string): void {
    this.holders = this.holders.filter((holder) => holder.containerName !== containerName);
    for (const overlap of this.overlaps) {
      if (overlap.until === undefined && overlap.containers.includes(containerName))
        overlap.until = this.now();
    }
  }
}

function newDirectory(kind: DataDirectory["kind"], name: string): DataDirectory {
  return { id: randomBytes(8).toString("hex"), kind, name, files: new Map() };
}
