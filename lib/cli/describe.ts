import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { METADATA_KEY } from "../support/metadata";
import { isRecord } from "../support/objects";
import { print } from "./answer";
import { UsageError } from "./usage-error";

export const describeCommand = () =>
  new Command("describe")
    .description("shows what a synthesized app will deploy, with all warnings")
    .argument("[dir]", "the output directory", "cdktf.out")
    .option("--json", "the answer for scripts")
    .action((outdir: string, options: { readonly json?: boolean }) => {
      const stacks = describeOutput(outdir);
      print(options, stacks, () => formatDescription(stacks));
    });

export interface StackDescription {
  readonly stack: string;
  readonly dependsOn: readonly string[];
  readonly resources: readonly { readonly address: string; readonly what: string }[];
  /** Sensitive variables that the deploy asks for. */
  readonly variables: readonly string[];
  readonly warnings: readonly { readonly path: string; readonly message: string }[];
  readonly acknowledged: readonly AcknowledgedRule[];
}

export interface AcknowledgedRule {
  /** Path of the construct. */
  readonly path: string;
  readonly rule: string;
  /** The prop that the reason is for; absent if it is for the whole construct. */
  readonly place?: string;
  readonly reason: string;
}

type Json = { readonly [key: string]: unknown };

/** What an output directory of CDKTF will deploy, with the warnings of its constructs. */
export function describeOutput(outdir: string): readonly StackDescription[] {
  const stacks = record(readJson(join(outdir, "manifest.json"))["stacks"]);
  const described = Object.entries(stacks).map(([name, entry]) => {
    const manifest = record(entry);
    const document = readJson(join(outdir, String(manifest["synthesizedStackPath"])));
    const acknowledged = record(
      record(record(record(document["//"])["metadata"])[METADATA_KEY])["acknowledged"],
    );
    return {
      stack: name,
      dependsOn: list(manifest["dependencies"]).map(String),
      resources: describeResources(document),
      variables: Object.entries(record(document["variable"]))
        .filter(([, variable]) => record(variable)["sensitive"] === true)
        .map(([variable]) => variable),
      warnings: list(manifest["annotations"]).map(record).flatMap(warning),
      acknowledged: Object.entries(acknowledged).flatMap(([path, rules]) =>
        Object.entries(record(rules)).flatMap(([rule, given]) => acknowledgedRule(path, rule, given)),
      ),
    };
  });
  return inDeployOrder(described);
}

function acknowledgedRule(path: string, rule: string, given: unknown): readonly AcknowledgedRule[] {
  if (!isRecord(given)) return [{ path, rule, reason: String(given) }];
  return Object.entries(given).map(([place, reason]) => ({ path, rule, place, reason: String(reason) }));
}

/** Sorts each stack after the stacks that it depends on. */
function inDeployOrder(stacks: readonly StackDescription[]): readonly StackDescription[] {
  const ordered = new Set<StackDescription>();
  const visit = (stack: StackDescription) => {
    if (ordered.has(stack)) return;
    for (const other of stacks) if (stack.dependsOn.includes(other.stack)) visit(other);
    ordered.add(stack);
  };
  for (const stack of stacks) visit(stack);
  return [...ordered];
}

/** The description as text for people. */
export function formatDescription(stacks: readonly StackDescription[]): string {
  return stacks
    .map(({ stack, dependsOn, resources, variables, warnings, acknowledged }) =>
      [
        `${stack}${dependsOn.length > 0 ? ` (after ${dependsOn.join(", ")})` : ""}`,
        ...resources.map(({ address, what }) => `  + ${address}  ${what}`),
        ...variables.map((name) => `  ? TF_VAR_${name}  set it for the deploy`),
        ...warnings.map(({ path, message }) => `  ! ${path}: ${message}`),
        ...acknowledged.map(
          ({ path, rule, place, reason }) =>
            `  ~ ${path}: ${rule} acknowledged${place === undefined ? "" : ` for ${place}`}: ${reason}`,
        ),
        ...(resources.length === 0 ? ["  nothing"] : []),
      ].join("\n"),
    )
    .join("\n");
}

function describeResources(document: Json): StackDescription["resources"] {
  const images = record(record(document["resource"])["docker_image"]);
  return Object.entries(record(document["resource"])).flatMap(([type, resources]) =>
    Object.entries(record(resources)).map(([name, resource]) => ({
      address: `${type}.${name}`,
      what: (DESCRIBE[type]?.(record(resource)) ?? "").replace(
        /\$\{docker_image\.([\w-]+)\.image_id\}/,
        (reference, image: string) => String(record(images[image])["name"] ?? reference),
      ),
    })),
  );
}

/** What matters about a resource, in one line. */
const DESCRIBE: Readonly<Record<string, (resource: Json) => string>> = {
  caprover_app: ({ name, image, volumes, http_port: port, web_app: web }) =>
    [
      `app ${String(name)} runs ${image === undefined ? "an image that the CapRover server builds" : String(image)}`,
      ...list(volumes)
        .map(record)
        .map(
          (volume) =>
            `${String(volume["name"] ?? volume["host_path"])} at ${String(volume["container_path"])}`,
        ),
      web === false ? "no address" : `its address leads to ${String(port ?? 80)}`,
    ].join(", "),
  caprover_custom_domain: ({ app, domain }) => `domain ${String(domain)} for app ${String(app)}`,
  caprover_base_domain_ssl: ({ app }) => `certificate for the address of app ${String(app)}`,
  caprover_force_ssl: ({ app }) => `https only for app ${String(app)}`,
  docker_image: ({ name, build }) => `${build === undefined ? "pulls" : "builds"} ${String(name)}`,
  docker_volume: ({ name }) => `volume ${String(name)}`,
  docker_network: ({ name }) => `network ${String(name)}`,
  docker_container: ({ name, image, command, mounts, ports }) =>
    [
      `container ${String(name)} runs ${list(command).join(" ")} from ${String(image)}`,
      ...list(mounts)
        .map(record)
        .map(({ source, target }) => `${String(source)} at ${String(target)}`),
      ...list(ports)
        .map(record)
        .map(({ ip, external, internal }) => `${String(ip)}:${String(external)} to ${String(internal)}`),
    ].join(", "),
};

const WARNING_LEVEL = "@cdktf/warn";

function warning(annotation: Json): { path: string; message: string }[] {
  if (annotation["level"] !== WARNING_LEVEL) return [];
  return [{ path: String(annotation["constructPath"]), message: String(annotation["message"]) }];
}

function readJson(path: string): Json {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new UsageError(`${path} can't be read; synthesize first, or name the output directory`);
  }
  try {
    return record(JSON.parse(text));
  } catch {
    throw new UsageError(`${path} is not JSON; synthesize again`);
  }
}

function record(value: unknown): Json {
  return isRecord(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
