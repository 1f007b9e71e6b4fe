/** Where the answer of a scheduled job can go: `_KNOWN_DELIVERY_PLATFORMS` and `_HOME_TARGET_ENV_VARS` of cron/scheduler.py, 0.19.0. */

/** Names of platforms in a job's `deliver`. */
export const DELIVERY_PLATFORMS: readonly string[] =
  "telegram discord slack whatsapp whatsapp_cloud signal matrix mattermost homeassistant dingtalk feishu wecom wecom_callback weixin sms email webhook bluebubbles qqbot yuanbao".split(
    " ",
  );

/** The variable with the chat that gets what no chat is named for. */
export function homeChannelVariable(platform: string): string {
  if (platform === "matrix") return "MATRIX_HOME_ROOM";
  return platform === "email" ? "EMAIL_HOME_ADDRESS" : `${platform.toUpperCase()}_HOME_CHANNEL`;
}
