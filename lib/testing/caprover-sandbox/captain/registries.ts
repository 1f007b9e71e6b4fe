import { randomUUID } from "node:crypto";
import { ApiStatus, CaptainError } from "./api-status";

export interface RegistryAccount {
  readonly registryUser: string;
  readonly registryPassword: string;
  readonly registryDomain: string;
  readonly registryImagePrefix: string;
}
export interface Registry extends RegistryAccount {
  readonly id: string;
  readonly registryType: "REMOTE_REG";
}

/** The image registries with their accounts. Builds are pushed to the first one that was added. */
export class RegistryStore {
  defaultPushRegistryId: string | undefined;
  private readonly registries = new Map<string, Registry>();

  /** @param accepts whether the registry accepts the account; CapRover logs in before it saves */
  constructor(private readonly accepts: (account: RegistryAccount) => boolean) {}

  all(): Registry[] {
    return [...this.registries.values()];
  }

  add(given: RegistryAccount): Registry {
    const account = this.tried(given);
    const registry: Registry = { id: randomUUID(), ...account, registryType: "REMOTE_REG" };
    if (this.registries.size === 0) this.defaultPushRegistryId = registry.id;
    this.registries.set(registry.id, registry);
    return registry;
  }

  update(id: string, given: RegistryAccount): void {
    this.get(id);
    this.registries.set(id, { id, ...this.tried(given), registryType: "REMOTE_REG" });
  }

  remove(id: string): void {
    this.get(id);
    if (this.defaultPushRegistryId === id) {
      throw new CaptainError(
        ApiStatus.illegalParameter,
        "Cannot remove the default push. First change the default push.",
      );
    }
    this.registries.delete(id);
  }

  setPush(id: string): void {
    if (id !== "") this.get(id);
    this.defaultPushRegistryId = id === "" ? undefined : id;
  }

  /** The account for an image: of the registry with the longest `domain/prefix/` that begins its reference. */
  accountFor(reference: string): { user: string; password: string } | undefined {
    const prefixOf = ({ registryDomain, registryImagePrefix: prefix }: Registry) =>
      `${registryDomain}/${prefix === "" ? "" : `${prefix}/`}`;
    const [best] = this.all()
      .filter((registry) => reference.startsWith(prefixOf(registry)))
      .sort((a, b) => prefixOf(b).length - prefixOf(a).length);
    return best && { user: best.registryUser, password: best.registryPassword };
  }

  private get(id: string): Registry {
    const registry = this.registries.get(id);
    if (registry === undefined) throw new CaptainError(ApiStatus.notFound, "Registry not found");
    return registry;
  }

  /** @returns the account as it is saved */
  private tried(given: RegistryAccount): RegistryAccount {
    const account = { ...given, registryDomain: given.registryDomain.trim().replace(/^https?:\/\//i, "") };
    if (account.registryUser === "" || account.registryPassword === "" || account.registryDomain === "") {
      throw new CaptainError(ApiStatus.illegalParameter, "User, password and domain are required.");
    }
    if (!this.accepts(account)) {
      throw new CaptainError(
        ApiStatus.authenticationFailed,
        "Authentication failed. Please check username/password and registry domain",
      );
    }
    return account;
  }
}
