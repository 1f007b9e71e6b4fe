/**
 * What a program declares of an agent's data, as the merge at each boot reads it: plain JSON, with no secret in it and
 * nothing that only Terraform knows. Such values stand apart, and the declaration names them.
 */
import type { ConfigValue } from "../hermes/managed-config";

/** Changes when the merge of an earlier version would misread a declaration. */
export const DECLARATION_VERSION = 1;

/** Where the declaration stands in the container. Everybody may read it. */
export const DECLARATION_PATH = "/usr/local/lib/cdktf-hermes/declaration.json";

/**
 * Values that only Terraform knows, by name, as one JSON object. Only root can read it: the merge is handed what it
 * needs. A place that can't upload a file gives each as a variable of that name, which holds the value as JSON.
 */
export const VALUES_PATH = "/usr/local/lib/cdktf-hermes/values.json";

/**
 * Where a secrets file of the host is mounted, if its lines belong to several profiles: `NAME=value`, by the same names. Only
 * root reads it.
 */
export const SECRETS_FILE_PATH = "/usr/local/lib/cdktf-hermes/secrets.env";

/** Declared skills, one folder a profile. They are outside the data, so nobody but root can change them. */
export const SKILLS_PATH = "/usr/local/share/cdktf-hermes/skills";

export interface Declaration {
  readonly version: typeof DECLARATION_VERSION;
  /** By name, with `default` among them. */
  readonly profiles: Readonly<Record<string, ProfileDeclaration>>;
  /**
   * Files outside the data that only the runtime user reads, by their path. Their contents stand apart in base64, since
   * a line of a secrets file holds no second line.
   */
  readonly secretFiles: Readonly<Record<string, { readonly from: string }>>;
  /** Variables of the container that no service may see: they only carry values to the merge. */
  readonly dropped: readonly string[];
}

/** What is declared of one profile. What it does not name is the agent's own and is never touched. */
export interface ProfileDeclaration {
  /** Leaves of the home's config.yaml. A list is one leaf. */
  readonly config: readonly ConfigLeaf[];
  /** Lines of the home's `.env` by their names. Null: no such line may stand there. */
  readonly env: Readonly<Record<string, Value<string> | null>>;
  /** Files by their path below the home. */
  readonly files: Readonly<Record<string, DeclaredFile>>;
  /** Scheduled jobs of `cron/jobs.json`. */
  readonly jobs: readonly DeclaredJob[];
  /** Files by their path below the profile's folder in `SKILLS_PATH`. */
  readonly skills: Readonly<Record<string, DeclaredFile>>;
  /**
   * The profile has a gateway of its own, which starts at the first boot. Later boots leave it as a person left it. The
   * default profile's gateway is the container's command.
   */
  readonly ownGateway: boolean;
}

/** A value, or the name of one that stands apart. */
export type Value<Known> = { readonly value: Known } | { readonly from: string };

export type ConfigLeaf = { readonly path: readonly string[] } & Value<ConfigValue>;

export type DeclaredFile = (Value<string> | { readonly base64: string }) & {
  /** @default false */
  readonly executable?: true;
};

/** The fields that the program owns. Hermes adds its run state, and a person may pause the job. */
export interface DeclaredJob {
  /** Twelve hex digits, made from the name, so that a job exists once. */
  readonly id: string;
  readonly name: string;
  readonly prompt: Value<string>;
  readonly schedule: JobSchedule;
  readonly deliver: Value<string>;
  readonly skills: readonly string[];
  /** @default - none */
  readonly workdir?: Value<string>;
}

/** As Hermes itself writes it. */
export type JobSchedule =
  | { readonly kind: "cron"; readonly expr: string; readonly display: string }
  | { readonly kind: "interval"; readonly minutes: number; readonly display: string };
