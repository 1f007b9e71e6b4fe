/** The platforms written out, so that a mistake in their table is noticed, and values for their props. */
import type { TerraformStack } from "cdktf";
import type { PlatformName } from "../../lib";
import { secretOf } from "../agents";

const UUID = "00000000-0000-4000-8000-00000000000a";

/** Written out here, so that a mistake in the table is noticed. A new platform needs a case. */
export const CASES: { readonly [Name in PlatformName]: PlatformCase } = {
  slack: {
    hermes: "slack",
    secrets: { botToken: "SLACK_BOT_TOKEN", appToken: "SLACK_APP_TOKEN" },
    people: ["SLACK_ALLOWED_USERS", "SLACK_ALLOW_ALL_USERS", "U012AB3CD", "U4"],
  },
  telegram: {
    hermes: "telegram",
    secrets: { botToken: "TELEGRAM_BOT_TOKEN" },
    people: ["TELEGRAM_ALLOWED_USERS", "TELEGRAM_ALLOW_ALL_USERS", "123456789", "1"],
    lists: {
      allowedGroupUsers: ["TELEGRAM_GROUP_ALLOWED_USERS", "7"],
      allowedGroups: ["TELEGRAM_GROUP_ALLOWED_CHATS", "-1001234567890"],
    },
    optional: { webhookUrl: ["TELEGRAM_WEBHOOK_URL", "https://hermes.example/telegram"] },
    optionalSecrets: { webhookSecret: "TELEGRAM_WEBHOOK_SECRET" },
    port: ["TELEGRAM_WEBHOOK_PORT", 8443, "webhookPort"],
  },
  discord: {
    hermes: "discord",
    secrets: { botToken: "DISCORD_BOT_TOKEN" },
    people: ["DISCORD_ALLOWED_USERS", "DISCORD_ALLOW_ALL_USERS", "81384788765712384", "ada"],
    lists: { allowedRoles: ["DISCORD_ALLOWED_ROLES", "81384788765712385"] },
  },
  whatsapp: {
    hermes: "whatsapp",
    people: ["WHATSAPP_ALLOWED_USERS", "WHATSAPP_ALLOW_ALL_USERS", "+4915550100", "4915550101"],
    places: { allowedGroups: ["WHATSAPP_GROUP_ALLOWED_USERS", "120363000000000000@g.us"] },
    optional: { mode: ["WHATSAPP_MODE", "bot"] },
    sets: { WHATSAPP_ENABLED: "true", WHATSAPP_GROUP_POLICY: "allowlist" },
  },
  whatsappCloud: {
    hermes: "whatsapp_cloud",
    secrets: {
      accessToken: "WHATSAPP_CLOUD_ACCESS_TOKEN",
      appSecret: "WHATSAPP_CLOUD_APP_SECRET",
      verifyToken: "WHATSAPP_CLOUD_VERIFY_TOKEN",
    },
    further: { phoneNumberId: ["WHATSAPP_CLOUD_PHONE_NUMBER_ID", "100000000000000"] },
    people: ["WHATSAPP_CLOUD_ALLOWED_USERS", "WHATSAPP_CLOUD_ALLOW_ALL_USERS", "4915550100"],
    sets: { WHATSAPP_CLOUD_WEBHOOK_HOST: "0.0.0.0" },
    port: ["WHATSAPP_CLOUD_WEBHOOK_PORT", 8090, "port"],
  },
  signal: {
    hermes: "signal",
    further: {
      httpUrl: ["SIGNAL_HTTP_URL", "http://signal:8080"],
      account: ["SIGNAL_ACCOUNT", "+4915550100"],
    },
    people: ["SIGNAL_ALLOWED_USERS", "SIGNAL_ALLOW_ALL_USERS", "+4915550101", UUID],
    places: { allowedGroups: ["SIGNAL_GROUP_ALLOWED_USERS", "*"] },
  },
  matrix: {
    hermes: "matrix",
    further: { homeserver: ["MATRIX_HOMESERVER", "https://matrix.example"] },
    optionalSecrets: { accessToken: "MATRIX_ACCESS_TOKEN", recoveryKey: "MATRIX_RECOVERY_KEY" },
    alternative: { password: "MATRIX_PASSWORD" },
    alternativeTo: "accessToken",
    bot: "accessToken",
    optional: {
      userId: ["MATRIX_USER_ID", "@hermes:matrix.example"],
      deviceId: ["MATRIX_DEVICE_ID", "HERMES01"],
      encryption: ["MATRIX_E2EE_MODE", "required"],
    },
    people: ["MATRIX_ALLOWED_USERS", "MATRIX_ALLOW_ALL_USERS", "@ada:matrix.example"],
    places: { allowedRooms: ["MATRIX_ALLOWED_ROOMS", "!room:matrix.example"] },
  },
  mattermost: {
    hermes: "mattermost",
    secrets: { token: "MATTERMOST_TOKEN" },
    further: { url: ["MATTERMOST_URL", "https://chat.example"] },
    people: ["MATTERMOST_ALLOWED_USERS", "MATTERMOST_ALLOW_ALL_USERS", "3uo8dkh1p7g1mfk49ear5fzs5c"],
    places: { allowedChannels: ["MATTERMOST_ALLOWED_CHANNELS", "4uo8dkh1p7g1mfk49ear5fzs5c"] },
  },
  email: {
    hermes: "email",
    secrets: { password: "EMAIL_PASSWORD" },
    further: {
      address: ["EMAIL_ADDRESS", "hermes@example.com"],
      imapHost: ["EMAIL_IMAP_HOST", "imap.example.com"],
      smtpHost: ["EMAIL_SMTP_HOST", "smtp.example.com"],
    },
    optional: {
      imapPort: ["EMAIL_IMAP_PORT", 1993],
      smtpPort: ["EMAIL_SMTP_PORT", 465],
      authservId: ["EMAIL_AUTHSERV_ID", "mx.example.com"],
    },
    people: ["EMAIL_ALLOWED_USERS", "EMAIL_ALLOW_ALL_USERS", "ada@example.com"],
  },
  sms: {
    hermes: "sms",
    secrets: { authToken: "TWILIO_AUTH_TOKEN" },
    further: {
      accountSid: ["TWILIO_ACCOUNT_SID", `AC${"0".repeat(32)}`],
      phoneNumber: ["TWILIO_PHONE_NUMBER", "+15550100"],
      webhookUrl: ["SMS_WEBHOOK_URL", "https://hermes.example/webhooks/twilio"],
    },
    people: ["SMS_ALLOWED_USERS", "SMS_ALLOW_ALL_USERS", "+15550101"],
    sets: { SMS_WEBHOOK_HOST: "0.0.0.0" },
    port: ["SMS_WEBHOOK_PORT", 8080, "port"],
  },
  teams: {
    hermes: "teams",
    secrets: { clientSecret: "TEAMS_CLIENT_SECRET" },
    further: { clientId: ["TEAMS_CLIENT_ID", UUID], tenantId: ["TEAMS_TENANT_ID", UUID] },
    people: ["TEAMS_ALLOWED_USERS", "TEAMS_ALLOW_ALL_USERS", UUID],
    port: ["TEAMS_PORT", 3978, "port"],
  },
  microsoftGraph: {
    hermes: "msgraph_webhook",
    secrets: { clientState: "MSGRAPH_WEBHOOK_CLIENT_STATE" },
    furtherLists: { allowedSourceNetworks: ["MSGRAPH_WEBHOOK_ALLOWED_SOURCE_CIDRS", "172.17.0.0/16"] },
    optionalLists: {
      acceptedResources: ["MSGRAPH_WEBHOOK_ACCEPTED_RESOURCES", "communications/onlineMeetings"],
    },
    sets: { MSGRAPH_WEBHOOK_ENABLED: "true" },
    shared: true,
    port: ["MSGRAPH_WEBHOOK_PORT", 8646, "port"],
  },
  googleChat: {
    hermes: "google_chat",
    secrets: { serviceAccountKey: "GOOGLE_CHAT_SERVICE_ACCOUNT_JSON" },
    optional: { subscription: ["GOOGLE_CHAT_SUBSCRIPTION_NAME", "projects/p/subscriptions/s"] },
    elsewhere: ["GOOGLE_CHAT_HTTP_EVENTS_URL", "GOOGLE_CHAT_HTTP_EVENTS_SERVICE_ACCOUNT_EMAIL"],
    people: ["GOOGLE_CHAT_ALLOWED_USERS", "GOOGLE_CHAT_ALLOW_ALL_USERS", "ada@example.com"],
  },
  line: {
    hermes: "line",
    secrets: { channelAccessToken: "LINE_CHANNEL_ACCESS_TOKEN", channelSecret: "LINE_CHANNEL_SECRET" },
    optional: { publicUrl: ["LINE_PUBLIC_URL", "https://line.example"] },
    people: ["LINE_ALLOWED_USERS", "LINE_ALLOW_ALL_USERS", `U${"a".repeat(32)}`],
    places: {
      allowedGroups: ["LINE_ALLOWED_GROUPS", `C${"a".repeat(32)}`],
      allowedRooms: ["LINE_ALLOWED_ROOMS", `R${"a".repeat(32)}`],
    },
    sets: { LINE_HOST: "0.0.0.0" },
    port: ["LINE_PORT", 8646, "port"],
  },
  homeAssistant: {
    hermes: "homeassistant",
    secrets: { token: "HASS_TOKEN" },
    further: { url: ["HASS_URL", "http://homeassistant.lan:8123"] },
  },
  ntfy: {
    hermes: "ntfy",
    secrets: { token: "NTFY_TOKEN" },
    further: { topic: ["NTFY_TOPIC", "hermes-in"] },
    optional: {
      serverUrl: ["NTFY_SERVER_URL", "https://ntfy.example"],
      publishTopic: ["NTFY_PUBLISH_TOPIC", "hermes-out"],
    },
    people: ["NTFY_ALLOWED_USERS", "NTFY_ALLOW_ALL_USERS", "hermes-in"],
    shared: true,
  },
  webhook: {
    hermes: "webhook",
    secrets: { secret: "WEBHOOK_SECRET" },
    sets: { WEBHOOK_ENABLED: "true" },
    shared: true,
    port: ["WEBHOOK_PORT", 8644, "port"],
  },
  dingtalk: {
    hermes: "dingtalk",
    secrets: { clientSecret: "DINGTALK_CLIENT_SECRET" },
    further: { clientId: ["DINGTALK_CLIENT_ID", "ding1"] },
    people: ["DINGTALK_ALLOWED_USERS", "DINGTALK_ALLOW_ALL_USERS", "$:LWCP_v1:$abc"],
    places: { allowedChats: ["DINGTALK_ALLOWED_CHATS", "cid1"] },
  },
  feishu: {
    hermes: "feishu",
    secrets: { appSecret: "FEISHU_APP_SECRET" },
    further: { appId: ["FEISHU_APP_ID", "cli_1"] },
    optional: { domain: ["FEISHU_DOMAIN", "lark"] },
    optionalSecrets: { verificationToken: "FEISHU_VERIFICATION_TOKEN" },
    people: ["FEISHU_ALLOWED_USERS", "FEISHU_ALLOW_ALL_USERS", "ou_1"],
    sets: { FEISHU_CONNECTION_MODE: "webhook", FEISHU_WEBHOOK_HOST: "0.0.0.0" },
    port: ["FEISHU_WEBHOOK_PORT", 8765, "port"],
  },
  wecom: {
    hermes: "wecom",
    secrets: { secret: "WECOM_SECRET" },
    further: { botId: ["WECOM_BOT_ID", "aib1"] },
    people: ["WECOM_ALLOWED_USERS", "WECOM_ALLOW_ALL_USERS", "ada"],
  },
  wecomCallback: {
    hermes: "wecom_callback",
    secrets: {
      corpSecret: "WECOM_CALLBACK_CORP_SECRET",
      token: "WECOM_CALLBACK_TOKEN",
      encodingAesKey: "WECOM_CALLBACK_ENCODING_AES_KEY",
    },
    further: { corpId: ["WECOM_CALLBACK_CORP_ID", "ww1"], agentId: ["WECOM_CALLBACK_AGENT_ID", "1000002"] },
    people: ["WECOM_CALLBACK_ALLOWED_USERS", "WECOM_CALLBACK_ALLOW_ALL_USERS", "ada"],
    sets: { WECOM_CALLBACK_HOST: "0.0.0.0" },
    port: ["WECOM_CALLBACK_PORT", 8645, "port"],
  },
  weixin: {
    hermes: "weixin",
    secrets: { token: "WEIXIN_TOKEN" },
    further: { accountId: ["WEIXIN_ACCOUNT_ID", "account"] },
    people: ["WEIXIN_ALLOWED_USERS", "WEIXIN_ALLOW_ALL_USERS", "ada@im.wechat"],
    places: { allowedGroups: ["WEIXIN_GROUP_ALLOWED_USERS", "1@chatroom"] },
    sets: { WEIXIN_GROUP_POLICY: "allowlist" },
  },
  bluebubbles: {
    hermes: "bluebubbles",
    secrets: { password: "BLUEBUBBLES_PASSWORD" },
    further: {
      serverUrl: ["BLUEBUBBLES_SERVER_URL", "http://mac.lan:1234"],
      webhookHost: ["BLUEBUBBLES_WEBHOOK_HOST", "hermes.lan"],
    },
    people: ["BLUEBUBBLES_ALLOWED_USERS", "BLUEBUBBLES_ALLOW_ALL_USERS", "+15550100", "ada@example.com"],
    port: ["BLUEBUBBLES_WEBHOOK_PORT", 8645, "port"],
    publish: "192.168.1.20",
  },
  photon: {
    hermes: "photon",
    secrets: { projectSecret: "PHOTON_PROJECT_SECRET" },
    further: { projectId: ["PHOTON_PROJECT_ID", "p1"] },
    people: ["PHOTON_ALLOWED_USERS", "PHOTON_ALLOW_ALL_USERS", "+15550100"],
  },
  qq: {
    hermes: "qqbot",
    secrets: { clientSecret: "QQ_CLIENT_SECRET" },
    further: { appId: ["QQ_APP_ID", "100000000"] },
    people: ["QQ_ALLOWED_USERS", "QQ_ALLOW_ALL_USERS", "A1B2"],
    optionalLists: { allowedGroups: ["QQ_GROUP_ALLOWED_USERS", "G1"] },
  },
  yuanbao: {
    hermes: "yuanbao",
    secrets: { appSecret: "YUANBAO_APP_SECRET" },
    further: { appId: ["YUANBAO_APP_ID", "a1"] },
    people: ["YUANBAO_ALLOWED_USERS", "YUANBAO_ALLOW_ALL_USERS", "ada"],
    places: { allowedGroups: ["YUANBAO_GROUP_ALLOW_FROM", "42"] },
    sets: { YUANBAO_GROUP_POLICY: "allowlist" },
  },
  irc: {
    hermes: "irc",
    further: { server: ["IRC_SERVER", "irc.libera.chat"], nickname: ["IRC_NICKNAME", "hermes-bot"] },
    furtherLists: { channels: ["IRC_CHANNEL", "#hermes"] },
    optional: { serverPort: ["IRC_PORT", 6697] },
    optionalSecrets: { nickServPassword: "IRC_NICKSERV_PASSWORD", serverPassword: "IRC_SERVER_PASSWORD" },
    bot: "nickServPassword",
    people: ["IRC_ALLOWED_USERS", "IRC_ALLOW_ALL_USERS", "ada"],
  },
  simplex: {
    hermes: "simplex",
    further: { websocketUrl: ["SIMPLEX_WS_URL", "ws://simplex:5225"] },
    people: ["SIMPLEX_ALLOWED_USERS", "SIMPLEX_ALLOW_ALL_USERS", "Ada Lovelace", "4"],
    places: { allowedGroups: ["SIMPLEX_GROUP_ALLOWED", "7"] },
  },
  raft: { hermes: "raft", further: { profile: ["RAFT_PROFILE", "hermes"] } },
};

