import type { SecretCheck } from "../../hermes/secret-checks";
import type { Secret } from "../../support/secret";

/** A secret on its way to the agent. */
export interface SecretVariable {
  readonly name: string;
  /** The prop that carries it, for messages. */
  readonly prop: string;
  readonly value: Secret;
  readonly checks: readonly SecretCheck[];
  /** Only Terraform knows it, but its name says nothing of a secret: it may come from a variable that plans show. */
  readonly mayBePlain?: true;
}
