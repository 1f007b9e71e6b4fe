/**
 * Terraform's numbers are decimal and of any size. Here each has exactly one form: a JavaScript `number` where
 * that holds it exactly, a `bigint` for whole numbers beyond 2^53, and its digits as text for the rest.
 */
export type TerraformNumber = number | bigint | Decimal;

/** A fraction with more digits than a JavaScript number holds. */
export class Decimal {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** Beyond this, the digits of a number such as 1e999999999 would fill the memory. */
const MAX_EXPONENT = 10_000;

/** @returns undefined when the text is no decimal number */
export function parseNumber(text: string): TerraformNumber | undefined {
  const plain = plainDigits(text);
  if (plain === undefined) return undefined;
  const near = Number(plain);
  if (!plain.includes(".")) return Number.isSafeInteger(near) ? near + 0 : BigInt(plain);
  return plainDigits(String(near)) === plain ? near : new Decimal(plain);
}

/**
 * The number that a float64 stands for, to the last digit: its shortest text names another one where that needs
 * more than 17 digits, as 2^-60 does.
 * @returns undefined for NaN and infinities
 */
export function numberFromFloat(value: number): TerraformNumber | undefined {
  if (!Number.isFinite(value)) return undefined;
  let [whole, halvings] = [value, 0];
  for (; !Number.isInteger(whole); halvings++) whole *= 2;
  return parseNumber(`${BigInt(whole) * 5n ** BigInt(halvings)}e-${halvings}`);
}

/** The one form of a number that code gave, which may be `2 ** 60` or `5n`. */
export function canonicalNumber(value: TerraformNumber): TerraformNumber | undefined {
  return parseNumber(String(value));
}

/** Digits without exponent and without zeros that say nothing: `1.50e1` is `15`. */
function plainDigits(text: string): string | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponentText = "0"] = match;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > MAX_EXPONENT) return undefined;
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const before = point <= 0 ? "0" : digits.slice(0, point).padEnd(point, "0");
  const after = point >= 0 ? digits.slice(point) : "0".repeat(-point) + digits;
  const shortBefore = before.replace(/^0+(?=\d)/, "");
  const shortAfter = after.replace(/0+$/, "");
  const magnitude = shortAfter === "" ? shortBefore : `${shortBefore}.${shortAfter}`;
  return magnitude === "0" ? "0" : sign + magnitude;
}
