import { bool, computed, defaulted, required, string, TerraformError, writeOnly } from "../terraform-plugin";
import { isDone } from "./api-status";
import type { Captain } from "./captain";
import { refusal } from "./captain-errors";
import { type CaptainContext, resource } from "./definitions";
import { objectsAt, textAt } from "./json";
import { SecretDigests } from "./secret-digests";
import { plannedVersion, secretVersion, settledVersion } from "./secret-version";

interface Registry {
  readonly id: string;
  readonly domain: string;
  readonly imagePrefix: string;
  readonly user: string;
  readonly password: string;
}
interface Registries {
  readonly all: readonly Registry[];
  readonly pushId: string;
}

const ATTEMPTS = 4;

export async function listRegistries(captain: Captain, signal: AbortSignal): Promise<Registries> {
  const data = await captain.readList("/user/registries", "registries", "list the registries", signal);
  const all = objectsAt(data, "registries").map((one) => ({
    id: textAt(one, "id"),
    domain: textAt(one, "registryDomain"),
    imagePrefix: textAt(one, "registryImagePrefix"),
    user: textAt(one, "registryUser"),
    password: textAt(one, "registryPassword"),
  }));
  return { all, pushId: textAt(data, "defaultPushRegistryId") };
}

interface Account {
  readonly domain: string;
  readonly image_prefix: string;
  readonly username: string;
}
const bodyOf = ({ domain, image_prefix: prefix, username }: Account, password: string) => ({
  registryDomain: domain,
  registryImagePrefix: prefix,
  registryUser: username,
  registryPassword: password,
});

export const registryResource = resource({
  description: "An account of an image registry, with which CapRover pulls private images.",
  attributes: {
    domain: required(string, { description: "Such as `ghcr.io`." }),
    image_prefix: defaulted(string, "", {
      description: "The account is for images below it, such as the user of `ghcr.io`.",
    }),
    username: required(string),
    password_wo: writeOnly(string, {
      description: "Password or access token; CapRover tries it before it saves it.",
    }),
    password_wo_version: secretVersion("the password"),
    push: defaulted(bool, false, { description: "CapRover pushes what it builds there." }),
    id: computed(string, { keepPrior: true }),
  },

  validate({ password_wo: password }, { error }) {
    if (password === null) error("password_wo is missing", { at: ["password_wo"] });
  },

  modifyPlan(_planned, { config, prior, privateState }) {
    const { password_wo: password, password_wo_version: version } = config;
    const isChanged = () =>
      typeof password === "string" && !SecretDigests.read(privateState).matches("password", password);
    return { password_wo_version: plannedVersion(version, prior?.password_wo_version ?? null, isChanged) };
  },

  async create(planned, context) {
    const { client, signal, config } = context;
    const { captain } = client;
    const before = new Set((await listRegistries(captain, signal)).all.map(({ id }) => id));
    const call = `add registry "${planned.domain}"`;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const body = { ...bodyOf(planned, config.password_wo ?? ""), registryType: "REMOTE_REG" };
      const outcome = await captain.write("POST", "/user/registries/insert", body, signal);
      if (outcome.kind === "answer" && !isDone(outcome.status)) throw refusal({ call, ...outcome });
      if (outcome.kind === "uncertain") await captain.clock.sleep(attempt, signal);
      const { all } = await listRegistries(captain, signal);
      const made = all.find((one) => one.domain === planned.domain && !before.has(one.id));
      if (made === undefined) continue;
      await setPush(made.id, planned.push, context);
      SecretDigests.write(context.privateState, new Map([["password", made.password]]));
      return { id: made.id, password_wo_version: settledVersion(planned.password_wo_version) };
    }
    throw new TerraformError(`It is not known whether CapRover did ${call}`);
  },

  async read(state, { client, signal, privateState }) {
    const { all, pushId } = await listRegistries(client.captain, signal);
    const found = all.find(({ id }) => id === state.id);
    if (found === undefined) return null;
    const isOurs = SecretDigests.read(privateState).matches("password", found.password);
    return {
      ...state,
      domain: found.domain,
      image_prefix: found.imagePrefix,
      username: found.user,
      password_wo_version: isOurs ? state.password_wo_version : 0,
      push: pushId === found.id,
    };
  },

  async update(planned, context) {
    const { client, signal, config, prior } = context;
    const id = prior.id ?? "";
    const password = config.password_wo ?? "";
    const call = `change registry "${planned.domain}"`;
    await client.captain.writeOrThrow(
      "/user/registries/update",
      { id, ...bodyOf(planned, password) },
      call,
      signal,
    );
    await setPush(id, planned.push, context);
    SecretDigests.write(context.privateState, new Map([["password", password]]));
    return { id, password_wo_version: settledVersion(planned.password_wo_version) };
  },

  async delete({ id, domain }, context) {
    const { client, signal } = context;
    const { all } = await listRegistries(client.captain, signal);
    if (id === null || !all.some((one) => one.id === id)) return;
    await setPush(id, false, context);
    await client.captain.writeOrThrow(
      "/user/registries/delete",
      { registryId: id },
      `delete registry "${domain}"`,
      signal,
    );
  },

  async import(id, { client, signal, privateState }) {
    const { all, pushId } = await listRegistries(client.captain, signal);
    const found = all.find((one) => one.id === id || one.domain === id);
    if (found === undefined) throw new TerraformError(`There is no registry with the id or domain "${id}"`);
    SecretDigests.write(privateState, new Map([["password", found.password]]));
    return {
      id: found.id,
      domain: found.domain,
      image_prefix: found.imagePrefix,
      username: found.user,
      password_wo_version: 1,
      push: pushId === found.id,
    };
  },
});

/** CapRover makes the first registry the one that builds go to, whether that is wanted or not. */
async function setPush(id: string, push: boolean, { client, signal }: CaptainContext): Promise<void> {
  const { pushId } = await listRegistries(client.captain, signal);
  if (push === (pushId === id)) return;
  await client.captain.writeOrThrow(
    "/user/registries/setpush",
    { registryId: push ? id : "" },
    "set the registry that builds go to",
    signal,
  );
}
