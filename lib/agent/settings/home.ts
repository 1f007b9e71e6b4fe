import type { ProfileDeclaration } from "../../boot/declaration";
import type { ConfigValue } from "../../hermes/managed-config";

/** Of a home, the parts that the props of a profile decide. */
export interface Home extends Pick<ProfileDeclaration, "config" | "env"> {
  readonly profile: string;
  /** Values that only Terraform knows, under the names by which the declaration refers to them. */
  readonly values: Readonly<Record<string, ConfigValue>>;
}
