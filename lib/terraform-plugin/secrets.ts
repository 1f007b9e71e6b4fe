/** Keeps secrets out of what is printed: the values of sensitive and write-only attributes. */
import { childrenOf, type Fields, isSensitive } from "./fields";
import { Dynamic, isList, isNumber, isObject, type ObjectValue, type Value } from "./value";

/** Shorter strings are no secrets. Taking them out would make other words unreadable. */
const MIN_SECRET_CHARACTERS = 3;
const PLACEHOLDER = "(sensitive value)";

/** The values of the sensitive and write-only attributes of an object, as strings. */
export function secretsIn(fields: Fields, object: ObjectValue | null): string[] {
  if (object === null) return [];
  return [...fields].flatMap(([name, field]) => {
    const value = object[name];
    if (isSensitive(field)) return texts(value);
    return childrenOf(field, value).flatMap((child) => secretsIn(field.children, child.object));
  });
}

/**
 * @returns a function that takes secrets out of a text. It finds them in their URL and JSON spelling too. Of a secret
 * with several lines it also takes out each line, because logs print line by line.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  if (secrets.length === 0) return (text) => text;
  const spellings = secrets
    .flatMap((secret) => [secret, ...secret.split(/[\r\n]+/).map((line) => line.trim())])
    .filter((secret) => secret.length >= MIN_SECRET_CHARACTERS)
    .flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(Buffer.from(secret).toString()),
    ]);
  const longestFirst = [...new Set(spellings)].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((result, secret) => result.replaceAll(secret, PLACEHOLDER), text);
}

function texts(value: Value | undefined): string[] {
  if (typeof value === "string") return [value];
  if (isNumber(value)) return [String(value)];
  if (value instanceof Dynamic) return texts(value.value);
  if (isList(value)) return value.flatMap(texts);
  if (isObject(value)) return Object.values(value).flatMap(texts);
  return [];
}
