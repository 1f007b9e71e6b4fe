/** What makes an agent useful, as files of the program's repository: identity, skills, tools, jobs and further files. */
import type { Secret } from "../../support/secret";

/** A text, or a file of this machine, relative to the working directory. */
export type TextOrFile =
  | { readonly text: string; readonly file?: never }
  | { readonly file: string; readonly text?: never };

export interface MindProps {
  /**
   * The agent's identity: its SOUL.md. Hermes blocks the whole file for phrases that look like an attack; such a text
   * is refused here.
   * @default - the one on the volume
   */
  readonly soul?: TextOrFile;
  /**
   * Directories of the repository with skills: each holds a SKILL.md, or directories that do. The agent reads them and
   * can't change them. A skill of the same name that the agent wrote itself wins.
   * @default - none
   */
  readonly skills?: readonly string[];
  /** Servers whose tools the agent uses, by name. @default - none, or those on the volume */
  readonly mcpServers?: { readonly [name: string]: McpServerProps };
  /** Scheduled jobs by name. @default - none besides those that the agent or a person made */
  readonly crons?: { readonly [name: string]: CronProps };
  /** Models that answer when the first one does not, in this order. @default - none, or those on the volume */
  readonly fallbackModels?: readonly FallbackModel[];
  /** Names of the toolsets that the agent has, for all surfaces or by platform. @default - Hermes' own, or those on the volume */
  readonly toolsets?: readonly string[] | { readonly [platform: string]: readonly string[] };
  /** Further files by their path below the data: plugins, hooks, skins, context files. @default - none */
  readonly files?: { readonly [path: string]: TextOrFile };
}

export type McpServerProps = McpStdioServer | McpHttpServer;

interface McpTools {
  /** Names of the tools that the agent may use, or may not. @default - all */
  readonly tools?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
}

/** A program in the container. */
export interface McpStdioServer extends McpTools {
  readonly command: string;
  /** @default - none */
  readonly args?: readonly string[];
  /** Its variables: plain text, or a secret. @default - none */
  readonly env?: { readonly [variable: string]: Secret };
  readonly url?: never;
  readonly headers?: never;
}

export interface McpHttpServer extends McpTools {
  readonly url: string;
  /** Plain text, or a secret. @default - none */
  readonly headers?: { readonly [header: string]: Secret };
  readonly command?: never;
  readonly args?: never;
  readonly env?: never;
}

export interface CronProps {
  /** Five fields of cron, such as `0 9 * * *`, or `every 2h`. */
  readonly schedule: string;
  readonly prompt: string;
  /** Where the answer goes, such as `slack`. @default "local" - it is only kept */
  readonly deliver?: string;
  /** Names of skills that the job loads first. @default - none */
  readonly skills?: readonly string[];
  /** Its working directory in the container. @default - none */
  readonly workdir?: string;
}

export interface FallbackModel {
  /** Hermes' name of the provider, as in `model`. */
  readonly provider: string;
  readonly name: string;
  /** @default - the provider's own */
  readonly baseUrl?: string;
}
