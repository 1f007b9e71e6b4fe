import { type App, TerraformStack, Testing } from "cdktf";
import type { IConstruct } from "constructs";
import { PROVIDER_SOURCE } from "../caprover/package";
import { isRecord } from "../support/objects";
import { keepMetadata } from "./acknowledged";

/** A stack as Terraform reads it, without CDKTF's metadata, for assertions and snapshots. */
export type SynthesizedStack = { readonly [block: string]: unknown };

/**
 * Synthesizes a stack, with its validations, and parses it. Make snapshots of this object and not of the text: its
 * white space differs between releases of CDKTF and CDK Terrain. The version of the CapRover provider is left out: it
 * is this package's own version, so a snapshot with it would change at each upgrade. CDKTF's `Testing.synth` keeps it.
 * @throws Error when a validation fails
 */
export function synthesizeStack(stack: TerraformStack): SynthesizedStack {
  const document = withoutOwnVersion(parse(Testing.synth(stack, true)));
  return keepMetadata(document, stack.toTerraform());
}

function withoutOwnVersion(document: SynthesizedStack): SynthesizedStack {
  const { terraform } = document;
  if (!isRecord(terraform) || !isRecord(terraform["required_providers"])) return document;
  const providers = Object.entries(terraform["required_providers"]).map(([name, required]) => {
    if (!isRecord(required) || required["source"] !== PROVIDER_SOURCE) return [name, required] as const;
    const { version: _own, ...rest } = required;
    return [name, rest] as const;
  });
  return { ...document, terraform: { ...terraform, required_providers: Object.fromEntries(providers) } };
}

/** Synthesizes every stack of an app, by the stack's name; see `synthesizeStack`. */
export function synthesizeApp(app: App): { readonly [stack: string]: SynthesizedStack } {
  const stacks = app.node.findAll().filter((node: IConstruct) => TerraformStack.isStack(node));
  return Object.fromEntries(stacks.map((stack) => [stack.node.id, synthesizeStack(stack)]));
}

/** Parses what a matcher was given: a stack, its JSON text, or an object. */
export function documentOf(received: unknown): { readonly [key: string]: unknown } {
  if (TerraformStack.isStack(received)) return synthesizeStack(received);
  if (typeof received === "string") return parse(received);
  if (isRecord(received)) return received;
  throw new TypeError("expected a TerraformStack, its synthesized JSON, or a parsed object");
}

function parse(json: string): { readonly [key: string]: unknown } {
  const parsed: unknown = JSON.parse(json);
  if (!isRecord(parsed)) throw new TypeError("expected a JSON object");
  return parsed;
}
