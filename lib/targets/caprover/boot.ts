import { createHash } from "node:crypto";
import {
  type BootFile,
  bootFromVariable,
  bootScript,
  LONGEST_FILES_BYTES,
  type VariableFile,
} from "../../boot/boot-script";
import { DECLARATION_PATH, type Declaration, type ProfileDeclaration } from "../../boot/declaration";
import { declarationBytes, declarationFile } from "../../boot/merge";
import type { ContainerSpec, Declared } from "../../container-spec";
import { MANAGED_CONFIG_FILE, MANAGED_ENV_FILE } from "../../hermes/container-contract";
import { gatewayRunsTest } from "../../hermes/health-check";
import { expressionOf, holdsToken, isUnresolved } from "../../support/tokens";
import { jsonVariable, literalConfigFile, literalEnvFile, managedConfigExpression } from "../managed-files";

/**
 * The parts of Hermes' managed files that are not secret and are known at synthesis. CapRover puts no file into a
 * container, so the boot writes them, in every image.
 */
function managedFiles({ managedScope, pinned, config, files }: ContainerSpec): readonly BootFile[] {
  if (!managedScope) return [];
  return [
    { path: MANAGED_ENV_FILE, content: literalEnvFile(pinned) },
    { path: MANAGED_CONFIG_FILE, content: config && !holdsToken(config) ? literalConfigFile(config) : "" },
    ...files.filter(({ content }) => !isUnresolved(content)),
  ].filter(({ content }) => content !== "");
}

/**
 * The other files that are not secret: only Terraform knows a part of each. It is a variable until the boot, in base64,
 * because Docker Swarm would read `{{` as a template, and a variable has one line.
 */
function filledFiles({
  managedScope,
  config,
  files,
}: ContainerSpec): readonly (VariableFile & { readonly value: string })[] {
  if (!managedScope) return [];
  const filled = [
    ...(config && holdsToken(config)
      ? [{ path: MANAGED_CONFIG_FILE, expression: managedConfigExpression(config) }]
      : []),
    ...files
      .filter(({ content }) => isUnresolved(content))
      .map(({ path, content }) => ({ path, expression: expressionOf(content) })),
  ];
  return filled.map(({ path, expression }) => {
    const hash = createHash("sha256").update(path).digest("hex").slice(0, 12).toUpperCase();
    return { path, variable: `CDKTF_HERMES_FILE_${hash}`, value: `\${base64encode(${expression})}` };
  });
}

/** What the boot needs to find in the container, by what takes the room, in bytes. What is declared of the data is packed. */
export function bootParts(spec: ContainerSpec): readonly { readonly what: string; readonly bytes: number }[] {
  const files = managedFiles(spec).reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return [
    { what: "config", bytes: files },
    ...(spec.declared ? partsOf(spec.declared.declaration) : []),
  ].filter(({ bytes }) => bytes > 0);
}

/** Each by itself. Packed together they take a little less. */
function partsOf({ profiles, ...rest }: Declaration): ReturnType<typeof bootParts> {
  return Object.entries(profiles).flatMap(([name, { skills, files, ...others }]) => {
    const of = (part: Partial<ProfileDeclaration>) =>
      declarationBytes({ ...rest, profiles: { [name]: { ...NOTHING, ...part } } });
    const folders = Object.keys(skills).flatMap((path) => /^(.*)\/SKILL\.md$/.exec(path)?.[1] ?? []);
    return [
      { what: "crons, mcpServers and other settings", bytes: of(others) },
      ...Object.entries(files).map(([path, file]) => ({
        what: path === "SOUL.md" ? "soul" : `files[${JSON.stringify(path)}]`,
        bytes: of({ files: { [path]: file } }),
      })),
      ...folders.map((folder) => ({
        what: `skills (${folder})`,
        bytes: of({
          skills: Object.fromEntries(
            Object.entries(skills).filter(([path]) => path.startsWith(`${folder}/`)),
          ),
        }),
      })),
    ];
  });
}

const NOTHING: ProfileDeclaration = {
  config: [],
  env: {},
  files: {},
  jobs: [],
  skills: {},
  ownGateway: false,
};

/** Bytes of the managed files, and of what is declared of the data. */
export function bootBytes(spec: ContainerSpec): number {
  const files = managedFiles(spec).reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return files + (spec.declared ? declarationBytes(declarationOn(spec.declared)) : 0);
}

/** CapRover reads at most 2 MB, in which files take a third more than their length. */
const LONGEST_BUILT_BYTES = 2 ** 20;

/** How many bytes the agent can have on CapRover. */
export function longestBootBytes({ image: { context, delivery } }: ContainerSpec): number {
  const isBuilt = delivery === undefined ? context !== undefined : delivery.deploy === "terraform";
  return isBuilt ? LONGEST_BUILT_BYTES : LONGEST_FILES_BYTES;
}

/**
 * Whether CapRover builds the files into the agent's own image, because they are too long for the variable of the boot. It
 * is no way for all agents: since 1.15, CapRover's builder pulls no private image. BuildKit ignores the accounts that
 * CapRover hands it (run: engine 20.10.24, called as CapRover does; moby/buildkit#2058).
 */
export function buildsFiles(spec: ContainerSpec): boolean {
  return bootBytes(spec) > LONGEST_FILES_BYTES && longestBootBytes(spec) > LONGEST_FILES_BYTES;
}

/** The files that are built into the image. */
export function builtFiles(spec: ContainerSpec): readonly BootFile[] {
  const { declared } = spec;
  return [
    ...managedFiles(spec),
    ...(declared ? [{ path: DECLARATION_PATH, content: declarationFile(declarationOn(declared)) }] : []),
  ];
}

/** CapRover puts no file into a container: a value that only Terraform knows is a variable, which no service may see. */
function declarationOn({ declaration, values }: Declared): Declaration {
  return { ...declaration, dropped: [...declaration.dropped, ...Object.keys(values)] };
}

/** Those variables. Null stays null, which keeps what the app has. */
export function valueVariables({ declared }: ContainerSpec): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(declared?.values ?? {}).map(([name, value]) => [name, jsonVariable(value)]),
  );
}

/**
 * The variables with which the agent boots.
 *
 * @param hasAddress without an address only the log can show that the gateway runs, so the boot reports it there
 */
export function bootEnvironment(spec: ContainerSpec, hasAddress: boolean): Readonly<Record<string, string>> {
  if (spec.declared === undefined) return {};
  const isBuilt = buildsFiles(spec);
  const declaration = declarationOn(spec.declared);
  const filled = filledFiles(spec);
  const boot = bootFromVariable(
    bootScript({
      files: isBuilt ? [] : managedFiles(spec),
      variableFiles: filled,
      own: spec.workDirectories,
      announceWhen: hasAddress ? undefined : gatewayRunsTest(spec.image.release),
      merge: { dropped: declaration.dropped, ...(!isBuilt && { declaration }) },
    }),
  );
  return { ...boot, ...Object.fromEntries(filled.map(({ variable, value }) => [variable, value])) };
}
