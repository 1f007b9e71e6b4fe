import { REGISTRY_HOST } from "../../caprover-server/limits";
import {
  bool,
  computed,
  defaulted,
  isKnown,
  required,
  string,
  TerraformError,
  UNKNOWN,
  writeOnly,
} from "../../terraform-plugin";
import type { Captain } from "../captain/client";
import { doOnce } from "../captain/do-once";
import { objectsAt, textAt } from "../captain/json";
import type { CaptainContext, Connection } from "../rollout/connection";
import { SecretDigests } from "../secrets/digests";
import {
  plannedVersion,
  type SecretAtPlan,
  secretVersion,
  settledVersion,
  warnOfHidden,
} from "../secrets/version";
import { resource } from "./definitions";
import { alreadyThere, planToCreate, planToDestroy, type Thing } from "./existing";
import { parseImportId } from "./import-id";

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

const thingOf = ({ domain, image_prefix: prefix, username }: Account): Thing => ({
  type: "caprover_registry",
  key: JSON.stringify([domain, prefix, username]),
  called: `registry account "${username}" of ${domain}`,
  attribute: "domain",
});

/** @returns undefined while a part of it is unknown */
function accountIn(draft: { readonly [K in keyof Account]: unknown }): Account | undefined {
  const { domain, image_prefix: prefix, username } = draft;
  const isWhole = typeof domain === "string" && typeof prefix === "string" && typeof username === "string";
  return isWhole ? { domain, image_prefix: prefix, username } : undefined;
}

/**
 * CapRover has no place for a mark in an account. So one that is there is never taken: nobody can tell whose it is.
 *
 * @throws TerraformError when there is the same account
 */
function checkNew(all: readonly Registry[], account: Account): void {
  const same = all.filter((one) => isAccount(one, account));
  if (same.length === 0) return;
  throw alreadyThere(
    thingOf(account),
    same.map(({ id }) => id),
    "It may be somebody else's.",
  );
}

const bodyOf = ({ domain, image_prefix: prefix, username }: Account, password: string) => ({
  registryDomain: domain,
  registryImagePrefix: prefix,
  registryUser: username,
  registryPassword: password,
});

/** A plan that is only looked at needs no password. */
function passwordOf({ password_wo: password }: { readonly password_wo: string | null }): string {
  if (password !== null) return password;
  throw new TerraformError("password_wo is missing", {
    detail: "CapRover has no password for this account yet.",
    path: ["password_wo"],
  });
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
      description:
        "Password or access token. CapRover tries to log in with it before it saves it. Without it the saved one stays, such as where a plan is only looked at and no secret is at hand.",
      validators: [(password) => (password === "" ? "it is empty" : undefined)],
    }),
    password_wo_version: secretVersion("the password"),
    push: defaulted(bool, false, {
      description: "CapRover pushes the images that it builds to this registry.",
    }),
    id: computed(string, { useStateForUnknown: true, description: "CapRover's id of the account." }),
  },

  async modifyPlan(planned, { config, state: prior, privateState, diagnostics, providerData, signal }) {
    await planAccount(planned, prior, providerData, signal);
    const { password_wo: password, password_wo_version: configured } = config;
    const secret: SecretAtPlan = {
      name: "password_wo",
      path: ["password_wo_version"],
      configured,
      prior: prior?.password_wo_version ?? null,
      isChanged() {
        if (!isKnown(password)) return UNKNOWN;
        return password !== null && !SecretDigests.read(privateState).matches("password", password);
      },
    };
    warnOfHidden(secret, diagnostics);
    return { password_wo_version: plannedVersion(secret) };
  },

  planDestroy(state, { providerData }) {
    planToDestroy(thingOf(state), providerData.coordination);
  },

  async create(planned, context) {
    const { providerData, signal, config, privateState } = context;
    const { captain, coordination } = providerData;
    return coordination.inTurn(REGISTRIES, async () => {
      const { all } = await listRegistries(captain, signal);
      checkNew(all, planned);
      const before = new Set(all.map(({ id }) => id));
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
      return { id: made.id, password_wo_version: settledVersion(planned.password_wo_version, null) };
    });
  },

  async read(state, { providerData, signal, privateState }) {
    providerData.coordination.lives.hold(thingOf(state));
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
    const isSent = planned.password_wo_version !== prior.password_wo_version;
    return coordination.inTurn(REGISTRIES, async () => {
      const saved = (await listRegistries(captain, signal)).all.find((one) => one.id === id)?.password;
      const given = isSent ? config.password_wo : null;
      const password = given ?? saved ?? passwordOf(config);
      const body = { id, ...bodyOf(planned, password) };
      await captain.writeOrThrow(`${REGISTRIES}/update`, body, `change registry "${planned.domain}"`, signal);
      await setPush(id, planned.push, context);
      SecretDigests.write(privateState, new Map([["password", password]]));
      const version = settledVersion(planned.password_wo_version, prior.password_wo_version);
      return { id, password_wo_version: version };
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
    if (found === undefined) {
      parseImportId(id, "the registry's domain or id", []);
      throw new TerraformError(`There is no registry with the id or domain "${id}"`);
    }
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

async function planAccount(
  planned: { readonly [K in keyof Account]: unknown },
  prior: Account | null,
  connection: Connection,
  signal: AbortSignal,
): Promise<void> {
  const { coordination, isConfigured } = connection;
  if (prior !== null) return coordination.lives.hold(thingOf(prior));
  const account = accountIn(planned);
  if (account === undefined) return;
  planToCreate(thingOf(account), coordination);
  const isNew = isConfigured && !coordination.lives.isHeld(thingOf(account));
  if (isNew) checkNew((await listRegistries(connection.captain, signal)).all, account);
}

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
