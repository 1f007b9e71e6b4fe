/**
 * Matrix. Read in 0.19.0: plugins/platforms/matrix/adapter.py (device: 867 and 1269, recovery key: 1441), and
 * gateway/config.py:1856; its lists run there.
 */
import { consistsOf } from "../secret-checks";
import type { Platform } from "./row";

export const MATRIX = {
  title: "Matrix",
  hermes: "matrix",
  connection: "a connection that the gateway opens",
  oneOf: ["accessToken", "password"],
  settings: {
    /** The homeserver, such as `https://matrix.example.com`. */
    homeserver: {
      kind: "text",
      variable: "MATRIX_HOMESERVER",
      server: true,
      pattern: /^https?:\/\/[^\s]+$/,
      allowed: "an http(s):// URL",
      example: "https://matrix.example.com",
    },
    /** Token of the agent's account. @default - `password` is given */
    accessToken: {
      kind: "secret",
      variable: "MATRIX_ACCESS_TOKEN",
      optional: true,
      suggested: true,
      from: "of the agent's account, under Help & About in Element",
      checks: [],
      oneAgent: true,
      proof: {
        method: "GET",
        url: "{homeserver}/_matrix/client/v3/account/whoami",
        authorization: "Bearer {accessToken}",
      },
    },
    /** Password of the agent's account; needs `userId`. @default - `accessToken` is given */
    password: {
      kind: "secret",
      variable: "MATRIX_PASSWORD",
      optional: true,
      needs: ["userId"],
      from: "of the agent's account",
      checks: [],
      oneAgent: true,
      unproven: "a login would add a device to the account",
    },
    /** The agent's own id, such as `@hermes:example.com`. @default - the token's account */
    userId: {
      kind: "text",
      variable: "MATRIX_USER_ID",
      optional: true,
      pattern: /^@[^\s:]+:\S+$/,
      allowed: "a Matrix id, such as @hermes:example.com",
      example: "@hermes:example.com",
    },
    /** Keeps the agent one device to others, for encrypted rooms. @default - the token's device */
    deviceId: {
      kind: "text",
      variable: "MATRIX_DEVICE_ID",
      optional: true,
      pattern: /^[^\s,]+$/,
      allowed: "a device id, such as HERMES01",
      example: "HERMES01",
      exampleWorks: true,
    },
    /** Encrypted rooms: `off`, `optional`, or `required`, without which the platform does not start. @default "off" */
    encryption: {
      kind: "choice",
      variable: "MATRIX_E2EE_MODE",
      optional: true,
      since: "matrixEncryptionMode",
      values: ["off", "optional", "required"],
      example: "optional",
    },
    /** Signs the agent's device after its keys changed. Needs `encryption`. @default - the device stays unverified */
    recoveryKey: {
      kind: "secret",
      variable: "MATRIX_RECOVERY_KEY",
      optional: true,
      needs: ["encryption"],
      from: "what Element shows when key backup is set up",
      checks: [
        consistsOf("1-9A-HJ-NP-Za-km-z ", 40, 70, "must be a recovery key: groups of letters and digits"),
      ],
      unproven: "it is used only while the device is signed",
    },
    /** Matrix ids (`@…:…`), or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "MATRIX_ALLOWED_USERS",
      everyone: "MATRIX_ALLOW_ALL_USERS",
      separator: ",",
      item: "a Matrix id (`@user:server`)",
      id: /^@[^\s:,]+:[^\s,]+$/,
      nobody: "@nobody:example.com",
    },
    /** Ids of rooms in which those of `allowedUsers` may talk to it. @default - every room to which it is invited */
    allowedRooms: {
      kind: "allow-list",
      variable: "MATRIX_ALLOWED_ROOMS",
      optional: true,
      ofPlaces: true,
      separator: ",",
      item: "a room's id (`!…`)",
      id: /^![^\s,]+$/,
      nobody: "!nowhere:example.com",
    },
  },
  shut: {},
} as const satisfies Platform;
