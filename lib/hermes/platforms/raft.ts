/** Raft, by its own command-line tool. Read in 0.19.0: plugins/platforms/raft/adapter.py. */
import type { Platform } from "./row";

export const RAFT = {
  title: "Raft",
  hermes: "raft",
  connection: "a bridge process that wakes the gateway on the container's loopback",
  since: "whatsAppCloudPhotonRaft",
  settings: {
    /**
     * Profile of Raft's command-line tool, which knows the account and who may write to it. The image does not have the
     * tool: add it by a wrapper.
     */
    profile: {
      kind: "text",
      variable: "RAFT_PROFILE",
      pattern: /^[\w.-]+$/,
      allowed: "a profile's name",
      example: "hermes",
    },
  },
  shut: {},
} as const satisfies Platform;
