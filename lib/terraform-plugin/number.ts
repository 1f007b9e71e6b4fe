/**
 * A number of Terraform, which may have any number of digits. Each has exactly one form: a JavaScript `number` where
 * that holds it exactly, otherwise a `bigint` for a whole number, and a {@link Decimal} for a fraction.
 */
export type TerraformNumber = number | bigint | Decimal;

/** A fraction with more digits than a JavaScript number holds. */
export class Decimal {
  /** @param text its digits, such as `0.1234567890123456789` */
  constructor(readonly text: string) {}

  /** Its digits. */
  toString(): string {
    return this.text;
  }
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** The digits of a number such as 1e999999999 would fill the memory. */
const MAX_EXPONENT = 10_000;

/** @returns undefined when the text is not a decimal number */
export function parseNumber(text: string): TerraformNumber | undefined {
  const plain = plainDigits(text);
  if (plain === undefined) return undefined;
  const near = Number(plain);
  if (!plain.includes(".")) return Number.isSafeInteger(near) ? near + 0 : BigInt(plain);
  return plainDigits(String(near)) === plain ? near : new Decimal(plain);
}

/**
 * The exact number that a float64 holds. Its shortest text, which JavaScript prints, is another number where that needs
 * more than 17 digits, as 2^-60 does.
 * @returns undefined for NaN and infinities
 */
export function numberFromFloat(value: number): TerraformNumber | undefined {
  if (!Number.isFinite(value)) return undefined;
  let [whole, halvings] = [value, 0];
  for (; !Number.isInteger(whole); halvings++) whole *= 2;
  return parseNumber(`${BigInt(whole) * 5n ** BigInt(halvings)}e-${halvings}`);
}

/** The one form of a number: of `5n`, for example, it is `5`. */
export function canonicalNumber(value: TerraformNumber): TerraformNumber | undefined {
  return parseNumber(String(value));
}

/** The digits without exponent and superfluous zeros: `1.50e1` is `15`. */
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
