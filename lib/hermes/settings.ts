/**
 * How a setting reaches Hermes: the variable that carries it, what a value looks like, and since when. The tables of
 * platforms, logins and the API server consist of these rows. Props, schemas, environment, reserved names and docs are
 * derived from them.
 */
import type { Feature, Release } from "./releases";
import type { SecretCheck } from "./secret-checks";

interface Carried {
  /** Name in the environment. It is written here and nowhere else. */
  readonly variable: string;
  /** It may be left out. */
  readonly optional?: true;
  /** The feature that a release needs to read it. Without one, every release does. */
  readonly since?: Feature;
  /** Where config.yaml says the same, as a dotted path. Hermes looks there while the variable is empty. */
  readonly configPath?: string;
  /** A new program gives it, although it may be left out. */
  readonly suggested?: true;
  /** Props of the same table without which it does nothing. */
  readonly needs?: readonly string[];
  /** Variables that go with it, each with its value. */
  readonly with?: Readonly<Record<string, string>>;
  /** How somebody outside says whether they take it: a call that only asks for a state and takes no message. */
  readonly proof?: Proof;
}

export interface TextSetting extends Carried {
  readonly kind: "text";
  /** @default - any text that is not blank */
  readonly pattern?: RegExp;
  /** What is allowed, in words. */
  readonly allowed: string;
  /** What a new program says until somebody writes the right value. */
  readonly example: string;
  /** The example can stay. */
  readonly exampleWorks?: true;
  /** A server that the agent calls: its URL, or its host. */
  readonly server?: true;
  /** It names the account of a bot, on which only one agent can be. */
  readonly oneAgent?: true;
  /** It is an address of the agent itself, at which the platform calls it. */
  readonly ownAddress?: OwnAddress;
}

export interface OwnAddress {
  /** What answers there. @default - the platform's own service */
  readonly at?: "apiServer";
  /** The path that Hermes answers there. @default - the one that the value says */
  readonly path?: string;
}

/** One of a few words. */
export interface ChoiceSetting extends Carried {
  readonly kind: "choice";
  readonly values: readonly [string, string, ...string[]];
  /** What a new program says. */
  readonly example: string;
}

export interface NumberSetting extends Carried {
  readonly kind: "number";
  readonly min: number;
  /** @default - no end */
  readonly max?: number;
  readonly unit: string;
}

/** The port on which something listens in the container. */
export interface PortSetting extends Carried {
  readonly kind: "port";
  /** Hermes' own. */
  readonly port: number;
}

/** Several texts in one variable. */
export interface ListSetting extends Carried {
  readonly kind: "list";
  readonly separator: "," | " ";
  /** What an item is, in words. */
  readonly item: string;
  /** What an item looks like. @default - any text that is not blank */
  readonly pattern?: RegExp;
  /** What a new program says until somebody writes the right items. */
  readonly example: readonly string[];
}

/** Who may talk to the agent. */
export interface AllowListSetting extends Carried {
  readonly kind: "allow-list";
  readonly separator: ",";
  /** What an id is, in words. */
  readonly item: string;
  /** What an id looks like. Hermes compares ids as they are written, so another form lets nobody in. */
  readonly id: RegExp;
  /** An id that nobody has, for a new program until somebody writes the right ones. */
  readonly nobody: string;
  /** The variable that lets everyone in, where there is one. */
  readonly everyone?: string;
  /** Places in which those who may talk to it can do so. It lets nobody in by itself. */
  readonly ofPlaces?: true;
  /** The prop whose value has to be on it, or nobody gets in. */
  readonly names?: string;
}

export type SecretSetting = SecretValue & SecretOrigin;

/** Where a person finds it, in words; or the command that prints a new value. */
export type SecretOrigin = { readonly from: string } | { readonly madeBy: string };

interface SecretValue extends Carried {
  readonly kind: "secret";
  /** What Hermes requires of it, beyond what it requires of every secret. */
  readonly checks: readonly (SecretCheck | ((release: Release) => SecretCheck))[];
  /** It belongs to one bot, and the platform lets only one agent connect as that bot. */
  readonly oneAgent?: true;
  /** Why nobody can be asked whether they take it, as a clause. */
  readonly unproven?: string;
}

/** Where a secret comes from, as a clause. */
export function originOf(secret: SecretOrigin): string {
  return "madeBy" in secret ? `printed by \`${secret.madeBy}\`` : secret.from;
}

/** `{prop}` stands for the value of a prop of the table, and `{prop:-text}` for it or, where it is not given, the text. */
export type Proof = HttpProof | ImapProof;

export interface HttpProof {
  readonly method: "GET" | "POST";
  readonly url: string;
  /** Another URL while a prop has that value. */
  readonly elsewhere?: { readonly prop: string; readonly value: string; readonly url: string };
  /** The Authorization header. */
  readonly authorization?: string;
  /** User and password of HTTP's basic scheme, with a colon between them. Without a colon it is not sent. */
  readonly basic?: string;
  /** The body as JSON. */
  readonly json?: Readonly<Record<string, string>>;
  /** The body as a form. */
  readonly form?: Readonly<Record<string, string>>;
}

/** A login to a mailbox, which opens no folder. */
export interface ImapProof {
  readonly imap: {
    readonly host: string;
    readonly port: string;
    readonly user: string;
    readonly password: string;
  };
}

export type Setting =
  | TextSetting
  | ChoiceSetting
  | NumberSetting
  | PortSetting
  | ListSetting
  | AllowListSetting
  | SecretSetting;

/** Settings by the names of their props. */
export type Settings = Readonly<Record<string, Setting>>;

/** Every variable that carries the setting. */
export function variablesOf(setting: Setting): readonly string[] {
  const everyone = setting.kind === "allow-list" ? setting.everyone : undefined;
  return everyone === undefined ? [setting.variable] : [setting.variable, everyone];
}

/**
 * A list with nobody on it. An empty text would not do: Hermes then takes the list from config.yaml, seen by running
 * 0.17.0 and 0.19.0.
 */
export const NOBODY = ",";

/** What each variable of the setting says when it is off. To Hermes an empty text is a variable that is not set. */
export function offVariables(setting: Setting): Readonly<Record<string, string>> {
  if (setting.kind !== "allow-list") return { [setting.variable]: "" };
  const { variable, everyone } = setting;
  return { [variable]: NOBODY, ...(everyone !== undefined && { [everyone]: "false" }) };
}

/** What config.yaml says where the setting is off: an empty list of ids would lock everybody out. */
export function offLeaves({ kind, configPath }: Setting): Readonly<Record<string, "" | null>> {
  return configPath === undefined ? {} : { [configPath]: kind === "allow-list" ? null : "" };
}
