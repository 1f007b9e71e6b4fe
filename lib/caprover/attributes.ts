/** Turns props in camelCase into Terraform's attributes, for the provider and its resources. */
import type { Construct } from "constructs";
import { HermesConfigError } from "../support/errors";
import { isRecord } from "../support/validation";

/** All props of a binding by name: `true` for a value that is passed on as it is, or the shape of a nested object. */
export type Shape<Props> = { readonly [K in keyof Props]-?: ShapeOf<NonNullable<Props[K]>> };

/** A prop that excludes another one has no type of its own. */
type ShapeOf<Value> = [Value] extends [never] ? true : ShapeOfValue<Value>;

type ShapeOfValue<Value> = Value extends readonly (infer Element)[]
  ? ShapeOf<Element>
  : Value extends object
    ? string extends keyof Value
      ? true
      : Shape<Value>
    : true;

export interface AnyShape {
  readonly [prop: string]: true | AnyShape;
}

export interface Attributes {
  [name: string]: unknown;
}

/** Renames only names of the shape: the keys of a map, such as an environment, are the user's own. */
export function toAttributes(props: object, shape: AnyShape): Attributes {
  const values: Readonly<Record<string, unknown>> = { ...props };
  return Object.fromEntries(
    Object.entries(shape).flatMap(([prop, below]) => {
      const value = values[prop];
      return value === undefined
        ? []
        : [[attributeName(prop), below === true ? value : nested(value, below)]];
    }),
  );
}

/** Whether a value is given that Terraform passes on and never stores. */
export function hasWriteOnly(props: object, shape: AnyShape): boolean {
  const values: Readonly<Record<string, unknown>> = { ...props };
  return Object.entries(shape).some(([prop, below]) => {
    const value = values[prop];
    if (value === undefined) return false;
    return below === true ? prop.endsWith("Wo") : isRecord(value) && hasWriteOnly(value, below);
  });
}

function nested(value: unknown, shape: AnyShape): unknown {
  if (Array.isArray(value)) return value.map((item) => nested(item, shape));
  return isRecord(value) ? toAttributes(value, shape) : value;
}

/** `hostPath` → `host_path`, `memoryMiB` → `memory_mib`. */
export function attributeName(prop: string): string {
  return prop.replace("MiB", "Mib").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * CDKTF would drop a misspelt prop silently.
 *
 * @throws HermesConfigError
 */
export function checkProps(scope: Construct, props: object, shape: AnyShape): void {
  const unknown = Object.keys(props).filter((prop) => !(prop in shape));
  if (unknown.length === 0) return;
  const known = Object.keys(shape).join(", ");
  throw new HermesConfigError(
    scope,
    unknown.map((prop) => ({ prop, problem: `no such prop; known: ${known}`, fix: "correct or remove it" })),
  );
}
