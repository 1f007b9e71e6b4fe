/** What an app mounts: a volume's name, or a path of the node. */
export interface Claim {
  readonly source: string;
  /** The app says that others mount it too. */
  readonly isShared: boolean;
}

/**
 * Which of the apps that one process plans or changes has which volume or path. CapRover's list shows neither what is
 * only planned nor a container that is still stopping.
 */
export class VolumeClaims {
  /** Each source's holders, with whether they share it. */
  private readonly holders = new Map<string, Map<string, boolean>>();

  /** @returns what another app has already, unless both share it; then nothing is claimed */
  claim(
    appName: string,
    claims: readonly Claim[],
  ): { readonly source: string; readonly holder: string } | undefined {
    for (const { source, isShared } of claims) {
      for (const [holder, shares] of this.holders.get(source) ?? []) {
        if (holder !== appName && !(isShared && shares)) return { source, holder };
      }
    }
    for (const { source, isShared } of claims) {
      this.holders.set(
        source,
        (this.holders.get(source) ?? new Map<string, boolean>()).set(appName, isShared),
      );
    }
    return undefined;
  }

  /** Gives back an app's claims, except those that it keeps. */
  release(appName: string, kept: readonly string[]): void {
    for (const [source, holders] of this.holders) if (!kept.includes(source)) holders.delete(appName);
  }
}
