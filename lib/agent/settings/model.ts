import type { Secret } from "../../support/secret";

/** The model that answers, and its provider. */
export interface ModelProps {
  /**
   * Hermes' name of the provider, such as `openai-codex`, `openrouter`, `anthropic`, or `custom` for any
   * OpenAI-compatible server (vLLM, Ollama, LM Studio, …).
   */
  readonly provider: string;
  /** The model's name at that provider. */
  readonly name: string;
  /**
   * The server's address up to and including `/v1`, with no slash at the end. Some providers ignore it; there another
   * address than their own is refused.
   * @default - the provider's own
   */
  readonly baseUrl?: string;
  /**
   * The key for `custom`. Other providers read their own variable: give it in `secrets`, such as
   * `secrets: { OPENROUTER_API_KEY: key.stringValue }`.
   * @default - none, which suits local servers
   */
  readonly apiKey?: Secret;
}
