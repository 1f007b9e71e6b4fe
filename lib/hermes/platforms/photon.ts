/** iMessage by Photon Spectrum. Read in 0.19.0: plugins/platforms/photon/adapter.py (its helper's port: 305). */
import type { Platform } from "./row";

export const PHOTON = {
  title: "iMessage by Photon",
  hermes: "photon",
  connection: "a stream that a helper process opens",
  since: "whatsAppCloudPhotonRaft",
  loopbackPorts: [8789],
  settings: {
    /** Id of the Spectrum project. */
    projectId: {
      kind: "text",
      variable: "PHOTON_PROJECT_ID",
      pattern: /^\S+$/,
      allowed: "the id of a Spectrum project",
      example: "project-id",
    },
    /** Its secret. */
    projectSecret: {
      kind: "secret",
      variable: "PHOTON_PROJECT_SECRET",
      from: "of the project, at app.photon.codes",
      checks: [],
      oneAgent: true,
      unproven: "Photon documents no call that asks for a state only",
    },
    /** Phone numbers (`+…`) or e-mail addresses, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "PHOTON_ALLOWED_USERS",
      everyone: "PHOTON_ALLOW_ALL_USERS",
      separator: ",",
      item: "a phone number (`+…`) or an e-mail address",
      id: /^(?:\+\d{7,15}|[^\s,@]+@[^\s,@]+)$/,
      nobody: "+0000000",
    },
  },
  shut: {},
} as const satisfies Platform;
