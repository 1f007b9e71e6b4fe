/**
 * Reads the public API from the docstrings by TypeDoc. An ES module, since TypeDoc is one; it brings a TypeScript of
 * its own, since TypeScript 7 has no compiler API.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  Application,
  Comment,
  type Context,
  Converter,
  DeclarationReflection,
  ReflectionKind,
  type SignatureReflection,
  type SomeType,
} from "typedoc";
import ts from "typescript";
import type { Call, Declaration, EntryPoint, Property } from "./model.js";

/**
 * @param root folder of the package, whose `exports` say what is public
 * @throws Error where TypeDoc can't read the sources
 */
export async function readPublicApi(root: string): Promise<readonly EntryPoint[]> {
  const sources = entryPointSources(root);
  const application = await Application.bootstrap({
    entryPoints: sources.map(({ source }) => source),
    tsconfig: join(root, "tsconfig.build.json"),
    // What tsc finds is for `npm run typecheck`.
    skipErrorChecking: true,
    validation: false,
    logLevel: "Warn",
    sort: ["source-order"],
    excludePrivate: true,
    excludeProtected: true,
    excludeExternals: true,
    // No page links to a line of the sources.
    disableSources: true,
    jsDocCompatibility: { defaultTag: false },
  });
  const alternatives = new Map<DeclarationReflection, readonly Members[]>();
  application.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (reflection.kind !== ReflectionKind.TypeAlias) return;
    alternatives.set(reflection, alternativesOf(context, reflection));
  });
  const project = await application.convert();
  if (project?.children === undefined) throw new Error("TypeDoc can't read the sources");
  if (application.logger.hasWarnings()) throw new Error("TypeDoc warns of a docstring, see above");
  // With one entry point the project is the module.
  const modules = sources.length === 1 ? [project] : project.children;
  return sources.map(({ importPath }, i) => ({
    importPath,
    declarations: declarationsOf(modules[i]?.children ?? [], alternatives),
  }));
}

