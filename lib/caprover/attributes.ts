/** Turns props in camelCase into Terraform's attributes, for the provider and its resources. */
import type * as z from "zod";
import type { Form } from "../caprover-server/limits";
import { isPlainObject, isRecord } from "../support/objects";
import { namesBelow } from "../support/redaction";
import { optional, orToken, textThat } from "../support/validation";

export interface Attributes {
  [name: string]: unknown;
}

/** Renames only names of the schema: the keys of a map, such as an environment, are the user's own. */
export function toAttributes(props: object, schema: z.core.$ZodType): Attributes {
  const values: Readonly<Record<string, unknown>> = { ...props };
  return Object.fromEntries(
    [...namesBelow(schema)].flatMap(([prop, below]) => {
      const value = values[prop];
      return value === undefined ? [] : [[attributeName(prop), nested(value, below)]];
    }),
  );
}

/** Whether a value is given that Terraform passes on and never stores. */
export function hasWriteOnly(props: object, schema: z.core.$ZodType): boolean {
  const values: Readonly<Record<string, unknown>> = { ...props };
  return [...namesBelow(schema)].some(([prop, below]) => {
    const value = values[prop];
    if (value === undefined) return false;
    return prop.endsWith("Wo") || (isRecord(value) && hasWriteOnly(value, below));
  });
}

function nested(value: unknown, schema: z.core.$ZodType): unknown {
  if (namesBelow(schema).size === 0) return value;
  if (Array.isArray(value)) return value.map((item) => nested(item, schema));
  return isRecord(value) && isPlainObject(value) ? toAttributes(value, schema) : value;
}

/** `hostPath` → `host_path`, `memoryMiB` → `memory_mib`. */
export function attributeName(prop: string): string {
  return prop.replace("MiB", "Mib").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** An attribute that may be left out. Terraform checks what only it knows, of whatever type. */
export function attribute(schema: z.ZodType): z.ZodType {
  return optional(orToken(schema));
}

/** Text of that form. */
export function formed({ accepts, allowed }: Form): z.ZodType {
  return textThat(accepts, allowed);
}
