/** The agents of a synthesized app, as declared and as deployed. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, jsonIn, record } from "../support/json-document";
import { ownMetadata } from "../support/metadata";
import { UserError } from "../support/user-error";
import { NotFinished, runProgram } from "./access/program";
import { MANIFEST, type Manifest } from "./manifest";
import { terraformJson, terraformProgram } from "./terraform-program";

/** A stack of the output directory. */
export interface SynthesizedStack {
  readonly name: string;
  /** Folder of its `cdk.tf.json`, in which Terraform runs. */
  readonly folder: string;
  readonly dependsOn: readonly string[];
  readonly document: Document;
  /** What lies under this library's key in the stack's metadata. */
  readonly metadata: Document;
  /** CDKTF's warnings of its constructs. */
  readonly warnings: readonly { readonly path: string; readonly message: string }[];
  /** The agents that it declares. Terraform's references stand in place of what only Terraform knows. */
  readonly agents: readonly Manifest[];
}

/** The output can't be read. Its message is one line for a person. */
export class NoSynthesis extends UserError {}

/** @throws NoSynthesis */
export function readStacks(outdir: string): readonly SynthesizedStack[] {
  const stacks = record(readJson(join(outdir, "manifest.json"))["stacks"]);
  return Object.entries(stacks).map(([name, entry]) => {
    const { synthesizedStackPath, dependencies, annotations } = record(entry);
    const path = join(outdir, String(synthesizedStackPath));
    const document = readJson(path);
    const metadata = ownMetadata(document);
    return {
      name,
      folder: join(path, ".."),
      dependsOn: Array.isArray(dependencies) ? dependencies.map(String) : [],
      document,
      metadata,
      warnings: (Array.isArray(annotations) ? annotations : []).map(record).flatMap(warning),
      agents: Object.values(record(metadata["agents"])).map((agent) => manifestFrom(agent, path)),
    };
  });
}

/** Sorts each stack after the stacks that it depends on. */
export function inDeployOrder(stacks: readonly SynthesizedStack[]): readonly SynthesizedStack[] {
  const ordered = new Set<SynthesizedStack>();
  const visited = new Set<SynthesizedStack>();
  const visit = (stack: SynthesizedStack) => {
    if (visited.has(stack)) return;
    visited.add(stack);
    for (const other of stacks) if (stack.dependsOn.includes(other.name)) visit(other);
    ordered.add(stack);
  };
  for (const stack of stacks) visit(stack);
  return [...ordered];
}

function warning({ level, constructPath, message }: Document) {
  return level === "@cdktf/warn" ? [{ path: String(constructPath), message: String(message) }] : [];
}

/** What Terraform says of an agent: deployed as declared, deployed otherwise, not at all, or nothing that can be read. */
export type Deployment =
  | { readonly state: "deployed"; readonly manifest: Manifest; readonly asDeclared: boolean }
  | { readonly state: "not-deployed" | "unreachable"; readonly why: string };

/**
 * Reads the outputs of a stack with Terraform, once for all of its agents. A state that can't be read hides no agent of
 * another stack.
 */
export async function readDeployments(stack: SynthesizedStack): Promise<ReadonlyMap<string, Deployment>> {
  try {
    return deploymentsIn(stack, await readOutputs(stack));
  } catch (error) {
    if (!(error instanceof NoSynthesis)) throw error;
    return new Map(stack.agents.map(({ agent }) => [agent, { state: "unreachable", why: error.message }]));
  }
}

/** @throws NoSynthesis if an output is not readable */
function deploymentsIn(
  stack: SynthesizedStack,
  outputs: Awaited<ReturnType<typeof readOutputs>>,
): ReadonlyMap<string, Deployment> {
  return new Map(
    stack.agents.map((declared): [string, Deployment] => {
      if (typeof outputs === "string") return [declared.agent, { state: "not-deployed", why: outputs }];
      for (const [name, output] of Object.entries(outputs)) {
        const value = record(output)["value"];
        if (!name.endsWith("_manifest") || typeof value !== "string") continue;
        const manifest = manifestFrom(parse(value, name), name);
        if (manifest.agent !== declared.agent) continue;
        return [declared.agent, { state: "deployed", manifest, asDeclared: manifest.hash === declared.hash }];
      }
      return [declared.agent, { state: "not-deployed", why: "the stack's state does not have it" }];
    }),
  );
}

/** For a state that lies elsewhere. */
const OUTPUT_SECONDS = 60;

/** The outputs, or why there are none. @throws NoSynthesis */
async function readOutputs({
  name,
  folder,
}: SynthesizedStack): Promise<{ readonly [name: string]: unknown } | string> {
  if (!existsSync(join(folder, ".terraform"))) return "the stack was never initialized here";
  const terraform = terraformProgram();
  try {
    const { code, stdout, stderr } = await runProgram(terraform, ["output", "-json", "-no-color"], {
      seconds: OUTPUT_SECONDS,
      cwd: folder,
    });
    if (code === 0) return record(known(terraformJson(stdout), `the answer of ${terraform} output`));
    throw new NoSynthesis(`\`${terraform} output\` in ${folder}: ${firstError(stderr)}`);
  } catch (error) {
    if (!(error instanceof NotFinished)) throw error;
    const why = error.inWords(terraform, `${terraform} output`, OUTPUT_SECONDS);
    throw new NoSynthesis(`the state of the stack ${name} can't be read: ${why}`);
  }
}

function firstError(stderr: string): string {
  return /Error: (.*)/.exec(stderr)?.[1] ?? stderr.trim().split("\n")[0] ?? "";
}

function manifestFrom(value: unknown, where: string): Manifest {
  const manifest = MANIFEST().safeParse(value);
  if (manifest.success) return manifest.data;
  throw new NoSynthesis(`${where} was written by another version of cdktf-hermes; synthesize again`);
}

function readJson(path: string): Document {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new NoSynthesis(`${path} can't be read; synthesize first, or name the output directory`);
  }
  return record(parse(text, path));
}

function parse(text: string, what: string): unknown {
  return known(jsonIn(text), what);
}

function known(value: unknown, what: string): unknown {
  if (value === undefined) throw new NoSynthesis(`${what} is not JSON; synthesize again`);
  return value;
}