type Valued = Readonly<Record<string, readonly [variable: string, value: string | number]>>;

export interface PlatformCase {
  /** What Hermes calls it. */
  readonly hermes: string;
  /** The variable of each required secret, beginning with the bot's. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly optionalSecrets?: Readonly<Record<string, string>>;
  /** Variable and value of each further required prop, of those with several items, and of those that may be left out. */
  readonly further?: Valued;
  readonly furtherLists?: Valued;
  readonly optional?: Valued;
  readonly optionalLists?: Valued;
  /** A secret in the place of another one. */
  readonly alternative?: Readonly<Record<string, string>>;
  readonly alternativeTo?: string;
  /** Variables of props that can't be given beside the others. */
  readonly elsewhere?: readonly string[];
  /** The list of people: its variable, the one that lets everyone in, and ids. */
  readonly people?: readonly [allowed: string, everyone: string, ...ids: string[]];
  /** Further lists that let people in, each with its variable and an id. With one of them `allowedUsers` may be left out. */
  readonly lists?: Readonly<Record<string, readonly [string, string]>>;
  /** Lists of places, each with its variable and an id. */
  readonly places?: Readonly<Record<string, readonly [string, string]>>;
  /** Variables that the platform gets although no prop carries them, when all its props are given. */
  readonly sets?: Readonly<Record<string, string>>;
  /** The prop of the bot, if it is none of the required secrets. */
  readonly bot?: string;
  /** Several agents can use the same secret. */
  readonly shared?: true;
  /** The port's variable, its default and its prop. */
  readonly port?: readonly [variable: string, port: number, prop: string];
  /** Where its port has to be published. */
  readonly publish?: string;
}

