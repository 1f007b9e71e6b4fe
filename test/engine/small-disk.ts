import { mkdirSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must } from "./run";

/** A file system of its own in a file, which a test can fill to the brim without hurting anybody. */
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

  async fill(): Promise<void> {
    const { bfree, bsize } = statfsSync(this.folder);
    const leftMiB = 4;
    await must("fallocate", ["--length", String(bfree * bsize - leftMiB * 2 ** 20), this.#filling]);
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
