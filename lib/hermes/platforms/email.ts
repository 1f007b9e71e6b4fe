/**
 * E-mail: a mailbox that the gateway reads and answers. Read in 0.19.0: plugins/platforms/email/adapter.py (senders: 788,
 * forged ones: 815).
 */
import type { Platform } from "./row";

export const EMAIL = {
  title: "E-mail",
  hermes: "email",
  connection: "a mailbox that the gateway reads",
  settings: {
    /** The agent's own address, which is its user name too. */
    address: {
      kind: "text",
      variable: "EMAIL_ADDRESS",
      oneAgent: true,
      pattern: /^[^\s,@]+@[^\s,@]+$/,
      allowed: "an e-mail address",
      example: "hermes@example.com",
    },
    /** Password of the mailbox; an app password where the provider has those. */
    password: {
      kind: "secret",
      variable: "EMAIL_PASSWORD",
      from: "of the mailbox; an app password where the provider has those",
      checks: [],
      oneAgent: true,
      proof: {
        imap: { host: "{imapHost}", port: "{imapPort:-993}", user: "{address}", password: "{password}" },
      },
    },
    /** The server that has the mailbox, with TLS. */
    imapHost: {
      kind: "text",
      variable: "EMAIL_IMAP_HOST",
      server: true,
      pattern: /^[^\s/:]+$/,
      allowed: "a host name, such as imap.example.com",
      example: "imap.example.com",
    },
    /** Its port. @default 993 */
    imapPort: { kind: "number", variable: "EMAIL_IMAP_PORT", optional: true, min: 1, max: 65_535, unit: "" },
    /** The server that sends. */
    smtpHost: {
      kind: "text",
      variable: "EMAIL_SMTP_HOST",
      server: true,
      pattern: /^[^\s/:]+$/,
      allowed: "a host name, such as smtp.example.com",
      example: "smtp.example.com",
    },
    /** Its port. @default 587 */
    smtpPort: { kind: "number", variable: "EMAIL_SMTP_PORT", optional: true, min: 1, max: 65_535, unit: "" },
    /** Addresses in small letters, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "EMAIL_ALLOWED_USERS",
      everyone: "EMAIL_ALLOW_ALL_USERS",
      separator: ",",
      item: "an e-mail address in small letters",
      id: /^[^\s,@A-Z]+@[^\s,@A-Z]+$/,
      nobody: "nobody@example.com",
    },
    /**
     * Name of the mail server that checks senders, as its header Authentication-Results begins. Without it a header that
     * a sender wrote could be believed.
     * @default - the first such header counts
     */
    authservId: {
      kind: "text",
      variable: "EMAIL_AUTHSERV_ID",
      optional: true,
      pattern: /^[^\s;,]+$/,
      allowed: "a host name, such as mx.example.com",
      example: "mx.example.com",
    },
  },
  shut: { EMAIL_TRUST_FROM_HEADER: "false" },
} as const satisfies Platform;