export const ALL = Object.entries(CASES);
export const WITH_PEOPLE = ALL.flatMap(([name, platform]) =>
  platform.people ? [[name, platform, platform.people] as const] : [],
);

export function secretsIn(stack: TerraformStack, secrets: Readonly<Record<string, string>> = {}) {
  return Object.fromEntries(Object.keys(secrets).map((prop) => [prop, secretOf(stack, prop)]));
}

/** The value of each prop; @param shown as a list of one item */
export function valuesIn(valued: Valued = {}, shown: (value: string | number) => unknown = (value) => value) {
  return Object.fromEntries(Object.entries(valued).map(([prop, [, value]]) => [prop, shown(value)]));
}

const asList = (value: string | number) => [value];

/** Valid values for every prop that the platform needs. */
export function neededBy(stack: TerraformStack, platform: PlatformCase): Readonly<Record<string, unknown>> {
  const { secrets, further, furtherLists, people, bot, optional = {} } = platform;
  const [, , ...ids] = people ?? [];
  return {
    ...secretsIn(stack, secrets),
    ...(bot !== undefined && { [bot]: secretOf(stack, bot) }),
    ...valuesIn(further),
    ...valuesIn(furtherLists, asList),
    ...("subscription" in optional && valuesIn(optional)),
    ...(people && { allowedUsers: ids }),
  };
}

