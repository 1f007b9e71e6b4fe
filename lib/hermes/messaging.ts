import type { Secret } from "../support/secret";
import type { EnvironmentPart, PlainValue, SecretVariable } from "./dashboard";
import { ANY_SECRET, type SecretCheck, SLACK_APP_TOKEN, SLACK_BOT_TOKEN } from "./secrets";

/** Who may talk to the agent: ids of users, or everyone. Nobody by default, as in Hermes. */
export type AllowedUsers = readonly string[] | "everyone";

export interface SlackProps {
  /** `xoxb-…`. Socket Mode needs both tokens and no inbound port. */
  readonly botToken: Secret;
  /** `xapp-…` */
  readonly appToken: Secret;
  /** Member ids (`U…`). */
  readonly allowedUsers: AllowedUsers;
}

export interface BotProps {
  readonly botToken: Secret;
  /** Numeric user ids. */
  readonly allowedUsers: AllowedUsers;
}

export interface MessagingProps {
  readonly slack?: SlackProps;
  /** By polling: no inbound port. */
  readonly telegram?: BotProps;
  readonly discord?: BotProps;
}

export const PLATFORMS = ["slack", "telegram", "discord"] as const;

export function messagingEnvironment(messaging: MessagingProps): EnvironmentPart {
  const plain: Record<string, PlainValue> = {};
  const secrets: SecretVariable[] = [];
  for (const platform of PLATFORMS) {
    const props = messaging[platform];
    if (props === undefined) continue;
    const prefix = platform.toUpperCase();
    if (props.allowedUsers === "everyone") plain[`${prefix}_ALLOW_ALL_USERS`] = "true";
    else plain[`${prefix}_ALLOWED_USERS`] = { items: props.allowedUsers, separator: "," };
    const token = (name: "botToken" | "appToken", value: Secret, ...checks: SecretCheck[]) =>
      secrets.push({
        name: `${prefix}_${name === "botToken" ? "BOT" : "APP"}_TOKEN`,
        prop: `messaging.${platform}.${name}`,
        value,
        checks: [ANY_SECRET, ...checks],
      });
    token("botToken", props.botToken, ...(platform === "slack" ? [SLACK_BOT_TOKEN] : []));
    if ("appToken" in props) token("appToken", props.appToken, SLACK_APP_TOKEN);
  }
  return { plain, secrets };
}
