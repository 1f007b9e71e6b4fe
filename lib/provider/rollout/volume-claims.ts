/**
 * Which of the apps that one process plans or changes has which volume or path. CapRover's list shows neither what is
 * only planned nor a container that is still stopping.
 */
export class VolumeClaims {
  private readonly holders = new Map<string, string>();

  /** @returns what another app has already; then nothing is claimed */
  claim(
    appName: string,
    sources: readonly string[],
  ): { readonly source: string; readonly holder: string } | undefined {
    for (const source of sources) {
      const holder = this.holders.get(source);
      if (holder !== undefined && holder !== appName) return { source, holder };
    }
    for (const source of sources) this.holders.set(source, appName);
    return undefined;
  }

  /** Gives back an app's claims, except those that it keeps. */
  release(appName: string, kept: readonly string[]): void {
    for (const [source, holder] of this.holders) {
      if (holder === appName && !kept.includes(source)) this.holders.delete(source);
    }
  }
}
