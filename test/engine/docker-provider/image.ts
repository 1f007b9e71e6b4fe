import type { ImageInspectInfo } from "dockerode";
import {
  bool,
  definitions,
  list,
  map,
  set,
  setNestedBlock,
  string,
  TerraformError,
} from "../../../lib/terraform-plugin";
import { computed, defaulted, optional, required } from "../../terraform-plugin/undescribed";
import type { Behaviour } from "./behaviour";
import { asked, type Client, reasonOf, unless } from "./client";
import { buildImage } from "./image-build";

const replacing = { requiresReplace: true } as const;

export const image = ({ buildFailure }: Behaviour) =>
  definitions<Client>().resource({
    attributes: {
      id: computed(string, { useStateForUnknown: true }),
      name: required(string, replacing),
      image_id: computed(string, { useStateForUnknown: true }),
      repo_digest: computed(string, { useStateForUnknown: true }),
      keep_locally: optional(bool),
      force_remove: optional(bool),
      pull_triggers: optional(set(string), replacing),
      triggers: optional(map(string), replacing),
      platform: defaulted(string, "", replacing),
    },
    blocks: {
      build: setNestedBlock({
        attributes: {
          context: required(string, replacing),
          dockerfile: defaulted(string, "Dockerfile", replacing),
          build_args: optional(map(string), replacing),
          labels: optional(map(string), replacing),
          label: optional(map(string)),
          tag: optional(list(string)),
          target: optional(string, replacing),
          no_cache: optional(bool, replacing),
          pull_parent: optional(bool, replacing),
          network_mode: optional(string, replacing),
          remove: defaulted(bool, true),
        },
        maxItems: 1,
      }),
    },
    timeoutSeconds: { create: 1200, update: 1200, delete: 1200 },

    async create({ name, platform, build }, { providerData: client }) {
      for (const one of build) await buildImage(client, name, one, buildFailure);
      return read(name, await inUse(client, name, platform));
    },
    async read(state, { providerData: client }) {
      const found = await asked("Error reading docker image list", findLocally(client, state.name));
      return found === undefined ? null : { ...state, ...read(state.name, found) };
    },
    async update({ name, platform }, { providerData: client }) {
      return read(name, await inUse(client, name, platform));
    },
    /** Deletes by name: a new image with that name is deleted, and not the one of this resource. */
    async delete({ name, keep_locally, force_remove }, { providerData: client }) {
      if (keep_locally === true) return;
      const removed = client.docker.getImage(name).remove({ force: force_remove === true });
      await asked("Unable to remove Docker image", unless([404], removed));
    },
  });

async function inUse(client: Client, name: string, platform: string): Promise<ImageInspectInfo> {
  try {
    return await findImage(client, name, platform);
  } catch (error) {
    throw new TerraformError(`Unable to read Docker image into resource: ${reasonOf(error)}`);
  }
}

/** The local image with that name, whatever the registry has. It is pulled only if there is none. */
export async function findImage(client: Client, name: string, platform = ""): Promise<ImageInspectInfo> {
  const local = await findLocally(client, name);
  if (local !== undefined) return local;
  const credentials = client.credentials.get(registryOf(name));
  try {
    const progress = await client.docker.pull(name, {
      ...(credentials !== undefined && { authconfig: credentials }),
      ...(platform !== "" && { platform }),
    });
    // A failure on the way is noticed only because the image is missing.
    await new Promise((resolve) => client.docker.modem.followProgress(progress, resolve));
  } catch (error) {
    throw new TerraformError(`unable to pull image ${name}: error pulling image ${name}: ${reasonOf(error)}`);
  }
  const pulled = await findLocally(client, name);
  if (pulled === undefined) throw new TerraformError(`unable to find or pull image ${name}`);
  return pulled;
}

function findLocally({ docker }: Client, name: string): Promise<ImageInspectInfo | undefined> {
  return unless([404], docker.getImage(name).inspect());
}

function read(name: string, found: ImageInspectInfo) {
  return { id: found.Id + name, image_id: found.Id, repo_digest: repoDigest(name, found.RepoDigests ?? []) };
}

function repoDigest(name: string, digests: readonly string[]): string {
  const repository = name.split(":")[0] ?? "";
  const [first = ""] = digests;
  return digests.length < 2 ? first : (digests.find((digest) => digest.startsWith(repository)) ?? first);
}

function registryOf(name: string): string {
  const [first = "", ...rest] = name.split("/");
  const isHost = rest.length > 1 || (rest.length === 1 && (/[.:]/.test(first) || first === "localhost"));
  return isHost ? first : "registry-1.docker.io";
}
