/** ntfy, where a topic is a person. Read in 0.19.0: plugins/platforms/ntfy/adapter.py (identity: 37 to 43); its list run there. */
import type { Platform } from "./row";

const TOPIC = /^[A-Za-z0-9_-]{1,64}$/;

export const NTFY = {
  title: "ntfy",
  hermes: "ntfy",
  connection: "a stream that the gateway opens",
  since: "ntfy",
  settings: {
    /** The topic that it reads. Whoever may publish to it can talk to the agent. */
    topic: {
      kind: "text",
      variable: "NTFY_TOPIC",
      pattern: TOPIC,
      allowed: "a topic: at most 64 letters, digits, `_` and `-`",
      example: "hermes-in",
    },
    /** A token that may read the topic, or `user:password`. On a public server only that keeps strangers out. */
    token: {
      kind: "secret",
      variable: "NTFY_TOKEN",
      from: "under Account > Access tokens",
      checks: [],
      proof: {
        method: "GET",
        url: "{serverUrl:-https://ntfy.sh}/{topic}/auth",
        authorization: "Bearer {token}",
        basic: "{token}",
      },
    },
    /** The server. @default "https://ntfy.sh" */
    serverUrl: {
      kind: "text",
      variable: "NTFY_SERVER_URL",
      optional: true,
      server: true,
      pattern: /^https?:\/\/\S+$/,
      allowed: "an http(s):// URL",
      example: "https://ntfy.example.com",
    },
    /** The topic to which it answers. @default - the same */
    publishTopic: {
      kind: "text",
      variable: "NTFY_PUBLISH_TOPIC",
      optional: true,
      pattern: TOPIC,
      allowed: "a topic: at most 64 letters, digits, `_` and `-`",
      example: "hermes-out",
    },
    /** Topics of which the publishers may talk to it: ntfy knows no people. Name `topic` here, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "NTFY_ALLOWED_USERS",
      everyone: "NTFY_ALLOW_ALL_USERS",
      separator: ",",
      names: "topic",
      item: "a topic: letters, digits, `_` and `-`",
      id: TOPIC,
      nobody: "nobody",
    },
  },
  shut: {},
} as const satisfies Platform;
