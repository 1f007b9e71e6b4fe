/** The chat platforms that Hermes connects to. A row holds all that this library knows about a platform. */
import { BLUEBUBBLES } from "./platforms/bluebubbles";
import { DINGTALK } from "./platforms/dingtalk";
import { DISCORD } from "./platforms/discord";
import { EMAIL } from "./platforms/email";
import { FEISHU } from "./platforms/feishu";
import { GOOGLE_CHAT } from "./platforms/google-chat";
import { MICROSOFT_GRAPH } from "./platforms/graph";
import { HOME_ASSISTANT } from "./platforms/home-assistant";
import { IRC } from "./platforms/irc";
import { LINE } from "./platforms/line";
import { MATRIX } from "./platforms/matrix";
import { MATTERMOST } from "./platforms/mattermost";
import { NTFY } from "./platforms/ntfy";
import { PHOTON } from "./platforms/photon";
import { QQ } from "./platforms/qq";
import { RAFT } from "./platforms/raft";
import type { Listener, Platform } from "./platforms/row";
import { SIGNAL } from "./platforms/signal";
import { SIMPLEX } from "./platforms/simplex";
import { SLACK } from "./platforms/slack";
import { SMS } from "./platforms/sms";
import { TEAMS } from "./platforms/teams";
import { TELEGRAM } from "./platforms/telegram";
import { WEBHOOK } from "./platforms/webhook";
import { WECOM } from "./platforms/wecom";
import { WECOM_CALLBACK } from "./platforms/wecom-callback";
import { WEIXIN } from "./platforms/weixin";
import { WHATSAPP } from "./platforms/whatsapp";
import { WHATSAPP_CLOUD } from "./platforms/whatsapp-cloud";
import { YUANBAO } from "./platforms/yuanbao";
import { NOBODY, offVariables, type PortSetting, type Setting } from "./settings";

export type { Listener, Platform };

/** The variables that let people in on whichever platform, each with the value that keeps them out. */
export const EVERY_PLATFORM_SHUT: Readonly<Record<string, string>> = {
  GATEWAY_ALLOWED_USERS: NOBODY,
  GATEWAY_ALLOW_ALL_USERS: "false",
};

export const PLATFORMS = {
  /** Connects by Socket Mode: no inbound port. @default - what `hermes setup` wrote to the volume */
  slack: SLACK,
  /** Connects by polling, without an inbound port, or by a webhook. @default - what `hermes setup` wrote to the volume */
  telegram: TELEGRAM,
  /** The gateway opens the connection: no inbound port. @default - what `hermes setup` wrote to the volume */
  discord: DISCORD,
  /** A linked device, which somebody pairs once: no inbound port. @default - what `hermes setup` wrote to the volume */
  whatsapp: WHATSAPP,
  /** Meta calls a webhook. @default - what `hermes setup` wrote to the volume */
  whatsappCloud: WHATSAPP_CLOUD,
  /** The gateway calls a signal-cli daemon: no inbound port. @default - what `hermes setup` wrote to the volume */
  signal: SIGNAL,
  /** The gateway opens the connection: no inbound port. @default - what `hermes setup` wrote to the volume */
  matrix: MATRIX,
  /** The gateway opens the connection: no inbound port. @default - what `hermes setup` wrote to the volume */
  mattermost: MATTERMOST,
  /** The gateway reads a mailbox: no inbound port. @default - what `hermes setup` wrote to the volume */
  email: EMAIL,
  /** Twilio calls a webhook. @default - what `hermes setup` wrote to the volume */
  sms: SMS,
  /** Microsoft calls a webhook. @default - what `hermes setup` wrote to the volume */
  teams: TEAMS,
  /** Microsoft Graph calls a webhook. @default - what `hermes setup` wrote to the volume */
  microsoftGraph: MICROSOFT_GRAPH,
  /** The gateway reads Pub/Sub, or Google calls the API server. @default - what `hermes setup` wrote to the volume */
  googleChat: GOOGLE_CHAT,
  /** LINE calls a webhook. @default - what `hermes setup` wrote to the volume */
  line: LINE,
  /** The gateway opens the connection: no inbound port. @default - what `hermes setup` wrote to the volume */
  homeAssistant: HOME_ASSISTANT,
  /** The gateway opens the connection: no inbound port. @default - what `hermes setup` wrote to the volume */
  ntfy: NTFY,
  /** Webhooks of any service. @default - what `hermes setup` wrote to the volume */
  webhook: WEBHOOK,
  /** The gateway opens the connection: no inbound port. @default - what `hermes setup` wrote to the volume */
  dingtalk: DINGTALK,
  /** The gateway opens the connection, or Feishu calls a webhook. @default - what `hermes setup` wrote to the volume */
  feishu: FEISHU,
  /** The gateway opens the connection: no inbound port. @default - what `hermes setup` wrote to the volume */
  wecom: WECOM,
  /** WeCom calls a webhook. @default - what `hermes setup` wrote to the volume */
  wecomCallback: WECOM_CALLBACK,
  /** Connects by polling: no inbound port. @default - what `hermes setup` wrote to the volume */
  weixin: WEIXIN,
  /** A BlueBubbles server calls a webhook. @default - what `hermes setup` wrote to the volume */
  bluebubbles: BLUEBUBBLES,
  /** A helper opens the connection: no inbound port. @default - what `hermes setup` wrote to the volume */
  photon: PHOTON,
  /** The gateway opens the connection: no inbound port. @default - what `hermes setup` wrote to the volume */
  qq: QQ,
  /** The gateway opens the connection: no inbound port. @default - what `hermes setup` wrote to the volume */
  yuanbao: YUANBAO,
  /** The gateway opens the connection: no inbound port. @default - what `hermes setup` wrote to the volume */
  irc: IRC,
  /** The gateway calls a simplex-chat daemon: no inbound port. @default - what `hermes setup` wrote to the volume */
  simplex: SIMPLEX,
  /** A bridge in the container wakes the gateway: no inbound port. @default - what `hermes setup` wrote to the volume */
  raft: RAFT,
} as const satisfies Readonly<Record<string, Platform>>;

