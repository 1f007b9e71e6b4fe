/** Who uses which directory, wherever it is. */
import { directoriesAbove } from "./host-path";

/** A directory. Of two with the same root, the paths say whether they are one, or one contains the other. */
export interface Place {
  /** What the path belongs to, such as a machine, the volumes of an engine, or an NFS server. */
  readonly root: string;
  /** In normal form. */
  readonly path: string;
}

/** Where a place lies to another one. */
export type Relation = "same" | "above" | "below";

export class Places<Use extends string> {
  private readonly users = new Map<string, Set<string>>();

  add(use: Use, { root, path }: Place, user: string): void {
    this.usersOf(keyOf(use, "at", root, path)).add(user);
    for (const directory of directoriesAbove(path)) this.usersOf(keyOf(use, "in", root, directory)).add(user);
  }

  /** A user of that place, of one above it or of one below it. */
  find(
    use: Use,
    { root, path }: Place,
    relations: readonly Relation[],
    isMeant: (user: string) => boolean,
  ): string | undefined {
    const keys = relations.flatMap((relation) => {
      if (relation === "same") return keyOf(use, "at", root, path);
      if (relation === "below") return keyOf(use, "in", root, path);
      return directoriesAbove(path).map((directory) => keyOf(use, "at", root, directory));
    });
    for (const key of keys) for (const user of this.users.get(key) ?? []) if (isMeant(user)) return user;
    return undefined;
  }

  private usersOf(key: string): Set<string> {
    const users = this.users.get(key) ?? new Set();
    this.users.set(key, users);
    return users;
  }
}

function keyOf(use: string, where: "at" | "in", root: string, path: string): string {
  return JSON.stringify([use, where, root, path]);
}
