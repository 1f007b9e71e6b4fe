import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { TerraformError } from "../../../lib/terraform-plugin";
import type { Behaviour } from "./behaviour";
import { type Client, reasonOf } from "./client";

export interface Build {
  readonly context: string;
  readonly dockerfile: string;
  readonly build_args: Readonly<Record<string, string>> | null;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly tag: readonly string[] | null;
  readonly target: string | null;
  readonly no_cache: boolean | null;
  readonly pull_parent: boolean | null;
  readonly network_mode: string | null;
}

/** Builds with the engine's classic builder, which reads `.dockerignore`. */
export async function buildImage(
  client: Client,
  name: string,
  build: Build,
  failure: Behaviour["buildFailure"],
): Promise<void> {
  const context = resolve(client.directory, build.context);
  try {
    const progress = await client.docker.buildImage(
      { context, src: await readdir(context) },
      {
        t: name,
        dockerfile: build.dockerfile,
        buildargs: { ...build.build_args },
        labels: { ...build.labels },
        nocache: build.no_cache ?? false,
        rm: true,
        // BuildKit leaves no container of a failed step. The classic builder would.
        forcerm: true,
        ...(build.target !== null && { target: build.target }),
        ...(build.pull_parent === true && { pull: true }),
        ...(build.network_mode !== null && { networkmode: build.network_mode }),
      },
    );
    await finished(client, progress);
    for (const tag of build.tag ?? []) await client.docker.getImage(name).tag(repositoryAndTag(tag));
  } catch (error) {
    // The message contains the failed command, but not the build's log.
    throw new TerraformError(`${failure}: ${reasonOf(error)}`);
  }
}

/** The answer is always a success. Only a step of its progress reports a failed build. */
function finished({ docker }: Client, progress: NodeJS.ReadableStream): Promise<void> {
  return new Promise((done, fail) => {
    docker.modem.followProgress(progress, (error, steps: readonly { readonly error?: unknown }[]) => {
      const failed = steps?.find((step) => typeof step.error === "string");
      if (error !== null) fail(error);
      else if (failed !== undefined) fail(new Error(String(failed.error)));
      else done();
    });
  });
}

function repositoryAndTag(name: string): { readonly repo: string; readonly tag: string } {
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/")
    ? { repo: name.slice(0, colon), tag: name.slice(colon + 1) }
    : { repo: name, tag: "latest" };
}
