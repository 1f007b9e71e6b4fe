/** What a test asks of the program beside this file. */
export interface Asked {
  readonly provider?: "3.6.2";
  readonly release: string;
  /** Names of the agents. */
  readonly agents: readonly string[];
  /** Image of the stand-in for servers, with its digest. */
  readonly server: string;
  readonly model: string;
  /** Where the model's server is. @default - the agents have no model */
  readonly modelOn?: "ollama" | "vllm" | "container" | "onHost";
  readonly hostPort?: number;
  readonly ready?: { readonly readyWithinSeconds: number };
  readonly hostNetwork?: true;
  readonly devices?: readonly { readonly hostPath: string }[];
  readonly gpus?: true;
  /** The sidecar's health check. @default - no sidecar */
  readonly sidecarTest?: readonly string[];
  readonly sidecarsInSameStack?: true;
  readonly env?: { readonly [name: string]: string };
  readonly workspace?: { readonly volume: string; readonly target?: string };
}
