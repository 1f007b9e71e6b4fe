/**
 * What one plan creates and destroys, and what the state has. A thing that is planned for both is one that was renamed:
 * a replacement is planned as one change, without a destruction of its own. Terraform asks in any order.
 */
export interface Named {
  readonly type: string;
  readonly key: string;
}

const nameOf = ({ type, key }: Named): string => `${type} ${key}`;

export class PlannedLives {
  private readonly created = new Set<string>();
  private readonly destroyed = new Set<string>();
  private readonly held = new Set<string>();

  /** Remembers that the plan destroys it. */
  isCreatedToo(thing: Named): boolean {
    this.destroyed.add(nameOf(thing));
    return this.created.has(nameOf(thing));
  }

  /** Whether the plan creates it already, under another address. */
  isCreatedAlready(thing: Named): boolean {
    return this.created.has(nameOf(thing));
  }

  /** Remembers that the plan creates it. */
  isDestroyedToo(thing: Named): boolean {
    this.created.add(nameOf(thing));
    return this.destroyed.has(nameOf(thing));
  }

  /** Remembers that the state has it. */
  hold(thing: Named): void {
    this.held.add(nameOf(thing));
  }

  /** Whether the state has it, so that a creation of it is a replacement or a renaming. */
  isHeld(thing: Named): boolean {
    return this.held.has(nameOf(thing));
  }
}
