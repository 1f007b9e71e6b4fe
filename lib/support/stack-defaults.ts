/** Values of a stack's `terraform` block that this library gives unless the program gives its own. */
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { AtSynthesis } from "./at-synthesis";
import { isRecord } from "./objects";

/** The value at synthesis; undefined for none. */
type Default = (stack: TerraformStack) => string | undefined;

interface Defaults {
  readonly values: Map<string, Default>;
  /** What was set at an earlier synthesis of the same program. */
  readonly set: Map<string, string>;
}

const ofStacks = new WeakMap<TerraformStack, Defaults>();

/**
 * Gives a path of the stack a value, unless the program gives it one by `addOverride`, before or after this call. So it
 * is decided at synthesis, when the whole program has run.
 *
 * @param path as `addOverride` takes it, such as `terraform.required_version`
 */
export function defaultAtSynthesis(scope: Construct, path: string, value: Default): void {
  defaultsOf(scope).values.set(path, value);
}

/** What the program gives the path by `addOverride`; undefined for nothing. */
export function statedBy(stack: TerraformStack, path: string): unknown {
  const stated = overrideOf(stack, path);
  return stated === ofStacks.get(stack)?.set.get(path) ? undefined : stated;
}

function defaultsOf(scope: Construct): Defaults {
  const stack = TerraformStack.of(scope);
  const known = ofStacks.get(stack);
  if (known !== undefined) return known;
  const defaults: Defaults = { values: new Map(), set: new Map() };
  ofStacks.set(stack, defaults);
  new AtSynthesis(scope, "stack-defaults", () => setAll(stack, defaults));
  return defaults;
}

function setAll(stack: TerraformStack, { values, set }: Defaults): void {
  for (const [path, decide] of values) {
    if (statedBy(stack, path) !== undefined) continue;
    const value = decide(stack);
    if (value === undefined) continue;
    set.set(path, value);
    stack.addOverride(path, value);
  }
}

/** CDKTF has `addOverride`, but nothing that reads an override. */
function overrideOf(stack: TerraformStack, path: string): unknown {
  const overrides: unknown = Reflect.get(stack, "rawOverrides");
  return path
    .split(".")
    .reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), overrides);
}
