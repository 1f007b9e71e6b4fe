/**
 * Plans a change from the configuration and the prior state: first defaults, then what becomes unknown, then what
 * requires a replacement.
 */
import {
  type Child,
  childrenOf,
  counterpart,
  type Field,
  type Fields,
  mapChildren,
  mapFields,
  objectType,
} from "./fields";
import { equal, type ObjectValue, type Path, UNKNOWN, type Value } from "./value";

interface PlanInput {
  readonly config: ObjectValue;
  /** Null when the plan creates the resource. */
  readonly prior: ObjectValue | null;
  /** Terraform's own merge: the configuration, with prior values of computed attributes that it leaves out. */
  readonly proposed: ObjectValue;
}

/** The planned state. What the resource will compute is unknown in it. */
export function plan(fields: Fields, { config, prior, proposed }: PlanInput): ObjectValue {
  const planned = withDefaults(fields, proposed, config);
  if (prior !== null && equal(objectType(fields), planned, prior)) return planned;
  return withUnknowns(fields, planned, config);
}

function withDefaults(fields: Fields, object: ObjectValue, config: ObjectValue): ObjectValue {
  return mapFields(fields, object, (field, value, name) => {
    const configured = config[name] ?? null;
    const { attribute } = field;
    if (attribute?.mode === "writeOnly") return null;
    const isDefault = attribute?.mode === "defaulted" && configured === null;
    const said = isDefault ? (attribute.default ?? null) : configured;
    // What the configuration leaves out is computed: it gets no defaults inside either.
    if (said === null) return value;
    return mapChildren(field, isDefault ? said : value, (child) =>
      withDefaults(field.children, child.object, configOf(field, said, child)),
    );
  });
}

function withUnknowns(fields: Fields, object: ObjectValue, config: ObjectValue): ObjectValue {
  return mapFields(fields, object, (field, value, name) => {
    const configured = config[name] ?? null;
    const mode = field.attribute?.mode;
    if ((mode === "computed" || mode === "optionalComputed") && configured === null) {
      return field.attribute?.useStateForUnknown === true && value !== null ? value : UNKNOWN;
    }
    const settled = mode === "defaulted" && configured === null ? value : configured;
    return mapChildren(field, value, (child) =>
      withUnknowns(field.children, child.object, configOf(field, settled, child)),
    );
  });
}

/**
 * The object of the configuration that belongs to an object of the plan. In a set it is one whose values agree with the
 * plan's, because Terraform may send the members of a set in another order.
 */
function configOf(field: Field, config: Value, child: Child): ObjectValue {
  if (field.nesting !== "set") return counterpart(field, config, child) ?? {};
  const agrees = (said: ObjectValue) =>
    [...field.children].every(([name, inner]) => {
      const value = said[name] ?? null;
      const mode = inner.attribute?.mode;
      const open = value === null && mode !== "optional" && mode !== "required";
      return open || inner.nesting !== "value" || equal(inner.type, value, child.object[name]);
    });
  return childrenOf(field, config).find(({ object }) => agrees(object))?.object ?? {};
}

/** Whether a value is unknown only because the configuration leaves it to the resource: that is no change. */
export const isLeftOpen = (name: string, planned: ObjectValue, config: ObjectValue): boolean =>
  planned[name] === UNKNOWN && (config[name] ?? null) === null;

/** The changes that require a replacement, by the schema. */
export function replacements(
  fields: Fields,
  planned: ObjectValue,
  prior: ObjectValue,
  config: ObjectValue,
  at: Path = [],
): Path[] {
  return [...fields].flatMap(([name, field]) => {
    const path = [...at, name];
    const now = planned[name];
    const before = prior[name];
    if (isLeftOpen(name, planned, config) || equal(field.type, now, before)) return [];
    if (field.attribute?.requiresReplace === true) return [path];
    if (!hasReplacing(field.children)) return [];
    const children = childrenOf(field, now);
    if (field.nesting === "set" || childrenOf(field, before).length > children.length) return [path];
    return children.flatMap((child) =>
      replacements(
        field.children,
        child.object,
        counterpart(field, before, child) ?? {},
        counterpart(field, config[name], child) ?? {},
        [...path, ...child.step],
      ),
    );
  });
}

function hasReplacing(fields: Fields): boolean {
  return [...fields.values()].some(
    (one) => one.attribute?.requiresReplace === true || hasReplacing(one.children),
  );
}
