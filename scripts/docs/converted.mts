/** Facts about types that TypeDoc does not keep, from the TypeScript that it uses. */
import { type Context, DeclarationReflection, ReflectionKind, type SomeType } from "typedoc";
import ts from "typescript";

export type Members = readonly DeclarationReflection[];

/**
 * The objects between which a type alias chooses, each with all of its members; none for an alias of anything else.
 * TypeDoc shows an alias as it is written: an intersection, or a type that is computed from a table.
 */
export function alternativesOf(context: Context, alias: DeclarationReflection): readonly Members[] {
  const symbol = context.getSymbolFromReflection(alias);
  if (symbol === undefined) return [];
  const type = context.checker.getDeclaredTypeOfSymbol(symbol);
  const types = type.isUnion() ? type.types : [type];
  const names = types.map((one) => namesOf(context.checker, one));
  const [first = ""] = names;
  if (first === "" || names.some((other) => other !== first)) return [];
  return types.map((one) => {
    const object = new DeclarationReflection("__type", ReflectionKind.TypeLiteral, alias);
    context.registerReflection(object, undefined, undefined);
    const inside = context.withScope(alias).withScope(object);
    for (const member of one.getProperties()) context.converter.convertSymbol(inside, member);
    return [...(object.children ?? [])];
  });
}

/**
 * The names of an object's properties; empty for a type that is more than its properties, such as a list or a
 * function.
 */
function namesOf(checker: ts.TypeChecker, type: ts.Type): string {
  const isObject = (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;
  if (!isObject || checker.isArrayLikeType(type) || type.getCallSignatures().length > 0) return "";
  return type
    .getProperties()
    .map(({ name }) => name)
    .sort()
    .join();
}

/**
 * The type of a property as written in the source, if it is written there and short. TypeScript forgets the name of a
 * union that it has computed.
 */
export function writtenType(context: Context, reflection: DeclarationReflection): string | undefined {
  const declarations = context.getSymbolFromReflection(reflection)?.declarations ?? [];
  const [type] = declarations.flatMap((one) =>
    (ts.isPropertySignature(one) || ts.isPropertyDeclaration(one) || ts.isGetAccessor(one)) && one.type
      ? [one.type.getText()]
      : [],
  );
  if (type === undefined || type.includes("{")) return undefined;
  return type
    .replaceAll(/\s+/g, " ")
    .replaceAll(/(?<=[<([]) | (?=[>)\]])/g, "")
    .replace(/^\| /, "");
}

/** TypeScript sees `undefined` in an optional `never`. */
export const isNever = (type: SomeType | undefined) =>
  type?.type === "intrinsic" && (type.name === "never" || type.name === "undefined");
