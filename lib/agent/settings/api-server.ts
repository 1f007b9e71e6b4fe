import type { Secret } from "../../support/secret";

/** The OpenAI-compatible API server. Leaving it out is the only off switch that works in every release. */
export interface ApiServerProps {
  /** Bearer key: at least 16 ASCII characters (8 before v2026.7.1), and not one of Hermes' placeholders. */
  readonly key: Secret;
  /**
   * The address that it listens on, inside the container.
   * @default "0.0.0.0" - a published port can't reach Hermes' own default, 127.0.0.1
   */
  readonly host?: string;
  /** Port inside the container. @default 8642 */
  readonly port?: number;
  /**
   * Exact origins of the web pages that may call it, such as `https://chat.example.com`.
   * @default - none
   */
  readonly corsOrigins?: readonly string[];
  /**
   * The name in `/v1/models`.
   * @default - the profile's name, else hermes-agent
   */
  readonly modelName?: string;
}
