/**
 * One attribute of `caprover_app` is one row: its schema, how its state is read from CapRover, and how its value is sent
 * there. Apps are read and written only by these rows, so no attribute can be forgotten: a row without a reading, or
 * without a way to be sent, does not compile.
 */
import type { Attribute, NoBlocks, ObjectOf, Phase } from "../../../terraform-plugin";
import type { App, PlainSettings } from "../../captain/app";
import type { SecretDigests } from "../../secrets/digests";
import type { ServiceSettings } from "../../settings/override";
import type { Settings } from "../../settings/settings";
import type { WantedEnvironment, WantedValue } from "../../settings/wanted-value";
import type { Computed } from "./computed";

/** What a state is read from. */
export interface Seen {
  readonly app: App;
  readonly computed: Computed;
  /** The settings in the app's service override. */
  readonly service: ServiceSettings;
  /** Names of the variables whose values stay out of the state. */
  readonly secretKeys: readonly string[];
  /** Digests of the secrets that were sent last. */
  readonly digests: SecretDigests;
}

/** How an attribute takes effect that is no setting of the app. */
export type OtherWay =
  /** CapRover takes it when it makes the app, and does not change it later. */
  | "at creation"
  | "as a deploy"
  /** Its change means that a secret is sent. */
  | "with a secret"
  /** Its change means that the last write is sent again. */
  | "as a repeated write"
  /** Only the provider uses it, or CapRover decides it. */
  | "not sent";

type ValueOf<A extends Attribute, P extends Phase> = ObjectOf<{ readonly it: A }, NoBlocks, P> extends {
  readonly it: infer V;
}
  ? V
  : never;

interface Reader<A extends Attribute> {
  /** @param prior the state's previous value, whose spelling is kept where the meaning is the same */
  read(seen: Seen, prior: ValueOf<A, "state">): ValueOf<A, "state">;
}
interface Writer<A extends Attribute, S extends Partial<Settings>> {
  /** @param secrets the write-only values, which a plan lacks */
  write(planned: ValueOf<A, "planned">, secrets: Secrets): S;
}

/** The write-only values. One that the plan does not say it sends is kept as CapRover has it. */
export interface Secrets {
  readonly environment: WantedEnvironment;
  readonly deployToken: WantedValue;
  /** For basic auth. */
  readonly password: WantedValue;
}

/** Any row. Its methods take and return values of the row's own attribute. */
export interface Row {
  readonly attribute: Attribute;
  readonly sent: "as settings" | OtherWay;
  read?(seen: Seen, prior: unknown): unknown;
  write?(planned: unknown, secrets: Secrets): Partial<Settings>;
}
export interface Rows {
  readonly [attribute: string]: Row;
}

/** An attribute that CapRover keeps as settings of the app. */
export const setting = <A extends Attribute, S extends Partial<Settings>>(
  attribute: A,
  row: Reader<A> & Writer<A, S>,
) => ({ attribute, sent: "as settings", ...row }) as const;

/** A write-only attribute: no state has it. */
export const secret = <A extends Attribute, S extends Partial<Settings>>(
  attribute: A,
  settingsOf: (secrets: Secrets) => S,
) =>
  ({
    attribute,
    sent: "as settings",
    write: (_planned: unknown, secrets: Secrets) => settingsOf(secrets),
  }) as const;

/** An attribute that is no setting of the app. */
export const noSetting = <A extends Attribute>(attribute: A, sent: OtherWay, read: Reader<A>["read"]) => ({
  attribute,
  sent,
  read,
});

/** Reads an attribute that CapRover does not store: the state keeps its value. */
export const kept = <V>(_seen: Seen, prior: V): V => prior;

interface PlainRow<K extends keyof PlainSettings> {
  read(seen: Seen): PlainSettings[K];
  write(value: PlainSettings[K]): Pick<PlainSettings, K>;
}
/** Reads and writes an attribute that has the same value as a plain setting of CapRover. */
export function plain<K extends keyof PlainSettings>(key: K): PlainRow<K>;
export function plain(key: keyof PlainSettings) {
  return {
    read: ({ app }: Seen) => app[key],
    write: (value: unknown) => ({ [key]: value }),
  };
}

/** The schema of all rows. */
export function attributesOf<R extends Rows>(rows: R): { readonly [K in keyof R]: R[K]["attribute"] };
export function attributesOf(rows: Rows): { readonly [name: string]: Attribute } {
  return Object.fromEntries(Object.entries(rows).map(([name, { attribute }]) => [name, attribute]));
}

type Schema<R extends Rows> = { readonly [K in keyof R]: R[K]["attribute"] };
type Values<R extends Rows, P extends Phase> = ObjectOf<Schema<R>, NoBlocks, P>;

/** The state of all rows. */
export function readRows<R extends Rows>(rows: R, seen: Seen, prior: Values<R, "state">): Values<R, "state">;
export function readRows(rows: Rows, seen: Seen, prior: { readonly [name: string]: unknown }): object {
  return Object.fromEntries(
    Object.entries(rows).flatMap(([name, row]) =>
      row.read === undefined ? [] : [[name, row.read(seen, prior[name])]],
    ),
  );
}

type Written<R extends Rows> = {
  [K in keyof R]: R[K] extends { write(...values: never): infer S } ? keyof S : never;
}[keyof R];

/** The settings of all rows. When no row writes some setting, the result is not assignable to `Settings`. */
export function writeRows<R extends Rows>(
  rows: R,
  planned: Values<R, "planned">,
  secrets: Secrets,
): Pick<Settings, Written<R> & keyof Settings>;
export function writeRows(
  rows: Rows,
  planned: { readonly [name: string]: unknown },
  secrets: Secrets,
): object {
  return Object.fromEntries(
    Object.entries(rows).flatMap(([name, row]) => Object.entries(row.write?.(planned[name], secrets) ?? {})),
  );
}

/** A state with only the schema's defaults. */
export function defaultsOf<R extends Rows>(rows: R): Omit<Values<R, "state">, RequiredNames<R>>;
export function defaultsOf(rows: Rows): object {
  const stored = Object.entries(rows).filter(([, { attribute }]) => attribute.mode !== "writeOnly");
  return Object.fromEntries(stored.map(([name, { attribute }]) => [name, attribute.default ?? null]));
}
type RequiredNames<R extends Rows> = {
  [K in keyof R]: R[K]["attribute"]["mode"] extends "required" ? K : never;
}[keyof R];