function entryPointSources(
  root: string,
): readonly { readonly importPath: string; readonly source: string }[] {
  const manifest: { name: string; exports: Record<string, string | { types?: string }> } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  return Object.entries(manifest.exports).flatMap(([path, target]) => {
    if (typeof target === "string" || target.types === undefined) return [];
    const source = target.types.replace(/^\.\/dist\//, "lib/").replace(/\.d\.ts$/, ".ts");
    return [{ importPath: `${manifest.name}${path.slice(1)}`, source: join(root, source) }];
  });
}

type Members = readonly DeclarationReflection[];

/** What each type alias stands for, where it stands for objects. */
type Alternatives = ReadonlyMap<DeclarationReflection, readonly Members[]>;

function declarationsOf(
  reflections: readonly DeclarationReflection[],
  alternatives: Alternatives,
): readonly Declaration[] {
  // A type and a constant may share a name, as HermesTarget does: the constant shows what there is.
  const constants = new Set(
    reflections.filter(({ kind }) => kind === ReflectionKind.Variable).map(({ name }) => name),
  );
  return reflections
    .filter(({ kind, name }) => kind !== ReflectionKind.TypeAlias || !constants.has(name))
    .map((reflection) => declaration(reflection, alternatives))
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
}

function declaration(reflection: DeclarationReflection, alternatives: Alternatives): Declaration {
  const { name, type } = reflection;
  const children = ownFirst(reflection.children ?? []);
  const text = textOf(reflection.comment);
  switch (reflection.kind) {
    case ReflectionKind.Class:
      return {
        name,
        kind: "class",
        text,
        properties: children.flatMap((child) => property(child)),
        calls: children.flatMap((child) => callsOf(child, child.flags.isStatic ? `${name}.` : "")),
      };
    case ReflectionKind.Function:
      // Each of its signatures has a docstring of its own.
      return { name, kind: "function", text: "", properties: [], calls: callsOf(reflection) };
    case ReflectionKind.Variable: {
      const members = type?.type === "reflection" ? (type.declaration.children ?? []) : [];
      const calls = members.flatMap((member) => callsOf(member, `${name}.`));
      return { name, kind: "constant", text, properties: [], calls, ...(calls.length === 0 && shown(type)) };
    }
    default: {
      const properties =
        reflection.kind === ReflectionKind.TypeAlias
          ? propsOf(alternatives.get(reflection) ?? [])
          : children.flatMap((child) => property(child));
      return { name, kind: "type", text, properties, calls: [], ...shown(type) };
    }
  }
}

const shown = (type: SomeType | undefined) => (type === undefined ? {} : { type: type.toString() });

function callsOf(reflection: DeclarationReflection, prefix = ""): readonly Call[] {
  if (reflection.flags.isInherited) return [];
  const ofType = reflection.type?.type === "reflection" ? (reflection.type.declaration.signatures ?? []) : [];
  return [...(reflection.signatures ?? []), ...ofType].map((signature) => {
    const comment = signature.comment ?? reflection.comment;
    return {
      signature: `${prefix}${signatureText(reflection, signature)}`,
      text: textOf(comment),
      throws: (comment?.blockTags ?? [])
        .filter(({ tag }) => tag === "@throws")
        .map(({ content }) => Comment.combineDisplayParts(content).trim()),
    };
  });
}

function signatureText({ kind, name }: DeclarationReflection, signature: SignatureReflection): string {
  const parameters = (signature.parameters ?? []).map(
    ({ name, type, flags, defaultValue }) =>
      `${name}${flags.isOptional || defaultValue !== undefined ? "?" : ""}: ${type?.toString()}`,
  );
  const inside = `(${parameters.join(", ")})`;
  return kind === ReflectionKind.Constructor
    ? `new ${signature.type?.toString()}${inside}`
    : `${name}${inside}: ${signature.type?.toString()}`;
}

function property(reflection: DeclarationReflection): readonly Property[] {
  const { kind, name, flags } = reflection;
  const isValue = kind === ReflectionKind.Property || kind === ReflectionKind.Accessor;
  const type = reflection.type ?? reflection.getSignature?.type;
  if (!isValue || type === undefined || isNever(type)) return [];
  const comment = reflection.comment ?? reflection.getSignature?.comment;
  const [given] = (comment?.blockTags ?? []).filter(({ tag }) => tag === "@default");
  const value = given && Comment.combineDisplayParts(given.content).trim();
  if (value === "")
    throw new Error(
      `${reflection.getFullName()}: TypeDoc reads nothing after its @default; put what is in braces into backquotes`,
    );
  return [
    {
      name,
      type: type.toString(),
      text: textOf(comment),
      optional: flags.isOptional,
      insteadOf: [],
      ...(value !== undefined && { default: value }),
    },
  ];
}

/** The required props of different alternatives exclude each other where each alternative takes the other's as `never`. */
function propsOf(alternatives: readonly Members[]): readonly Property[] {
  const all = alternatives.map((members) => ({
    props: members.flatMap((member) => property(member)),
    excluded: new Set(members.filter(({ type }) => isNever(type)).map(({ name }) => name)),
  }));
  const merged = new Map<string, Property>();
  for (const { props, excluded } of all) {
    for (const own of props) {
      const insteadOf = all
        .filter((other) => !own.optional && other.excluded.has(own.name))
        .flatMap((other) => other.props.filter(({ name, optional }) => !optional && excluded.has(name)))
        .map(({ name }) => name);
      const before = merged.get(own.name);
      const types = new Set([...(before === undefined ? [] : [before.type]), own.type]);
      merged.set(own.name, { ...own, ...before, insteadOf, type: [...types].join(" | ") });
    }
  }
  return [...merged.values()];
}

/**
 * The objects of which one is meant by a type alias, each with all of its members; none for an alias of anything else.
 * TypeDoc leaves an alias as it is written: an intersection, or a type that is computed from a table.
 */
function alternativesOf(context: Context, alias: DeclarationReflection): readonly Members[] {
  const symbol = context.getSymbolFromReflection(alias);
  if (symbol === undefined) return [];
  const type = context.checker.getDeclaredTypeOfSymbol(symbol);
  const types = type.isUnion() ? type.types : [type];
  const names = types.map((one) => namesOf(context, one));
  const [first = ""] = names;
  if (first === "" || names.some((other) => other !== first)) return [];
  return types.map((one) => {
    const object = new DeclarationReflection("__type", ReflectionKind.TypeLiteral, alias);
    context.registerReflection(object, undefined, undefined);
    for (const member of one.getProperties()) {
      context.converter.convertSymbol(context.withScope(alias).withScope(object), member);
    }
    return [...(object.children ?? [])];
  });
}

/** The names of an object's properties; empty for what is more than its properties, such as a list or a function. */
function namesOf({ checker }: Context, type: ReturnType<Context["getTypeAtLocation"]> & {}): string {
  const isList = checker.isArrayLikeType(type);
  const isObject = (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;
  if (isList || !isObject || type.getCallSignatures().length > 0) return "";
  return type
    .getProperties()
    .map(({ name }) => name)
    .sort()
    .join();
}

const ownFirst = (members: readonly DeclarationReflection[]) =>
  members.toSorted((a, b) => Number(a.flags.isInherited) - Number(b.flags.isInherited));

/** TypeScript sees `undefined` in an optional `never`. */
const isNever = (type: SomeType | undefined) =>
  type?.type === "intrinsic" && (type.name === "never" || type.name === "undefined");

const textOf = (comment: Comment | undefined) => Comment.combineDisplayParts(comment?.summary).trim();
