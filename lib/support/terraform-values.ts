/** The origins of a value that only Terraform knows, as far as this program shows them. */
import {
  DefaultTokenResolver,
  type IPostProcessor,
  type IResolvable,
  type IResolveContext,
  StringConcat,
  TerraformLocal,
  TerraformStack,
  TerraformVariable,
  Tokenization,
} from "cdktf";
import type { Construct } from "constructs";
import { isRecord } from "./objects";
import { isUnresolved } from "./tokens";

/** The text with its tokens as Terraform's references, such as `${var.key}`. */
export function asExpression(scope: Construct, value: string): string {
  return resolve(scope, value).text;
}

/**
 * Names a value: a literal by itself, and a token by what it refers to and in which stack. Each use of a variable makes
 * a new token, and two stacks may have variables with the same name.
 */
export function referenceOf(scope: Construct, value: string): string {
  if (!isUnresolved(value)) return value;
  const { text, origins } = resolve(scope, value);
  const own = TerraformStack.of(scope);
  const nameOf = (reference: string) => (origins.get(reference) ?? own).node.path.replaceAll("/", "|");
  return text.replaceAll(/\$\{[^{}]*\}/g, (part) =>
    part.replaceAll(REFERENCE, (reference) => `${nameOf(reference)}|${reference}`),
  );
}

/**
 * The same for values that are the same in Terraform, also through a local and through functions that change nothing
 * of a token, such as `sensitive` and `trimspace`.
 */
export function identityOf(scope: Construct, value: string): string {
  return identity(scope, value, new Set());
}

function identity(scope: Construct, value: string, seen: Set<string>): string {
  const plain = withoutWrappers(referenceOf(scope, value));
  const [, name] = /^\$\{[^{}]*\|local\.([\w-]+)\}$/.exec(plain) ?? [];
  const [reference] = referencesIn(resolve(scope, value), scope);
  const local = name !== undefined && reference !== undefined ? localOf(reference.stack, name) : undefined;
  if (local === undefined || seen.has(plain)) return plain;
  return identity(local.scope, local.value, seen.add(plain));
}

const SAME_TEXT = /^\$\{(?:sensitive|nonsensitive|trimspace|chomp|tostring)\(([^{}]*)\)\}$/;

function withoutWrappers(text: string): string {
  const [, inner] = SAME_TEXT.exec(text) ?? [];
  return inner === undefined ? text : withoutWrappers(`\${${inner}}`);
}

/**
 * Why Terraform would not keep the value secret, as a clause. Undefined if it does, or if this program can't know,
 * such as for another resource's attribute. One sensitive part makes a whole text sensitive.
 *
 * An ephemeral variable counts as sensitive: no plan shows or stores it, and Terraform allows it only in write-only
 * attributes.
 */
export function exposureOf(scope: Construct, value: string): string | undefined {
  return exposure(scope, value, new Set());
}

/**
 * Whether Terraform keeps the value secret or ephemeral, as far as this program shows it: then it can't be part of an
 * output that is not sensitive. Not seen for attributes of resources and data sources.
 */
export function isSensitive(scope: Construct, value: string): boolean {
  return isUnresolved(value) && holdsSensitive(scope, value, new Set());
}

