/** What a test asks of the program beside this file. It is in `asked.json` in the program's folder. */
export interface Asked {
  readonly provider: "3.6.2" | "4.x";
  /** With `wrapper`, an image built on the release; without it, the release itself. */
  readonly image: { readonly release: string; readonly wrapper?: boolean };
  /** Address of the model. Only releases with a managed scope can pin one. */
  readonly modelUrl?: string;
  readonly dashboard?: boolean;
  /** A file of the engine's host with all secrets, instead of variables. */
  readonly secretsFile?: string;
  /** Where the API server is published on 127.0.0.1. */
  readonly apiPort?: number;
  /** Name of the data volume. @default hermes-data */
  readonly volume?: string;
  readonly mount?: { readonly volume: string; readonly target: string };
  readonly healthIntervalSeconds?: number;
  readonly cpus?: number;
  readonly memoryMiB?: number;
  /** The program no longer has the agent. */
  readonly without?: true;
}

/** The program's variables, and the names that they have in a secrets file. */
export const SECRETS = {
  api_server_key: "API_SERVER_KEY",
  model_api_key: "HERMES_MODEL_API_KEY",
  tool_token: "TOOL_TOKEN",
  dashboard_password_hash: "HERMES_DASHBOARD_BASIC_AUTH_PASSWORD_HASH",
  dashboard_session_secret: "HERMES_DASHBOARD_BASIC_AUTH_SECRET",
} as const;
