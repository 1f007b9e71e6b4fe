import { App, TerraformStack, Testing } from "cdktf";
import type { IConstruct } from "constructs";
import { PROVIDER_SOURCE } from "../caprover/package";
import type { Document } from "../support/json-document";
import { isRecord } from "../support/objects";
import { keepMetadata } from "./acknowledged";
import { readableStack } from "./readable";

/**
 * A stack for assertions and snapshots: what Terraform reads, without CDKTF's metadata, and with what is packed shown as
 * what it means.
 */
export type SynthesizedStack = { readonly [block: string]: unknown };

/** What Terraform reads, by the object that shows it. The matchers look at that. */
const READ = new WeakMap<object, Document>();

/**
 * Synthesizes a stack, with its validations, and parses it. Make snapshots of this object and not of the text: its
 * white space differs between releases of CDKTF and CDK Terrain.
 *
 * - What an agent gets at boot stands there as its meaning, and not packed or as the hash of a file: its soul, its crons,
 *   each file of its skills with a hash. This package's own program is one short line, `program`. If it changes, the
 *   agent restarts.
 * - A wrapper's build context is its Dockerfile, and a hash for each other file.
 * - A text that looks like a credential is not shown.
 * - The version of the CapRover provider is left out: it is this package's own version, and alone restarts nothing.
 *
 * CDKTF's `Testing.synth` has all of it as Terraform reads it.
 *
 * @throws Error when a validation fails
 */
export function synthesizeStack(stack: TerraformStack): SynthesizedStack {
  const document = withoutOwnVersion(parse(Testing.synth(stack, true)));
  const withMetadata: Document = stack.toTerraform();
  const shown = readableStack(document, { outdir: App.of(stack).outdir, withMetadata });
  READ.set(shown, keepMetadata(document, withMetadata));
  return shown;
}

function withoutOwnVersion(document: Document): Document {
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
export function documentOf(received: unknown): Document {
  if (TerraformStack.isStack(received)) return documentOf(synthesizeStack(received));
  if (typeof received === "string") return parse(received);
  if (isRecord(received)) return READ.get(received) ?? received;
  throw new TypeError("expected a TerraformStack, its synthesized JSON, or a parsed object");
}

function parse(json: string): Document {
  const parsed: unknown = JSON.parse(json);
  if (!isRecord(parsed)) throw new TypeError("expected a JSON object");
  return parsed;
}
