/** What makes an agent useful, as files of the program's repository: identity, skills, tools, jobs and further files. */
import type { Secret } from "../../support/secret";

/** A text, or a file of this machine, relative to the working directory. */
export type TextOrFile =
  | { readonly text: string; readonly file?: never }
  | { readonly file: string; readonly text?: never };

/** A file below the data. */
export type DataFile = TextOrFile & {
  /** Whether it can be run as a program. @default false */
  readonly executable?: boolean;
};

/** The mind of an agent: what is merged into its data at each boot. What is not declared is the agent's own. */
export interface MindProps {
  /**
   * The agent's identity: its SOUL.md. Hermes leaves the whole file out for phrases that look like an attack; such a text
   * is refused here.
   * @default - the one on the volume
   */
  readonly soul?: TextOrFile;
  /**
   * Directories of the repository with skills: each has a SKILL.md, or directories that do. The agent reads them and
   * can't change them. Where the agent has written one of the same name itself, Hermes loads neither.
   * @default - none
   */
  readonly skills?: readonly string[];
  /** Servers whose tools the agent uses, by name. @default - none, or those on the volume */
  readonly mcpServers?: { readonly [name: string]: McpServerProps };
  /** Scheduled jobs by name. @default - none besides those that the agent or a person made */
  readonly crons?: { readonly [name: string]: CronProps };
  /** Models that answer when the first one does not, in this order. @default - none, or those on the volume */
  readonly fallbackModels?: readonly FallbackModel[];
  /**
   * Names of the toolsets that the agent has: one list for all surfaces, or one by surface, such as
   * `{ slack: ["web", "file"], api_server: ["web"] }`.
   * @default - Hermes' own, or those on the volume
   */
  readonly toolsets?: readonly string[] | { readonly [surface: string]: readonly string[] };
  /** Further files by their path below the data: plugins, hooks, skins, context files. @default - none */
  readonly files?: { readonly [path: string]: DataFile };
}

/** The names of the props of a mind. */
export const MIND_PROPS = [
  "soul",
  "skills",
  "mcpServers",
  "crons",
  "fallbackModels",
  "toolsets",
  "files",
] as const satisfies readonly (keyof MindProps)[];

/** Whether it is one list for all surfaces. */
export function isToolsetList(toolsets: NonNullable<MindProps["toolsets"]>): toolsets is readonly string[] {
  return Array.isArray(toolsets);
}

/** A server whose tools the agent uses: a program, or an address. */
export type McpServerProps = McpStdioServer | McpHttpServer;

/** What both kinds of servers have. */
export interface McpTools {
  /** Names of the tools that the agent may use, or may not. `include` alone counts if both are given. @default - all */
  readonly tools?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
  /** How long one call may take. @default - Hermes' own, 300 */
  readonly timeoutSeconds?: number;
}

/** A program in the container. It gets its own variables and none of the agent's secrets. */
export interface McpStdioServer extends McpTools {
  /** The program, such as `npx`, or its path in the image. */
  readonly command: string;
  /** What follows the program on its command line. @default - none */
  readonly args?: readonly string[];
  /** Its variables: plain text, or a secret. @default - none */
  readonly env?: { readonly [variable: string]: Secret };
  readonly url?: never;
  readonly headers?: never;
}

/** A server on the network. */
export interface McpHttpServer extends McpTools {
  /** Its address, with http or https. */
  readonly url: string;
  /** Plain text, or a secret, such as `{ Authorization: key.stringValue }` with the whole header. @default - none */
  readonly headers?: { readonly [header: string]: Secret };
  readonly command?: never;
  readonly args?: never;
  readonly env?: never;
}

/** A scheduled job. It runs with the agent's model, also after that has changed. */
export interface CronProps {
  /** Five fields of cron, such as `0 9 * * 1-5`, or `every 2h`. Hermes reads them in the agent's time zone. */
  readonly schedule: string;
  /** What the agent is asked at each run. */
  readonly prompt: string;
  /**
   * Where the answer goes: a platform, such as `slack`, with a chat, such as `slack:C0123456789`, or several with commas.
   * Terraform may know the chat alone, such as a channel that it makes.
   * @default "local" - it is only kept
   */
  readonly deliver?: string;
  /** Names of skills that the job loads first. @default - none */
  readonly skills?: readonly string[];
  /** Its working directory in the container. @default - none */
  readonly workdir?: string;
}

/** A model that answers when those before it do not. */
export interface FallbackModel {
  /** Hermes' name of the provider, as in `model`. */
  readonly provider: string;
  /** The model's name at that provider. */
  readonly name: string;
  /** The server's address up to and including `/v1`. @default - the provider's own */
  readonly baseUrl?: string;
  /**
   * The key for `custom`, from v2026.7.20 on. Other providers read their own variable: give it in `secrets`.
   * @default - none
   */
  readonly apiKey?: Secret;
}
