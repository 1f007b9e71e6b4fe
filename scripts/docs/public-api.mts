/**
 * Reads the public API from the docstrings by TypeDoc. An ES module, since TypeDoc is one; it brings a TypeScript of
 * its own, since TypeScript 7 has no compiler API.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  Application,
  Comment,
  type DeclarationReflection,
  ReflectionKind,
  type SignatureReflection,
  type SomeType,
} from "typedoc";
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
    jsDocCompatibility: { defaultTag: false },
  });
  const project = await application.convert();
  if (project?.children === undefined) throw new Error("TypeDoc can't read the sources");
  if (application.logger.hasWarnings()) throw new Error("TypeDoc warns of a docstring, see above");
  // With one entry point the project is the module.
  const modules = sources.length === 1 ? [project] : project.children;
  return sources.map(({ importPath }, i) => ({
    importPath,
    declarations: declarationsOf(modules[i]?.children ?? []),
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

function declarationsOf(reflections: readonly DeclarationReflection[]): readonly Declaration[] {
  // A type and a constant may share a name, as HermesTarget does: the constant shows what there is.
  const constants = new Set(
    reflections.filter(({ kind }) => kind === ReflectionKind.Variable).map(({ name }) => name),
  );
  return reflections
    .filter(({ kind, name }) => kind !== ReflectionKind.TypeAlias || !constants.has(name))
    .map((reflection) => declaration(reflection))
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
}

function declaration(reflection: DeclarationReflection): Declaration {
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
      const properties = type === undefined ? children.flatMap((child) => property(child)) : propsOf(type);
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
  if (value === "") throw new Error(`${reflection.getFullName()}: TypeDoc reads nothing after its @default`);
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

/** The props of a type that is put together from others; none for one that isn't made of objects. */
function propsOf(type: SomeType): readonly Property[] {
  switch (type.type) {
    case "intersection":
      return type.types.flatMap((part) => propsOf(part));
    case "union":
      return type.types.every((part) => membersOf(part).length > 0) ? alternatives(type.types) : [];
    default:
      return membersOf(type).flatMap((member) => property(member));
  }
}

/** A prop that another alternative takes as `never` can't be given together with that one's required props. */
function alternatives(types: readonly SomeType[]): readonly Property[] {
  const merged = new Map<string, Property>();
  for (const type of types) {
    for (const own of propsOf(type)) {
      const insteadOf = types
        .filter((other) =>
          membersOf(other).some((member) => member.name === own.name && isNever(member.type)),
        )
        .flatMap((other) => propsOf(other))
        .filter(({ optional }) => !optional && !own.optional)
        .map(({ name }) => name);
      if (!merged.has(own.name)) merged.set(own.name, { ...own, insteadOf });
    }
  }
  return [...merged.values()];
}

function membersOf(type: SomeType): readonly DeclarationReflection[] {
  if (type.type === "reflection") return type.declaration.children ?? [];
  if (type.type !== "reference" || !type.reflection?.isDeclaration()) return [];
  return ownFirst(type.reflection.children ?? []);
}

const ownFirst = (members: readonly DeclarationReflection[]) =>
  members.toSorted((a, b) => Number(a.flags.isInherited) - Number(b.flags.isInherited));

/** TypeScript sees `undefined` in an optional `never`. */
const isNever = (type: SomeType | undefined) =>
  type?.type === "intrinsic" && (type.name === "never" || type.name === "undefined");

const textOf = (comment: Comment | undefined) => Comment.combineDisplayParts(comment?.summary).trim();
