/**
 * Who sets an attribute. There is one function for each combination that has a meaning: a default on a required
 * attribute, for example, does not compile.
 */
import type { Attribute, AttributeType, Validator } from "./schema";
import type { ValueOf } from "./schema-values";
import type { Value } from "./value";

/** Options of any attribute. */
export interface AttributeOptions {
  /**
   * One or two sentences, which `terraform providers schema` and editors show: what it means, its unit, what happens
   * without it.
   */
  readonly description: string;
  /**
   * Terraform hides the value in plans, and this library hides it in errors and logs. The state holds it in clear text.
   * @default false
   */
  readonly sensitive?: boolean;
  /** What to use instead. Terraform prints it as a warning where the attribute is set. @default - not deprecated */
  readonly deprecationMessage?: string;
}
/** Options of an attribute that the configuration may set. */
export interface ConfigurableOptions<V> extends AttributeOptions {
  /** Checks of the value. Each is called with known values only. @default - none */
  readonly validators?: readonly Validator<V>[];
}
/** Options of an attribute that the configuration may set and the state stores. */
export interface StoredOptions<V> extends ConfigurableOptions<V> {
  /**
   * A change of the value replaces the resource. A value that is unknown only because the configuration leaves it open
   * is no change. @default false
   */
  readonly requiresReplace?: boolean;
}
/** Options of an attribute that the resource sets. */
export interface ComputedOptions extends AttributeOptions {
  /**
   * An update keeps the value of the state, unless that is null. Without it, plans of an update show the value as known
   * after apply. @default false
   */
  readonly useStateForUnknown?: boolean;
}

/** The configuration must set it. */
export function required<T extends AttributeType>(
  type: T,
  options: StoredOptions<ValueOf<T, "state">>,
): Attribute<T, "required"> {
  return { type, mode: "required", ...options };
}
/** The configuration may set it. Otherwise it is null. */
export function optional<T extends AttributeType>(
  type: T,
  options: StoredOptions<ValueOf<T, "state">>,
): Attribute<T, "optional"> {
  return { type, mode: "optional", ...options };
}
/** The configuration may set it. Otherwise it is the default. */
export function defaulted<T extends AttributeType>(
  type: T,
  value: ValueOf<T, "state"> & Value,
  options: StoredOptions<ValueOf<T, "state">>,
): Attribute<T, "defaulted"> {
  return { type, mode: "defaulted", default: value, ...options };
}
/** The resource sets it. */
export function computed<T extends AttributeType>(
  type: T,
  options: ComputedOptions,
): Attribute<T, "computed"> {
  return { type, mode: "computed", ...options };
}
/** The configuration may set it. Otherwise the resource does. */
export function optionalComputed<T extends AttributeType>(
  type: T,
  options: StoredOptions<ValueOf<T, "state">> & ComputedOptions,
): Attribute<T, "optionalComputed"> {
  return { type, mode: "optionalComputed", ...options };
}
/**
 * The configuration may set it. Neither the plan nor the state holds it: the resource reads it from the configuration.
 * Terraform or OpenTofu 1.11 or later.
 */
export function writeOnly<T extends AttributeType>(
  type: T,
  options: ConfigurableOptions<ValueOf<T, "config">>,
): Attribute<T, "writeOnly"> {
  return { type, mode: "writeOnly", ...options };
}
