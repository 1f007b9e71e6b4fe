import { posix } from "node:path";
import type { IConstruct } from "constructs";

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

  /** Claims a directory of an engine. It conflicts with a claimed directory above or below it. */
  claimPath(engine: string, path: string, holder: string): string | undefined {
    const above = ancestors(posix.normalize(path));
    const [self = path, ...parents] = above.map((directory) => `${engine} path ${directory}`);
    const other =
      this.holders.get(self) ??
      this.holders.get(`${self} contains`) ??
      parents.map((parent) => this.holders.get(parent)).find((found) => found !== undefined);
    if (other !== undefined) return other;
    this.holders.set(self, holder);
    for (const parent of parents) this.claim(`${parent} contains`, holder);
    return undefined;
  }
}

function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/** `/a/b` → `/a/b`, `/a`, `/`. */
function ancestors(path: string): string[] {
  const clean = path.replace(/(.)\/$/, "$1");
  const parent = posix.dirname(clean);
  return parent === clean ? [clean] : [clean, ...ancestors(parent)];
}
