import type { DashboardAccess } from "../agent/dashboard-access";
import type { HermesAppProps, PublishedPort } from "../agent/props";
import type { SecretVariable } from "../agent/secret-variable";
import type { Release } from "../hermes/releases";

/** What rules about an agent look at. */
export interface AgentSubject {
  readonly props: HermesAppProps;
  readonly release: Release;
  readonly access: DashboardAccess | undefined;
  readonly runtimeIds: { readonly uid?: number | undefined; readonly gid?: number | undefined };
  /** All secrets of the agent, whichever prop carries them. */
  readonly secrets: readonly SecretVariable[];
  /** The ports that will be published, defaults filled in. */
  readonly published: {
    readonly dashboard?: Required<PublishedPort>;
    readonly apiServer?: Required<PublishedPort>;
  };
}

const LOOPBACK_ADDRESSES: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

export function isLoopback(address: string): boolean {
  return LOOPBACK_ADDRESSES.has(address);
}
