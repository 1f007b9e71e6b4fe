/**
 * What the plans of one process make of apps, as far as it is known. CapRover's list shows only what there is. Terraform
 * plans what depends on something after it, and everything else in any order.
 */
export class PlannedApps {
  private readonly ports = new Map<string, readonly number[]>();
  private readonly leaving = new Set<string>();
  private readonly certified = new Set<string | undefined>();
  private readonly domains = new Map<string, string | undefined>();

  /** @param hostPorts ports of the node that the app has after the apply */
  plan(appName: string, hostPorts: readonly number[]): void {
    this.ports.set(appName, hostPorts);
    this.leaving.delete(appName);
  }

  /** The app goes, under this name. */
  planGone(appName: string): void {
    this.ports.set(appName, []);
    this.leaving.add(appName);
  }

  isPlanned(appName: string): boolean {
    return this.ports.has(appName) && !this.leaving.has(appName);
  }

  /** Undefined for an app whose plan was not seen yet. */
  portsOf(appName: string): readonly number[] | undefined {
    return this.ports.get(appName);
  }

  /** The app other than this one that is to have a port. */
  holderOf(hostPort: number, appName: string): string | undefined {
    return [...this.ports].find(([name, ports]) => name !== appName && ports.includes(hostPort))?.[0];
  }

  /**
   * @param app not known while the app is created
   * @returns the other app that is to have the domain too; then nothing is planned
   */
  planDomain(app: string | undefined, domain: string): string | undefined {
    const holder = this.domains.get(domain);
    if (holder !== undefined && app !== undefined && holder !== app) return holder;
    this.domains.set(domain, app ?? holder);
    return undefined;
  }

  /** Whether the app is to have the domain. A domain of an app that is not known yet may be any app's. */
  getsDomain(appName: string, domain: string): boolean {
    return this.domains.has(domain) && [appName, undefined].includes(this.domains.get(domain));
  }

  /** @param app not known while the app is created */
  planCertificate(app: string | undefined): void {
    this.certified.add(app);
  }

  /** Whether one of the app's domains gets a certificate. */
  getsCertificate(appName: string): boolean {
    return this.certified.has(appName) || this.certified.has(undefined);
  }
}
