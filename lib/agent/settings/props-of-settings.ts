/**
 * Derived from Hermes' tables of settings: the props that people write, their shape, and the variables that they
 * become.
 */
import type * as z from "zod";
import type { Release } from "../../hermes/releases";
import { ANY_SECRET } from "../../hermes/secret-checks";
import type { Setting, Settings } from "../../hermes/settings";
import { inSecretsFile, type Secret } from "../../support/secret";
import { numberText } from "../../support/tokens";
import {
  anyText,
  choice,
  either,
  listOrToken,
  literalWholeNumber,
  optional,
  secret,
  text,
  wholeNumber,
} from "../../support/validation";
import type { SecretVariable } from "./secret-variable";

/** Who may talk to the agent: a list of ids, or everyone. Nobody by default, as in Hermes. */
export type AllowedUsers = readonly string[] | "everyone";

/** The props of a table's settings. The docstring of a row is the docstring of its prop. */
export type PropsOf<Table extends Settings> = {
  readonly [Prop in keyof Table as Table[Prop] extends { optional: true } ? never : Prop]: ValueOf<
    Table[Prop]
  >;
} & {
  readonly [Prop in keyof Table as Table[Prop] extends { optional: true } ? Prop : never]?: ValueOf<
    Table[Prop]
  >;
};

type ValueOf<Row extends Setting> = {
  text: string;
  choice: Row extends { values: readonly (infer Value)[] } ? Value : never;
  number: number;
  port: number;
  list: readonly string[];
  "allow-list": Row extends { everyone: string } ? AllowedUsers : readonly string[];
  secret: Secret;
}[Row["kind"]];

/** The shapes of the props, by name. */
export function shapesOf<Table extends Settings>(table: Table): { [Prop in keyof Table]: z.ZodType };
export function shapesOf(table: Settings): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(table).map(([prop, setting]) => {
      const shape = shapeOf(setting);
      return [prop, setting.optional ? optional(shape) : shape];
    }),
  );
}

function shapeOf(setting: Setting): z.ZodType {
  switch (setting.kind) {
    case "text":
      return setting.pattern === undefined
        ? anyText(setting.allowed)
        : text(setting.pattern, setting.allowed);
    case "choice":
      return choice(...setting.values);
    case "number":
      return wholeNumber(setting.min, setting.max ?? Number.MAX_SAFE_INTEGER, setting.unit);
    case "port":
      return literalWholeNumber(1, 65535, "");
    case "list":
      return listOrToken(
        setting.pattern === undefined ? anyText(setting.item) : text(setting.pattern, setting.item),
      );
    case "allow-list": {
      const ids = listOrToken(anyText(setting.item));
      return setting.everyone === undefined
        ? ids
        : either('a list of user ids, or "everyone"', choice("everyone"), ids);
    }
    case "secret":
      return secret();
  }
}

/**
 * A value of the environment: text, or a list that becomes one text. Its items may be known only to Terraform.
 */
export type PlainValue = string | { readonly items: readonly string[]; readonly separator: "," | " " | ":" };

export interface EnvironmentPart {
  readonly plain: Readonly<Record<string, PlainValue>>;
  readonly secrets: readonly SecretVariable[];
}

/** Values of settings by the names of their props. Names that the table does not have are ignored. */
export type SettingValues = Readonly<
  Record<string, string | number | readonly string[] | Secret | undefined>
>;

/** @param prop that the settings belong to, for messages */
export function environmentOf(
  table: Settings,
  values: SettingValues,
  prop: string,
  release: Release,
): EnvironmentPart {
  const plain: Record<string, PlainValue> = {};
  const secrets: SecretVariable[] = [];
  for (const [name, setting] of Object.entries(table)) {
    const value = values[name];
    if (value === undefined) continue;
    Object.assign(plain, setting.with);
    if (setting.kind === "secret") {
      if (typeof value !== "string" && value !== inSecretsFile) continue;
      const checks = setting.checks.map((check) => (typeof check === "function" ? check(release) : check));
      secrets.push({
        name: setting.variable,
        prop: `${prop}.${name}`,
        value,
        checks: [ANY_SECRET, ...checks],
      });
    } else if (setting.kind === "allow-list" && value === "everyone") {
      if (setting.everyone !== undefined) plain[setting.everyone] = "true";
    } else if (typeof value === "string") plain[setting.variable] = value;
    else if (typeof value === "number") plain[setting.variable] = numberText(value);
    else if (typeof value === "object" && "separator" in setting)
      plain[setting.variable] = { items: value, separator: setting.separator };
  }
  return { plain, secrets };
}
