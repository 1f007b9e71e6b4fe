import { mkdirSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must, run } from "./run";

const MIB = 2 ** 20;
const RESERVE_MIB = 256;
/** Enough for an engine to keep running. */
const LEFT_MIB = 4;

/** A file system in a file, which a test can fill completely without harm. */
export class SmallDisk {
  private constructor(
    readonly home: string,
    /** Where it is mounted. */
    readonly folder: string,
  ) {}

  static async mount(sizeMiB: number): Promise<SmallDisk> {
    const home = mkdtempSync(join(tmpdir(), "small-disk-"));
    const [image, folder] = [join(home, "image"), join(home, "mounted")];
    mkdirSync(folder);
    await must("truncate", ["--size", `${sizeMiB}M`, image]);
    await must("mkfs.ext4", ["-q", "-m", "0", image]);
    await must("mount", ["-o", "loop", image, folder]);
    return new SmallDisk(home, folder);
  }

  /** Leaves less space than a build needs. */
  async fill(): Promise<void> {
    const { bavail, bsize } = statfsSync(this.folder);
    await must("fallocate", ["--length", String(bavail * bsize - RESERVE_MIB * MIB), this.#filling]);
    // The rest byte by byte, because the space that the file system needs for itself is not known before.
    await run("dd", ["if=/dev/zero", `of=${this.#filling}`, "bs=1M", "oflag=append", "conv=notrunc"]);
    await must("truncate", ["--size", `-${LEFT_MIB}M`, this.#filling]);
  }

  empty(): void {
    rmSync(this.#filling, { force: true });
  }

  async unmount(): Promise<void> {
    await must("umount", [this.folder]);
    rmSync(this.home, { recursive: true });
  }

  get #filling(): string {
    return join(this.folder, "filling");
  }
}
