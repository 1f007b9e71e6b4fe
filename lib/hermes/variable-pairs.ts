/**
 * Variables that Hermes reads only together. A row names what one of them needs, and what is of no use without it. Read in
 * 0.19.0 (gateway/config.py and the adapters of the platforms); Telegram's and the generic webhook in 0.17.0 and 0.18.2 too.
 */

export interface VariablePair {
  readonly name: string;
  /** For a mode or a switch: the values that need the others. @default - every value */
  readonly when?: (value: string) => boolean;
  /** Each is needed; of several names, one. */
  readonly needs: readonly (readonly [string, ...string[]])[];
  /** The platform that reads them, by its name in config.yaml, which may say the rest. */
  readonly platform: string;
  /** What happens without them, in a clause. */
  readonly otherwise: string;
  /** It lets requests in from outside, which are checked with what it needs. */
  readonly webhook?: true;
  /** Variables that do nothing without it. */
  readonly companions?: readonly string[];
}

const isTrue = (value: string) => ["true", "1", "yes", "on"].includes(value.trim().toLowerCase());
const DOES_NOT_CONNECT = "the platform does not connect";

/** Two or more that are of use only together. */
function together(platform: string, ...variables: readonly string[]): readonly VariablePair[] {
  return variables.map((name) => ({
    platform,
    name,
    needs: variables.filter((other) => other !== name).map((other) => [other] as const),
    otherwise: DOES_NOT_CONNECT,
  }));
}

export const VARIABLE_PAIRS: readonly VariablePair[] = [
  {
    platform: "telegram",
    name: "TELEGRAM_WEBHOOK_URL",
    webhook: true,
    needs: [["TELEGRAM_WEBHOOK_SECRET"]],
    otherwise: "Telegram does not connect: anybody could send it messages",
    companions: ["TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_WEBHOOK_PORT"],
  },
  {
    platform: "webhook",
    name: "WEBHOOK_ENABLED",
    when: isTrue,
    // Routes that people subscribe have secrets of their own.
    needs: [],
    otherwise: "",
    companions: ["WEBHOOK_SECRET", "WEBHOOK_PORT"],
  },
  {
    platform: "msgraph_webhook",
    name: "MSGRAPH_WEBHOOK_ENABLED",
    webhook: true,
    when: isTrue,
    needs: [["MSGRAPH_WEBHOOK_CLIENT_STATE"]],
    otherwise: "the webhook refuses to start",
    companions: ["MSGRAPH_WEBHOOK_CLIENT_STATE", "MSGRAPH_WEBHOOK_PORT"],
  },
  {
    platform: "feishu",
    name: "FEISHU_CONNECTION_MODE",
    webhook: true,
    when: (value) => value.trim().toLowerCase() === "webhook",
    needs: [["FEISHU_VERIFICATION_TOKEN", "FEISHU_ENCRYPT_KEY"]],
    otherwise: DOES_NOT_CONNECT,
  },
  {
    platform: "sms",
    name: "TWILIO_ACCOUNT_SID",
    webhook: true,
    needs: [["TWILIO_AUTH_TOKEN"], ["TWILIO_PHONE_NUMBER"], ["SMS_WEBHOOK_URL", "SMS_INSECURE_NO_SIGNATURE"]],
    otherwise: "SMS refuses to start: without the address it can't check Twilio's signature",
    companions: ["SMS_WEBHOOK_URL", "SMS_WEBHOOK_PORT", "SMS_WEBHOOK_HOST"],
  },
  {
    platform: "whatsapp_cloud",
    name: "WHATSAPP_CLOUD_ACCESS_TOKEN",
    webhook: true,
    needs: [
      ["WHATSAPP_CLOUD_PHONE_NUMBER_ID"],
      ["WHATSAPP_CLOUD_APP_SECRET"],
      ["WHATSAPP_CLOUD_VERIFY_TOKEN"],
    ],
    otherwise: "every message that Meta sends is answered with 503",
    companions: ["WHATSAPP_CLOUD_APP_SECRET", "WHATSAPP_CLOUD_VERIFY_TOKEN", "WHATSAPP_CLOUD_WEBHOOK_PORT"],
  },
  ...together("line", "LINE_CHANNEL_ACCESS_TOKEN", "LINE_CHANNEL_SECRET"),
  ...together("teams", "TEAMS_CLIENT_ID", "TEAMS_CLIENT_SECRET", "TEAMS_TENANT_ID"),
  ...together("dingtalk", "DINGTALK_CLIENT_ID", "DINGTALK_CLIENT_SECRET"),
  ...together("feishu", "FEISHU_APP_ID", "FEISHU_APP_SECRET"),
  ...together("wecom", "WECOM_BOT_ID", "WECOM_SECRET"),
  ...together("wecom_callback", "WECOM_CALLBACK_CORP_ID", "WECOM_CALLBACK_CORP_SECRET"),
  ...together("signal", "SIGNAL_HTTP_URL", "SIGNAL_ACCOUNT"),
  ...together("mattermost", "MATTERMOST_URL", "MATTERMOST_TOKEN"),
  ...together("photon", "PHOTON_PROJECT_ID", "PHOTON_PROJECT_SECRET"),
  ...together("email", "EMAIL_ADDRESS", "EMAIL_PASSWORD", "EMAIL_IMAP_HOST", "EMAIL_SMTP_HOST"),
  ...together("bluebubbles", "BLUEBUBBLES_SERVER_URL", "BLUEBUBBLES_PASSWORD"),
  {
    platform: "matrix",
    name: "MATRIX_HOMESERVER",
    needs: [["MATRIX_ACCESS_TOKEN", "MATRIX_PASSWORD"]],
    otherwise: DOES_NOT_CONNECT,
  },
  {
    platform: "matrix",
    name: "MATRIX_ACCESS_TOKEN",
    needs: [["MATRIX_HOMESERVER"]],
    otherwise: DOES_NOT_CONNECT,
  },
  {
    platform: "matrix",
    name: "MATRIX_PASSWORD",
    needs: [["MATRIX_HOMESERVER"]],
    otherwise: DOES_NOT_CONNECT,
  },
];