function holdsSensitive(scope: Construct, value: string, seen: Set<string>): boolean {
  const resolved = resolve(scope, value);
  if (/\bsensitive\(/.test(resolved.text) || /\bephemeral\./.test(resolved.text)) return true;
  return referencesIn(resolved, scope).some(({ kind, name, stack, key }) => {
    if (seen.has(key)) return false;
    seen.add(key);
    if (kind === "var") {
      const variable = elementOf(stack, name, isVariable);
      if (variable === undefined) return false;
      const { sensitive, ephemeral } = settingsOf(variable);
      return sensitive === true || ephemeral === true;
    }
    const local = kind === "local" ? localOf(stack, name) : undefined;
    return local !== undefined && holdsSensitive(local.scope, local.value, seen);
  });
}

function exposure(scope: Construct, value: string, seen: Set<string>): string | undefined {
  const resolved = resolve(scope, value);
  const { text } = resolved;
  if (/\bnonsensitive\(/.test(text)) return "is shown by nonsensitive() in every plan";
  const references = referencesIn(resolved, scope);
  if (references.length === 0)
    return isLiteral(text) ? "is a literal inside a Terraform expression" : undefined;
  const hidden = /\bsensitive\(/.test(text);
  const own = TerraformStack.of(scope);
  const exposures = references.map(({ kind, name, stack, key }) => {
    if (seen.has(key)) return undefined;
    if (kind === "var") return exposureOfVariable(stack, name, { hidden, elsewhere: stack !== own });
    return kind === "local" ? exposureOfLocal(stack, name, hidden, seen.add(key)) : undefined;
  });
  return exposures.every((found) => found !== undefined) ? exposures[0] : undefined;
}

interface Reference {
  /** `var`, `local`, or the type of a resource. */
  readonly kind: string;
  readonly name: string;
  readonly stack: TerraformStack;
  /** The same for the same thing. */
  readonly key: string;
}

function referencesIn({ text, origins }: Resolved, scope: Construct): readonly Reference[] {
  const own = TerraformStack.of(scope);
  return [...withoutQuotes(text).matchAll(REFERENCE)].map(([reference]) => {
    const [kind = "", name = ""] = reference.split(".");
    const stack = origins.get(reference) ?? own;
    return { kind, name, stack, key: `${stack.node.path} ${reference}` };
  });
}

function exposureOfVariable(
  stack: TerraformStack,
  name: string,
  { hidden, elsewhere }: { readonly hidden: boolean; readonly elsewhere: boolean },
): string | undefined {
  const variable = elementOf(stack, name, isVariable);
  if (variable === undefined) return undefined;
  const { default: preset, sensitive, ephemeral } = settingsOf(variable);
  const what = `comes from the variable ${variable.node.id}`;
  if (holdsText(preset)) return `${what}, whose default stands in cdk.tf.json`;
  if (hidden) return undefined;
  if (sensitive !== true && ephemeral !== true)
    return `${what}, which is not sensitive, so that plans show it`;
  // A remote state knows no sensitive outputs (Terraform 1.11).
  return elsewhere ? `${what} of the stack ${stack.node.id}; plans show what another stack gives` : undefined;
}

function exposureOfLocal(
  stack: TerraformStack,
  name: string,
  hidden: boolean,
  seen: Set<string>,
): string | undefined {
  const local = localOf(stack, name);
  if (local === undefined) return undefined;
  const { scope, value } = local;
  if (!isUnresolved(value)) return `comes from the local ${scope.node.id}, which is a literal`;
  return hidden ? undefined : exposure(scope, value, seen);
}

/** A local whose value is a text. */
function localOf(
  stack: TerraformStack,
  name: string,
): { readonly scope: TerraformLocal; readonly value: string } | undefined {
  const scope = elementOf(stack, name, isLocal);
  const value: unknown = scope?.toTerraform().locals[name];
  return scope !== undefined && typeof value === "string" ? { scope, value } : undefined;
}

/** A variable, a local, or an attribute of anything else. */
const REFERENCE = /(?<![\w.-])[A-Za-z_][\w-]*\.[A-Za-z_][\w-]*/g;

/** An expression without its quoted texts, but with what is interpolated in them. */
function withoutQuotes(text: string): string {
  const parts: readonly string[] = text.match(/\$\{[^{}]*\}/g) ?? [];
  return parts.map((part) => part.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')).join(" ");
}

function isLiteral(text: string): boolean {
  return !text.includes("${") || (text.includes('"') && !READS_ELSEWHERE.test(text));
}

const READS_ELSEWHERE = /\b(?:file\w*|templatefile|uuid|timestamp|bcrypt)\(/;

function settingsOf(variable: TerraformVariable): Readonly<Record<string, unknown>> {
  // With what `addOverride` sets, such as `ephemeral`.
  const settings: unknown = variable.toTerraform().variable[variable.friendlyUniqueId];
  return isRecord(settings) ? settings : {};
}

function holdsText(value: unknown): boolean {
  if (typeof value === "string") return value !== "";
  if (typeof value === "number") return true;
  return isRecord(value) && Object.values(value).some(holdsText);
}

interface Resolved {
  readonly text: string;
  /** Stacks that references come from. */
  readonly origins: ReadonlyMap<string, TerraformStack>;
}

function resolve(scope: Construct, value: string): Resolved {
  if (!isUnresolved(value)) return { text: value, origins: new Map() };
  const resolver = new NotingResolver();
  const resolved: unknown = Tokenization.resolve(value, { scope, resolver, preparing: false });
  const text = typeof resolved === "string" ? resolved : (JSON.stringify(resolved) ?? "");
  return { text, origins: resolver.origins };
}

class NotingResolver extends DefaultTokenResolver {
  readonly origins = new Map<string, TerraformStack>();

  constructor() {
    super(new StringConcat());
  }

  override resolveToken(
    token: IResolvable,
    context: IResolveContext,
    postProcessor: IPostProcessor,
  ): unknown {
    const { identifier, originStack } = { identifier: undefined, originStack: undefined, ...token };
    if (typeof identifier === "string" && TerraformStack.isStack(originStack))
      this.origins.set(identifier, originStack);
    return super.resolveToken(token, context, postProcessor);
  }
}

function isVariable(construct: unknown): construct is TerraformVariable {
  return construct instanceof TerraformVariable;
}

function isLocal(construct: unknown): construct is TerraformLocal {
  return construct instanceof TerraformLocal;
}

/** By its name in Terraform, which is the id below the stack itself; that is looked at first, since a stack may be large. */
function elementOf<Element extends TerraformVariable | TerraformLocal>(
  stack: TerraformStack,
  name: string,
  is: (construct: unknown) => construct is Element,
): Element | undefined {
  const child: unknown = stack.node.tryFindChild(name);
  const named = (element: Element) => element.friendlyUniqueId === name;
  return is(child) && named(child) ? child : stack.node.findAll().filter(is).find(named);
}
