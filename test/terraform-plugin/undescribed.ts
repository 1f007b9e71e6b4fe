/** Attributes of providers that only tests see: their descriptions say nothing. */

import type {
  AttributeType,
  ComputedOptions,
  ConfigurableOptions,
  StoredOptions,
  Value,
  ValueOf,
} from "../../lib/terraform-plugin";
import * as plugin from "../../lib/terraform-plugin";

type Undescribed<Options> = Omit<Options, "description"> & { readonly description?: string };
type Stored<T> = Undescribed<StoredOptions<ValueOf<T, "state">>>;

const description = "An attribute of a test.";

export const required = <T extends AttributeType>(type: T, options: Stored<T> = {}) =>
  plugin.required(type, { description, ...options });
export const optional = <T extends AttributeType>(type: T, options: Stored<T> = {}) =>
  plugin.optional(type, { description, ...options });
export const defaulted = <T extends AttributeType>(
  type: T,
  value: ValueOf<T, "state"> & Value,
  options: Stored<T> = {},
) => plugin.defaulted(type, value, { description, ...options });
export const computed = <T extends AttributeType>(type: T, options: Undescribed<ComputedOptions> = {}) =>
  plugin.computed(type, { description, ...options });
export const optionalComputed = <T extends AttributeType>(
  type: T,
  options: Stored<T> & Undescribed<ComputedOptions> = {},
) => plugin.optionalComputed(type, { description, ...options });
export const writeOnly = <T extends AttributeType>(
  type: T,
  options: Undescribed<ConfigurableOptions<ValueOf<T, "config">>> = {},
) => plugin.writeOnly(type, { description, ...options });
