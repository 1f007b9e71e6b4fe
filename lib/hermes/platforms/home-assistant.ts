/**
 * Home Assistant, whose events the gateway watches. Read in 0.19.0: plugins/platforms/homeassistant/adapter.py, and
 * gateway/authz_mixin.py:297 (its events need no allow list).
 */
import type { Platform } from "./row";

export const HOME_ASSISTANT = {
  title: "Home Assistant",
  hermes: "homeassistant",
  connection: "a connection that the gateway opens",
  settings: {
    /** The server, as the container reaches it. */
    url: {
      kind: "text",
      variable: "HASS_URL",
      server: true,
      pattern: /^https?:\/\/\S+$/,
      allowed: "an http(s):// URL, such as http://homeassistant.lan:8123",
      example: "http://homeassistant.lan:8123",
    },
    /** A long-lived access token. Whoever has it can make the agent act, so there is no list of people. */
    token: {
      kind: "secret",
      variable: "HASS_TOKEN",
      from: "under your profile > Security",
      checks: [],
      oneAgent: true,
      proof: { method: "GET", url: "{url}/api/", authorization: "Bearer {token}" },
    },
  },
  shut: {},
} as const satisfies Platform;
