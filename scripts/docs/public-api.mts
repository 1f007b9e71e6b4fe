/** Reads the public API and its docstrings with TypeDoc. An ES module, because TypeDoc is one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  Application,
  Comment,
  Converter,
  type DeclarationReflection,
  ReflectionKind,
  type SignatureReflection,
} from "typedoc";
import { alternativesOf, isNever, type Members, writtenType } from "./converted.mjs";
import type { Call, Declaration, EntryPoint, Property } from "./model.js";

/**
 * @param root folder of the package, whose `exports` say what is public
 * @param computedFrom names that public types may show although they are not exported
 * @throws Error if TypeDoc can't read the sources, or warns about them
 */
export async function readPublicApi(
  root: string,
  computedFrom: readonly string[],
): Promise<readonly EntryPoint[]> {
  const sources = entryPointSources(root);
  const application = await Application.bootstrap({
    entryPoints: sources.map(({ source }) => source),
    tsconfig: join(root, "tsconfig.build.json"),
    // `npm run typecheck` reports type errors.
    skipErrorChecking: true,
    validation: {
      notExported: true,
      invalidLink: false,
      invalidPath: false,
      rewrittenLink: false,
      notDocumented: false,
      unusedMergeModuleWith: false,
    },
    intentionallyNotExported: [...computedFrom],
    logLevel: "Warn",
    sort: ["source-order"],
    excludePrivate: true,
    excludeProtected: true,
    excludeExternals: true,
    // No page links to a line of the sources.
    disableSources: true,
    jsDocCompatibility: { defaultTag: false },
  });
  const reader = new Reader(application.converter);
  const project = await application.convert();
  if (project?.children === undefined) throw new Error("TypeDoc can't read the sources");
  application.validate(project);
  if (application.logger.hasWarnings())
    throw new Error(
      "TypeDoc warns, see above; a type that is referenced has to be exported, such as by lib/index.ts",
    );
  // With one entry point the project is the module.
  const modules = sources.length === 1 ? [project] : project.children;
  return sources.map(({ importPath }, i) => ({
    importPath,
    declarations: reader.declarations(modules[i]?.children ?? []),
  }));
}

interface Source {
  readonly importPath: string;
  readonly source: string;
}

function entryPointSources(root: string): readonly Source[] {
  const manifest: { name: string; exports: Record<string, string | { types?: string }> } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  return Object.entries(manifest.exports).flatMap(([path, target]) => {
    if (typeof target === "string" || target.types === undefined) return [];
    const source = target.types.replace(/^\.\/dist\//, "lib/").replace(/\.d\.ts$/, ".ts");
    return [{ importPath: `${manifest.name}${path.slice(1)}`, source: join(root, source) }];
  });
}

/** Takes from TypeDoc's result what the pages show. */
class Reader {
  /** The objects that each type alias stands for. */
  private readonly alternatives = new Map<DeclarationReflection, readonly Members[]>();
  private readonly writtenTypes = new Map<DeclarationReflection, string>();

  constructor(converter: Converter) {
    converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
      if (reflection.kind === ReflectionKind.TypeAlias) {
        this.alternatives.set(reflection, alternativesOf(context, reflection));
      }
      const type = writtenType(context, reflection);
      if (type !== undefined) this.writtenTypes.set(reflection, type);
    });
  }

  declarations(reflections: Members): readonly Declaration[] {
    // A type and a constant may share a name, such as HermesTarget. The constant has the members.
    const constants = new Set(
      reflections.filter(({ kind }) => kind === ReflectionKind.Variable).map(({ name }) => name),
    );
    return reflections
      .filter(({ kind, name }) => kind !== ReflectionKind.TypeAlias || !constants.has(name))
      .map((reflection) => this.declaration(reflection))
      .sort((a, b) => a.name.localeCompare(b.name, "en"));
  }

  private declaration(reflection: DeclarationReflection): Declaration {
    const { kind, name, type, comment } = reflection;
    const children = ownFirst(reflection.children ?? []);
    const properties = children.flatMap((child) => this.property(child));
    const text = textOf(comment);
    const shown = type === undefined ? {} : { type: type.toString() };
    switch (kind) {
      case ReflectionKind.Class: {
        const calls = children.flatMap((child) => callsOf(child, child.flags.isStatic ? `${name}.` : ""));
        // The constructor throws what the class's docstring says.
        const made = calls.map((call) =>
          call.signature.startsWith("new ")
            ? { ...call, throws: [...throwsOf(comment), ...call.throws] }
            : call,
        );
        return { name, kind: "class", text, properties, calls: made };
      }
      case ReflectionKind.Function:
        // Each of its signatures has a docstring of its own.
        return { name, kind: "function", text: "", properties: [], calls: callsOf(reflection) };
      case ReflectionKind.Variable: {
        const members = type?.type === "reflection" ? (type.declaration.children ?? []) : [];
        const calls = members.flatMap((member) => callsOf(member, `${name}.`));
        return { name, kind: "constant", text, properties: [], calls, ...(calls.length === 0 && shown) };
      }
      case ReflectionKind.TypeAlias: {
        const props = this.props(this.alternatives.get(reflection) ?? []);
        return { name, kind: "type", text, properties: props, calls: [], ...shown };
      }
      default:
        return { name, kind: "type", text, properties, calls: [] };
    }
  }

  private property(reflection: DeclarationReflection): readonly Property[] {
    const { kind, name, flags } = reflection;
    const isValue = kind === ReflectionKind.Property || kind === ReflectionKind.Accessor;
    const type = reflection.type ?? reflection.getSignature?.type;
    if (!isValue || type === undefined || isNever(type)) return [];
    const comment = reflection.comment ?? reflection.getSignature?.comment;
    const [given] = (comment?.blockTags ?? []).filter(({ tag }) => tag === "@default");
    const value = given && Comment.combineDisplayParts(given.content).trim();
    if (value === "") {
      const problem = "TypeDoc reads nothing after its @default; put what is in braces into backquotes";
      throw new Error(`${reflection.getFullName()}: ${problem}`);
    }
    return [
      {
        name,
        type: this.writtenTypes.get(reflection) ?? type.toString(),
        text: textOf(comment),
        optional: flags.isOptional,
        insteadOf: [],
        ...(value !== undefined && { default: value }),
      },
    ];
  }

  /** The required props of different alternatives exclude each other if each has the other's as `never`. */
  private props(alternatives: readonly Members[]): readonly Property[] {
    const all = alternatives.map((members) => ({
      props: members.flatMap((member) => this.property(member)),
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
}

function callsOf(reflection: DeclarationReflection, prefix = ""): readonly Call[] {
  if (reflection.flags.isInherited) return [];
  const ofType = reflection.type?.type === "reflection" ? (reflection.type.declaration.signatures ?? []) : [];
  return [...(reflection.signatures ?? []), ...ofType].map((signature) => {
    const comment = signature.comment ?? reflection.comment;
    return {
      signature: `${prefix}${signatureText(reflection, signature)}`,
      text: textOf(comment),
      throws: throwsOf(comment),
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

const ownFirst = (members: Members) =>
  members.toSorted((a, b) => Number(a.flags.isInherited) - Number(b.flags.isInherited));

const textOf = (comment: Comment | undefined) => Comment.combineDisplayParts(comment?.summary).trim();

const throwsOf = (comment: Comment | undefined) =>
  (comment?.blockTags ?? [])
    .filter(({ tag }) => tag === "@throws")
    .map(({ content }) => Comment.combineDisplayParts(content).trim());
