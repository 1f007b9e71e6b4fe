import { availableParallelism } from "node:os";
import { jsonIn } from "../support/json-document";

/** The program as the CDKTF CLI finds it: Terraform, or what is named in its place, such as `tofu` or a path. */
export function terraformProgram(environment: NodeJS.ProcessEnv = process.env): string {
  return environment["TERRAFORM_BINARY_NAME"] || "terraform";
}

/** So many run side by side at most. Each has its providers, and mostly waits for a state, an engine or a server. */
export const MOST_TERRAFORMS = 2 * availableParallelism();

/**
 * The document that the program printed with `-json`; undefined if there is none. OpenTofu prints warnings about its own
 * settings before it, on the same stream (1.12.6, run).
 */
export function terraformJson(stdout: string): unknown {
  return jsonIn(stdout.slice(Math.max(0, stdout.search(/^\{/m))));
}
