import { REGISTRY_HOST } from "../../caprover-server/limits";
import {
  bool,
  computed,
  defaulted,
  required,
  string,
  TerraformError,
  writeOnly,
} from "../../terraform-plugin";
import type { Captain } from "../captain/client";
import { doOnce } from "../captain/do-once";
import { objectsAt, textAt } from "../captain/json";
import type { CaptainContext } from "../rollout/connection";
import { SecretDigests } from "../secrets/digests";
import { plannedVersion, secretVersion, settledVersion } from "../secrets/version";
import { resource } from "./definitions";

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

const REGISTRIES = "/user/registries";
/** CapRover tries to log in at the registry before it saves the account. */
const LONGEST_TRIAL_SECONDS = 60;

export async function listRegistries(captain: Captain, signal: AbortSignal): Promise<Registries> {
  const data = await captain.read(REGISTRIES, "list the registries", signal, "registries");
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

const isAccount = (found: Registry, { domain, image_prefix: prefix, username }: Account): boolean =>
  found.domain === domain && found.imagePrefix === prefix && found.user === username;

const bodyOf = ({ domain, image_prefix: prefix, username }: Account, password: string) => ({
  registryDomain: domain,
  registryImagePrefix: prefix,
  registryUser: username,
  registryPassword: password,
});

/** Only an apply knows for certain that there is none. */
function passwordOf({ password_wo: password }: { readonly password_wo: string | null }): string {
  if (password !== null && password !== "") return password;
  throw new TerraformError("password_wo is missing", { path: ["password_wo"] });
}

const registryDomain = (domain: string) =>
  REGISTRY_HOST.accepts(domain)
    ? undefined
    : `"${domain}" is no host of a registry, such as "ghcr.io" or "registry.example.com:5000", without https://`;

export const registryResource = resource({
  description: "An account of an image registry, with which CapRover pulls private images.",
  attributes: {
    domain: required(string, {
      description: "Host of the registry, such as `ghcr.io`.",
      validators: [registryDomain],
    }),
    image_prefix: defaulted(string, "", {
      description:
        "The account is for images whose name begins with this after the domain, such as a user of `ghcr.io`.",
    }),
    username: required(string, { description: "User name of the account." }),
    password_wo: writeOnly(string, {
      description: "Password or access token. CapRover tries to log in with it before it saves it.",
    }),
    password_wo_version: secretVersion("the password"),
    push: defaulted(bool, false, {
      description: "CapRover pushes the images that it builds to this registry.",
    }),
    id: computed(string, { useStateForUnknown: true, description: "CapRover's id of the account." }),
  },

  validateConfig({ password_wo: password }, { diagnostics }) {
    if (password === null || password === "")
      diagnostics.addError("password_wo is missing", { path: ["password_wo"] });
  },

  modifyPlan(_planned, { config, state: prior, privateState }) {
    const { password_wo: password, password_wo_version: version } = config;
    const isChanged = () =>
      typeof password === "string" && !SecretDigests.read(privateState).matches("password", password);
    return { password_wo_version: plannedVersion(version, prior?.password_wo_version ?? null, isChanged) };
  },

  async create(planned, context) {
    const { providerData, signal, config, privateState } = context;
    const { captain, coordination } = providerData;
    return coordination.inTurn(REGISTRIES, async () => {
      const before = new Set((await listRegistries(captain, signal)).all.map(({ id }) => id));
      const made = await doOnce(
        {
          call: `add registry "${planned.domain}"`,
          path: `${REGISTRIES}/insert`,
          body: { ...bodyOf(planned, passwordOf(config)), registryType: "REMOTE_REG" },
          longestSeconds: LONGEST_TRIAL_SECONDS,
          look: async () =>
            (await listRegistries(captain, signal)).all.find(
              (one) => isAccount(one, planned) && !before.has(one.id),
            ),
        },
        captain,
        signal,
      );
      await setPush(made.id, planned.push, context);
      SecretDigests.write(privateState, new Map([["password", made.password]]));
      return { id: made.id, password_wo_version: settledVersion(planned.password_wo_version) };
    });
  },

  async read(state, { providerData, signal, privateState }) {
    const { all, pushId } = await listRegistries(providerData.captain, signal);
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
    const { providerData, signal, config, state: prior, privateState } = context;
    const { captain, coordination } = providerData;
    const id = prior.id ?? "";
    const password = passwordOf(config);
    const body = { id, ...bodyOf(planned, password) };
    return coordination.inTurn(REGISTRIES, async () => {
      await captain.writeOrThrow(`${REGISTRIES}/update`, body, `change registry "${planned.domain}"`, signal);
      await setPush(id, planned.push, context);
      SecretDigests.write(privateState, new Map([["password", password]]));
      return { id, password_wo_version: settledVersion(planned.password_wo_version) };
    });
  },

  async delete({ id, domain }, context) {
    const { providerData, signal } = context;
    const { captain, coordination } = providerData;
    await coordination.inTurn(REGISTRIES, async () => {
      const { all } = await listRegistries(captain, signal);
      if (id === null || !all.some((one) => one.id === id)) return;
      await setPush(id, false, context);
      await captain.writeOrThrow(
        `${REGISTRIES}/delete`,
        { registryId: id },
        `delete registry "${domain}"`,
        signal,
      );
    });
  },

  async importState(id, { providerData, signal, privateState }) {
    const { all, pushId } = await listRegistries(providerData.captain, signal);
    const [found, ...more] = all.filter((one) => one.id === id || one.domain === id);
    if (found === undefined) throw new TerraformError(`There is no registry with the id or domain "${id}"`);
    if (more.length > 0) {
      const accounts = [found, ...more].map((one) => `${one.id} (${one.user}, prefix "${one.imagePrefix}")`);
      throw new TerraformError(`There are ${accounts.length} accounts of "${id}": import one by its id`, {
        detail: `There are: ${accounts.join(", ")}.`,
      });
    }
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

/** CapRover pushes builds to the first registry that is added, whether that is wanted or not. */
async function setPush(id: string, push: boolean, { providerData, signal }: CaptainContext): Promise<void> {
  const { pushId } = await listRegistries(providerData.captain, signal);
  if (push === (pushId === id)) return;
  await providerData.captain.writeOrThrow(
    `${REGISTRIES}/setpush`,
    { registryId: push ? id : "" },
    "set the registry that builds go to",
    signal,
  );
}