/** Valid values for all its props. */
export function allOf(stack: TerraformStack, platform: PlatformCase): Readonly<Record<string, unknown>> {
  const { optional, optionalLists, optionalSecrets, lists, places, port } = platform;
  return {
    ...neededBy(stack, platform),
    ...valuesIn(optional),
    ...valuesIn(optionalLists, asList),
    ...secretsIn(stack, optionalSecrets),
    ...valuesIn(lists, asList),
    ...valuesIn(places, asList),
    ...(port && { [port[2]]: port[1] }),
  };
}

/** Every variable that a prop carries as plain text, with its value when all props are given. */
export function plainOf(platform: PlatformCase): Readonly<Record<string, string>> {
  const { further, furtherLists, optional, optionalLists, lists, places, people, port, sets } = platform;
  const [allowed = "", , ...ids] = people ?? [];
  const valued = [further, furtherLists, optional, optionalLists, lists, places].flatMap((part) =>
    Object.values(part ?? {}).map(([variable, value]) => [variable, String(value)]),
  );
  return {
    ...Object.fromEntries(valued),
    ...(people && { [allowed]: ids.join(",") }),
    ...(port && { [port[0]]: String(port[1]) }),
    ...sets,
  };
}

export function secretVariablesOf({ secrets, optionalSecrets }: PlatformCase): readonly string[] {
  return [...Object.values(secrets ?? {}), ...Object.values(optionalSecrets ?? {})];
}

export function botOf({ secrets = {}, bot, shared }: PlatformCase): string | undefined {
  return shared ? undefined : (bot ?? Object.keys(secrets)[0]);
}