/** By their names as props. */
export const PLATFORM_ROWS: readonly (readonly [string, Platform])[] = Object.entries<Platform>(PLATFORMS);

/** What Hermes calls the platform of a prop. */
export function hermesName(prop: string): string {
  return PLATFORM_ROWS.find(([name]) => name === prop)?.[1].hermes ?? prop;
}

/** Platforms that can be called from outside, by their names as props. */
export type ListenerName = {
  [Name in keyof typeof PLATFORMS]: (typeof PLATFORMS)[Name] extends { listens: Listener } ? Name : never;
}[keyof typeof PLATFORMS];

export const LISTENER_NAMES: readonly ListenerName[] = keysOf(PLATFORMS).filter(isListener);

function isListener(name: keyof typeof PLATFORMS): name is ListenerName {
  return "listens" in PLATFORMS[name];
}

function keysOf<Row extends object>(row: Row): (keyof Row)[];
function keysOf(row: object): string[] {
  return Object.keys(row);
}

/** The setting of the port on which it listens. */
export function portOf({ settings }: Platform): (PortSetting & { readonly prop: string }) | undefined {
  return Object.entries(settings)
    .flatMap(([prop, setting]) => (setting.kind === "port" ? [{ ...setting, prop }] : []))
    .at(0);
}

/** Variables of the tokens by which one agent only can connect. */
export const BOT_TOKEN_VARIABLES: ReadonlySet<string> = new Set(
  PLATFORM_ROWS.flatMap(([, { settings }]) =>
    Object.values(settings).flatMap((row) => (row.kind === "secret" && row.oneAgent ? [row.variable] : [])),
  ),
);

/** Every variable that a platform's row sets beside those of its settings. */
export function furtherVariables({ settings, on = {} }: Platform): readonly string[] {
  return [
    ...Object.keys(on),
    ...Object.values<Setting>(settings).flatMap((setting) => Object.keys(setting.with ?? {})),
  ];
}

/** Whether a variable with that value only keeps somebody out, or takes away what the volume says. */
export function isOff(variable: string, value: string): boolean {
  return value === "" || SHUT.get(variable) === value;
}

const SHUT: ReadonlyMap<string, string> = new Map(
  [
    EVERY_PLATFORM_SHUT,
    ...PLATFORM_ROWS.flatMap(([, { settings, shut }]) => [
      shut,
      ...Object.values(settings).map(offVariables),
    ]),
  ].flatMap((row) => Object.entries(row)),
);
