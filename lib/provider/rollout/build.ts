/** The latest build or pull of an app: whether it failed, and what it printed. */
import { TerraformError } from "../../terraform-plugin";
import type { Captain } from "../captain/client";
import { flagAt, objectAt, textsAt } from "../captain/json";

export interface Build {
  readonly hasFailed: boolean;
  /** Without the empty lines that CapRover adds to its answer. */
  readonly lines: readonly string[];
}

const EXCERPT_LINES = 12;

export async function readBuild(captain: Captain, appName: string, signal: AbortSignal): Promise<Build> {
  const data = await captain.read(
    `/user/apps/appData/${appName}`,
    `tell the build of app "${appName}"`,
    signal,
  );
  const lines = textsAt(objectAt(data, "logs"), "lines").map((line) => line.trimEnd());
  return { hasFailed: flagAt(data, "isBuildFailed"), lines: lines.filter((line) => line !== "") };
}

/** @param image undefined when CapRover builds the image itself */
export function buildFailure(
  appName: string,
  image: string | undefined,
  lines: readonly string[],
): TerraformError {
  const excerpt = lines.slice(-EXCERPT_LINES).map((line) => `  ${line}`);
  return new TerraformError(`CapRover could not deploy ${image ?? "the build"} to ${appName}`, {
    detail: `The build log ends with:\n${excerpt.join("\n")}`,
    path: [image === undefined ? "captain_definition" : "image"],
  });
}
