import type { Construct } from "constructs";
import { configLeaves } from "../hermes/managed-config";
import { BOT_TOKEN_VARIABLES } from "../hermes/platforms";
import type { Conflict } from "../rules/conflicts";
import type { AgentSubject } from "../rules/subject";
import { showValue } from "../support/errors";
import { ClaimRegistry } from "../support/registry";
import { identityOf } from "../support/terraform-values";
import { isUnresolved } from "../support/tokens";
import type { BoundTarget } from "../targets/target";
import { dataPlaces, type MountBeside, mountPlaces, type Stored } from "./places";
import { platformsInUse } from "./settings/messaging";
import { givenMounts } from "./settings/mounts";
import type { ProfileProps } from "./settings/profile-props";
import type { SecretVariable } from "./settings/secret-variable";

/**
 * Claims what only one agent can have, on any target. Returns what other agents have already claimed.
 *
 * @param beside what servers beside the agent mount, and the target itself
 */
export function claim(
  scope: Construct,
  target: BoundTarget,
  { name, settings, data, secrets, profiles }: AgentSubject,
  beside: readonly MountBeside[],
): readonly Conflict[] {
  const registry = ClaimRegistry.of(scope);
  const { path } = scope.node;

  const claims: Claim[] = [
    {
      what: "name",
      prop: "name",
      value: name,
      holder: registry.claim(`${target.engine} container ${name}`, path),
    },
  ];
  const users = [
    { user: path, uses: secretUses(settings, secrets), accounts: accountsOf(settings) },
    ...profiles.map(({ profile, prop, declared, secrets }) => ({
      user: `the profile ${profile} of ${path}`,
      uses: secretUses(declared, secrets, `${prop}.`),
      accounts: accountsOf(declared, `${prop}.`),
    })),
  ];
  for (const { user, uses, accounts } of users) {
    for (const { prop, value, account } of accounts) {
      const holder = registry.claim(`account ${account} ${identityOf(scope, value).toLowerCase()}`, user);
      if (holder !== user) claims.push({ what: "bot-token", prop, value: undefined, holder });
    }
    for (const { prop, value, bot } of uses) {
      // A bot belongs to its platform, so the engine does not matter; and a token is its bot's, whichever prop has it.
      const reference = identityOf(scope, value);
      const first = registry.claim(`secret ${reference}`, user);
      const owner = bot ? registry.claim(`bot ${reference}`, user) : registry.holderOf(`bot ${reference}`);
      const holder = bot ? (first ?? owner) : owner;
      if (holder !== user) claims.push({ what: "bot-token", prop, value: undefined, holder });
    }
  }
  const named = claims.flatMap(({ what, prop, value, holder }) =>
    holder === undefined ? [] : [{ what, prop, value: value && showValue(value), holder }],
  );
  const mounts = mountPlaces(scope, target, givenMounts(settings), beside);
  return [
    ...named,
    ...claimData(scope, dataPlaces(scope, target, data.source)),
    ...claimMounts(scope, mounts),
  ];
}

/** Data must not be where other agents have theirs, or where they can reach it. */
function claimData(scope: Construct, stored: readonly Stored[]): readonly Conflict[] {
  const { places } = ClaimRegistry.of(scope);
  const own = scope.node.path;
  const isOther = (user: string) => user !== own;
  const conflicts = stored.flatMap(({ prop, value, at }): Conflict[] => {
    const holder = first(at, (place) => places.find("data", place, ANYWHERE, isOther));
    if (holder !== undefined) return [{ what: "data", prop, value: showValue(value), holder }];
    const mounter = first(at, (place) => places.find("mount", place, ANYWHERE, isOther));
    if (mounter === undefined) return [];
    const problem = `${mounter} mounts it`;
    return [{ what: "data-mount", prop, value: showValue(value), holder: mounter, problem }];
  });
  for (const { at } of stored) for (const place of at) places.add("data", place, own);
  return conflicts;
}

/** Only what is inside its own data may be mounted a second time. */
function claimMounts(scope: Construct, mounts: readonly Stored[]): readonly Conflict[] {
  const { places } = ClaimRegistry.of(scope);
  const own = scope.node.path;
  const conflicts = mounts.flatMap(({ prop, value, at }): Conflict[] => {
    const other = first(at, (place) => places.find("data", place, ANYWHERE, (user) => user !== own));
    const holder =
      other ?? first(at, (place) => places.find("data", place, ["same", "below"], (user) => user === own));
    if (holder === undefined) return [];
    const problem =
      other === undefined
        ? "the agent's own data is there, and `data` mounts it"
        : `the data of ${other} is there`;
    return [{ what: "data-mount", prop, value: showValue(value), holder, problem }];
  });
  for (const { at } of mounts) for (const place of at) places.add("mount", place, own);
  return conflicts;
}

const ANYWHERE = ["same", "above", "below"] as const;

function first<Item, Found>(
  items: readonly Item[],
  find: (item: Item) => Found | undefined,
): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Claim {
  readonly what: Conflict["what"];
  readonly prop: string;
  /** Undefined if it must not be shown. */
  readonly value: string | undefined;
  /** The agent that claimed it first. */
  readonly holder: string | undefined;
}

interface SecretUse {
  readonly prop: string;
  readonly value: string;
  /** It is by this prop that the agent connects as a bot. */
  readonly bot: boolean;
}

/** Accounts on which only one agent can be, where the prop is no secret. */
function accountsOf({ messaging }: ProfileProps, at = "") {
  return platformsInUse(messaging).flatMap(({ name, platform, values }) =>
    Object.entries(platform.settings).flatMap(([prop, setting]) => {
      const value = values[prop];
      const isAccount = setting.kind === "text" && setting.oneAgent === true && typeof value === "string";
      return isAccount ? [{ account: setting.variable, prop: `${at}messaging.${name}.${prop}`, value }] : [];
    }),
  );
}

/** Wherever the agent is given something that may be a bot's token. */
function secretUses(
  { env = {}, config = {} }: ProfileProps,
  secrets: readonly SecretVariable[],
  at = "",
): readonly SecretUse[] {
  const known = secrets.flatMap(({ name, prop, value }) =>
    typeof value === "string" ? [{ prop, value, bot: BOT_TOKEN_VARIABLES.has(name) }] : [],
  );
  const others = [
    ...Object.entries(env).map(([name, value]) => [`${at}env.${name}`, value] as const),
    ...[...configLeaves(config)].map(([path, value]) => [`${at}config.${path.join(".")}`, value] as const),
  ].flatMap(([prop, value]) =>
    typeof value === "string" && isUnresolved(value) ? [{ prop, value, bot: false }] : [],
  );
  return [...known, ...others];
}
