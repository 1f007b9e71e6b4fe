import type { IConstruct } from "constructs";
import { Places } from "./places";

/** Who holds what, across all stacks of an app. */
export class ClaimRegistry {
  private static readonly ofRoot = new WeakMap<IConstruct, ClaimRegistry>();

  static of(scope: IConstruct): ClaimRegistry {
    const { root } = scope.node;
    let registry = ClaimRegistry.ofRoot.get(root);
    if (registry === undefined) {
      registry = new ClaimRegistry();
      ClaimRegistry.ofRoot.set(root, registry);
    }
    return registry;
  }

  /** Directories and volumes: whose data is there, and who mounts it besides. */
  readonly places = new Places<"data" | "mount">();
  private readonly holders = new Map<string, string>();

  /** Claims the key for the holder. Returns who already has it. */
  claim(key: string, holder: string): string | undefined {
    const other = this.holders.get(key);
    if (other === undefined) this.holders.set(key, holder);
    return other;
  }

  /** Who has the key. */
  holderOf(key: string): string | undefined {
    return this.holders.get(key);
  }

  /** Claims a port of an engine's host. A port on a wildcard address is claimed on every address. */
  claimPort(engine: string, address: string, port: number, holder: string): string | undefined {
    const key = `${engine} port ${port}`;
    const other = isWildcard(address)
      ? this.holders.get(`${key} somewhere`)
      : (this.holders.get(`${key} everywhere`) ?? this.holders.get(`${key} ${address}`));
    if (other !== undefined) return other;
    this.claim(`${key} somewhere`, holder);
    this.claim(isWildcard(address) ? `${key} everywhere` : `${key} ${address}`, holder);
    return undefined;
  }
}

function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}
