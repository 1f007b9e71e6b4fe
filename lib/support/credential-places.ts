/** The places in a construct's props where a credential is, or could be by mistake. */
import type { Construct } from "constructs";
import { credentialIn, isCredentialByReference } from "./credentials";
import { isPlainObject, isRecord } from "./objects";
import type { Secret } from "./secret";
import { asExpression, exposureOf } from "./terraform-values";
import { isUnresolved } from "./tokens";

export interface TextPlace {
  /** The place as messages and acknowledgements name it. */
  readonly prop: string;
  /** The text's name there, such as that of a variable or a label; empty if the name says nothing. */
  readonly name: string;
  /** With Terraform's references in place of tokens. */
  readonly value: string;
}

export interface SecretPlace {
  readonly prop: string;
  readonly value: Secret;
  /** Where such a secret goes, if there is a better place than a variable. */
  readonly fix?: string | undefined;
}

export interface CredentialPlaces {
  /** Places that are meant for a secret, with the reason why Terraform would show it. */
  readonly secrets: readonly (SecretPlace & { readonly exposure: string | undefined })[];
  /** Settings of Hermes' own config.yaml. */
  readonly config: readonly TextPlace[];
  /** All other text. */
  readonly texts: readonly TextPlace[];
}

export interface GivenPlaces {
  readonly secrets?: readonly SecretPlace[];
  readonly config?: readonly TextPlace[];
  readonly texts: readonly TextPlace[];
}

export function credentialPlaces(
  scope: Construct,
  { secrets = [], config = [], texts }: GivenPlaces,
): CredentialPlaces {
  const meantForSecrets = new Set(secrets.map(({ prop }) => prop));
  const resolved = (places: readonly TextPlace[]) =>
    places.map((place) => ({ ...place, value: asExpression(scope, place.value) }));
  const given = resolved(texts.filter(({ prop }) => !meantForSecrets.has(prop)));
  // Text around a reference, or inside a function, may be a credential too.
  const composed = secrets.flatMap(({ prop, value }) =>
    typeof value === "string" && isUnresolved(value) ? [{ prop, name: "", value }] : [],
  );
  const byReference = [...given, ...resolved(config)].filter(({ value }) => isCredentialByReference(value));
  return {
    secrets: [...secrets, ...byReference].map((secret) => {
      const { value } = secret;
      const exposure =
        typeof value === "string" && isUnresolved(value) ? exposureOf(scope, value) : undefined;
      return { ...secret, exposure };
    }),
    config: resolved(config),
    texts: [...given, ...resolved(composed)],
  };
}

/**
 * Every text in props. Values that are not plain objects or lists, such as constructs, are skipped.
 *
 * @param prop of which they are part; empty for the props themselves
 */
export function* textsIn(value: unknown, prop = "", name = ""): Generator<TextPlace> {
  if (typeof value === "string") yield { prop, name, value };
  // A whole list or map that only Terraform knows has no text of its own.
  else if (isUnresolved(value)) return;
  else if (Array.isArray(value))
    for (const [i, item] of value.entries()) {
      yield* textsIn(item, `${prop}[${i}]`, name);
      const joined = valueOfOption(value[i - 1], item);
      if (joined !== undefined) yield { prop: `${prop}[${i}]`, name: "", value: joined };
    }
  else if (isRecord(value) && isPlainObject(value)) {
    for (const [i, [key, item]] of Object.entries(value).entries()) {
      const place = `${prop}${keyAsShown(key, i)}`.replace(/^\./, "");
      if (credentialIn(key) !== undefined) yield { prop: place, name: "", value: key };
      yield* textsIn(item, place, key);
    }
  }
}

/** `password=x` of a command line that has `--password` and `x` one after the other. */
function valueOfOption(option: unknown, value: unknown): string | undefined {
  if (typeof option !== "string" || typeof value !== "string" || isUnresolved(value)) return undefined;
  const [, name] = /^--?([A-Za-z][\w.-]+)$/.exec(option) ?? [];
  return name !== undefined && !/^-/.test(value) && !FILE_NAME.test(value) ? `${name}=${value}` : undefined;
}

const FILE_NAME = /^[\w.-]+\.(?:json|ya?ml|toml|ini|conf|env|txt|pem|key|crt)$/;

/** A key as people write it; its position if it is a credential itself. */
function keyAsShown(key: string, index: number): string {
  if (credentialIn(key) !== undefined) return `.(name ${index + 1}, not shown)`;
  return /^[\w.-]{1,60}$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
