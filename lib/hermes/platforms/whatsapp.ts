/**
 * WhatsApp by a linked device: Hermes runs a bridge (Baileys) that somebody pairs once by a QR code. Read in 0.19.0:
 * plugins/platforms/whatsapp/adapter.py, gateway/config.py:1762, gateway/authz_mixin.py:594.
 */
import type { Platform } from "./row";

export const WHATSAPP = {
  title: "WhatsApp",
  hermes: "whatsapp",
  connection: "a linked device, paired once by `hermes whatsapp`",
  loopbackPorts: [3000],
  settings: {
    /** Phone numbers with their country's code, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "WHATSAPP_ALLOWED_USERS",
      everyone: "WHATSAPP_ALLOW_ALL_USERS",
      separator: ",",
      item: "a phone number with its country's code, such as +4915550100",
      id: /^\+?\d{7,15}$/,
      nobody: "0000000",
    },
    /** Ids of groups (`…@g.us`) in which those of `allowedUsers` may talk to it. @default - none */
    allowedGroups: {
      kind: "allow-list",
      variable: "WHATSAPP_GROUP_ALLOWED_USERS",
      optional: true,
      ofPlaces: true,
      with: { WHATSAPP_GROUP_POLICY: "allowlist" },
      separator: ",",
      item: "a group's id (`…@g.us`)",
      id: /^[\d-]+@g\.us$/,
      nobody: "0@g.us",
    },
    /**
     * `bot` for a number of the agent's own, `self-chat` for your own number, to which you write yourself.
     * @default "self-chat"
     */
    mode: {
      kind: "choice",
      variable: "WHATSAPP_MODE",
      optional: true,
      values: ["bot", "self-chat"],
      example: "bot",
    },
  },
  on: { WHATSAPP_ENABLED: "true" },
  shut: { WHATSAPP_DM_POLICY: "pairing", WHATSAPP_GROUP_POLICY: "pairing" },
} as const satisfies Platform;
