import { PLATFORM_ROWS, type PLATFORMS, type Platform } from "../../hermes/platforms";
import type { AllowListSetting } from "../../hermes/settings";
import type { AllowedUsers, PropsOf, SettingValues } from "./props-of-settings";

/** The name of a chat platform, as a prop of `messaging`. */
export type PlatformName = keyof typeof PLATFORMS;

/** The tokens of a platform's bot, and who may talk to it. */
export type PlatformProps<Name extends PlatformName> = PropsOf<(typeof PLATFORMS)[Name]["settings"]>;

/** The chat platforms that the agent connects to. */
export type MessagingProps = {
  readonly [Name in keyof typeof PLATFORMS]?: PlatformProps<Name>;
};

export interface PlatformInUse {
  readonly name: string;
  readonly platform: Platform;
  readonly values: SettingValues;
}

/** The platforms that were given, in the order of the table. */
export function platformsInUse(messaging: MessagingProps = {}): readonly PlatformInUse[] {
  const given: Readonly<Record<string, SettingValues | undefined>> = messaging;
  return PLATFORM_ROWS.flatMap(([name, platform]) => {
    const values = given[name];
    return values === undefined ? [] : [{ name, platform, values }];
  });
}

/** Ports that platforms take for themselves on the loopback, each with its prop. */
export function loopbackPortsOf(
  messaging: MessagingProps | undefined,
): readonly { readonly prop: string; readonly port: number }[] {
  return platformsInUse(messaging).flatMap(({ name, platform }) =>
    (platform.loopbackPorts ?? []).map((port) => ({ prop: `messaging.${name}`, port })),
  );
}

/** A platform that listens at the name under which it makes itself known has to find itself there. */
export function ownHostNames(
  messaging: MessagingProps | undefined,
): readonly { readonly name: string; readonly prop: string }[] {
  return platformsInUse(messaging).flatMap(({ name: platform, platform: { listens }, values }) => {
    const name = listens?.ownName === undefined ? undefined : values[listens.ownName];
    return typeof name === "string" ? [{ name, prop: `messaging.${platform}.${listens?.ownName}` }] : [];
  });
}

export interface AllowList {
  /** The whole path of the prop. */
  readonly prop: string;
  readonly users: AllowedUsers;
  readonly setting: AllowListSetting;
}

/** Who may talk to the agent on that platform; a list that is left out has nobody on it. */
export function allowListsOf({ name, platform, values }: PlatformInUse): readonly AllowList[] {
  return Object.entries(platform.settings).flatMap(([prop, setting]) => {
    if (setting.kind !== "allow-list") return [];
    const users = values[prop] ?? [];
    const known = users === "everyone" || typeof users === "object";
    return known ? [{ prop: `messaging.${name}.${prop}`, users, setting }] : [];
  });
}
