import { isJsonObject, type Json, type JsonObject, stringAt, stringsAt } from "../engine/json";
import { ApiStatus, CaptainError } from "./api-status";

/** What a deploy is made from. */
export type DeploySource =
  | { readonly kind: "definition"; readonly content: string }
  | { readonly kind: "archive"; readonly files: ReadonlyMap<string, string> };

/** The image that a captain-definition asks for. */
export type ImagePlan =
  | { readonly kind: "image"; readonly image: string }
  | { readonly kind: "dockerfile"; readonly lines: readonly string[] };

const KINDS = ["templateId", "imageName", "dockerfilePath", "dockerfileLines"] as const;

/** @throws CaptainError when the definition can't be used */
export function planImage(source: DeploySource, definitionPath: string): ImagePlan {
  const files = source.kind === "archive" ? withoutTopDirectory(source.files) : new Map<string, string>();
  const path = definitionPath.replace(/^\.\//, "");
  const text = source.kind === "definition" ? source.content : files.get(path);
  if (text === undefined) {
    const dockerfile = files.get("Dockerfile");
    if (dockerfile !== undefined) return { kind: "dockerfile", lines: dockerfile.split("\n") };
    throw new CaptainError(ApiStatus.generic, "Captain Definition file does not exist!");
  }
  const definition = parseDefinition(text);
  const given = KINDS.filter((kind) => definition[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length !== 1) {
    throw new CaptainError(
      ApiStatus.generic,
      `One, and only one, of these properties should be present in captain-definition: ${KINDS.slice(0, 3).join(", ")}, or, dockerfileLines`,
    );
  }
  if (kind === "imageName") return { kind: "image", image: stringAt(definition, kind) };
  if (kind === "dockerfileLines") return { kind: "dockerfile", lines: stringsAt(definition, kind) };
  if (kind === "templateId") return { kind: "dockerfile", lines: [`FROM ${stringAt(definition, kind)}`] };
  const dockerfilePath = stringAt(definition, kind).replace(/^\.\//, "");
  const dockerfile = dockerfilePath.startsWith("..") ? undefined : files.get(dockerfilePath);
  if (dockerfile === undefined) {
    throw new CaptainError(ApiStatus.generic, `dockerfilePath not found: ${dockerfilePath}`);
  }
  return { kind: "dockerfile", lines: dockerfile.split("\n") };
}

function parseDefinition(text: string): JsonObject {
  let parsed: Json;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new CaptainError(ApiStatus.generic, "Captain Definition file is not a valid JSON!");
  }
  if (!isJsonObject(parsed) || typeof parsed["schemaVersion"] !== "number") {
    throw new CaptainError(ApiStatus.generic, "Captain Definition version is empty!");
  }
  if (parsed["schemaVersion"] !== 2) {
    throw new CaptainError(ApiStatus.generic, "Captain Definition version is not supported!");
  }
  return parsed;
}

/** Where an archive holds one directory only, that directory counts as its root. */
function withoutTopDirectory(files: ReadonlyMap<string, string>): Map<string, string> {
  const tops = new Set([...files.keys()].map((path) => path.split("/")[0]));
  const nested = [...files.keys()].every((path) => path.includes("/"));
  if (tops.size !== 1 || !nested) return new Map(files);
  return new Map([...files].map(([path, content]) => [path.slice(path.indexOf("/") + 1), content]));
}

/** The captain-definition of a deploy by image name. */
export function imageDefinition(imageName: string): DeploySource {
  return { kind: "definition", content: JSON.stringify({ schemaVersion: 2, imageName }) };
}
