/**
 * Google Chat: events by Pub/Sub, or by calls to the API server. Read in 0.19.0: plugins/platforms/google_chat/adapter.py
 * (840 to 878, and 1520 for the calls), gateway/platforms/api_server.py:1505.
 */
import type { Platform } from "./row";

export const GOOGLE_CHAT = {
  title: "Google Chat",
  hermes: "google_chat",
  connection: "Pub/Sub, or calls to the API server at `/api/platforms/google_chat/events`",
  oneOf: ["subscription", "eventsUrl"],
  calledByApi: "eventsUrl",
  settings: {
    /** The key of a service account: the JSON file's text in one line. */
    serviceAccountKey: {
      kind: "secret",
      variable: "GOOGLE_CHAT_SERVICE_ACCOUNT_JSON",
      from: "under IAM > Service accounts > Keys, as JSON in one line",
      checks: [],
      oneAgent: true,
      unproven: "a request would have to be signed with it, which takes a library of Google's",
    },
    /** A Pub/Sub subscription that the gateway reads. @default - `eventsUrl` is given */
    subscription: {
      kind: "text",
      variable: "GOOGLE_CHAT_SUBSCRIPTION_NAME",
      optional: true,
      suggested: true,
      pattern: /^projects\/[^\s/]+\/subscriptions\/[^\s/]+$/,
      allowed: "projects/<project>/subscriptions/<name>",
      example: "projects/my-project/subscriptions/hermes",
    },
    /**
     * The address of the API server at which Google calls the agent, as Google's console has it. Needs `apiServer`, and
     * `eventsAccounts`.
     * @default - `subscription` is given
     */
    eventsUrl: {
      kind: "text",
      variable: "GOOGLE_CHAT_HTTP_EVENTS_URL",
      optional: true,
      ownAddress: { at: "apiServer", path: "/api/platforms/google_chat/events" },
      since: "googleChatCalls",
      needs: ["eventsAccounts"],
      pattern: /^https:\/\/[^\s/]+(?:\/\S*)?\/api\/platforms\/google_chat\/events$/,
      allowed: "an https URL that ends with /api/platforms/google_chat/events",
      example: "https://hermes-api.example.com/api/platforms/google_chat/events",
    },
    /** Accounts that may sign Google's calls: Google checks each call's token. @default - none: `subscription` is given */
    eventsAccounts: {
      kind: "list",
      variable: "GOOGLE_CHAT_HTTP_EVENTS_SERVICE_ACCOUNT_EMAIL",
      optional: true,
      since: "googleChatCalls",
      needs: ["eventsUrl"],
      separator: ",",
      item: "an account's e-mail address, such as chat@system.gserviceaccount.com",
      pattern: /^[^\s,@]+@[^\s,@]+$/,
      example: ["chat@system.gserviceaccount.com"],
    },
    /** E-mail addresses, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "GOOGLE_CHAT_ALLOWED_USERS",
      everyone: "GOOGLE_CHAT_ALLOW_ALL_USERS",
      separator: ",",
      item: "an e-mail address",
      id: /^[^\s,@]+@[^\s,@]+$/,
      nobody: "nobody@example.com",
    },
  },
  shut: {},
} as const satisfies Platform;
