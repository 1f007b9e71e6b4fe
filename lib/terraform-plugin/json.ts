/** JSON with exact numbers. `JSON.parse` rounds whole numbers beyond 2^53, which stored state may hold. */
import { parseNumber, type TerraformNumber } from "./number";

/** A JSON value. Its numbers are exact. */
export type Json = null | boolean | string | TerraformNumber | readonly Json[] | JsonObject;
/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** A text that is not JSON. The message quotes nothing but numbers from the text, which may hold secrets. */
export class JsonError extends Error {
  override readonly name = "JsonError";
}

/** Of a string only its opening quote: a pattern that matches megabytes of escapes would overflow the stack. */
const TOKEN = /\s*(?:([{}[\],:])|(")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/uy;
const MAX_DEPTH = 500;

/** @throws JsonError when the text is not JSON, or nested more than 500 deep */
export function parseExactJson(text: string): Json {
  const tokens = new Tokens(text);
  const value = parseValue(tokens, 0);
  tokens.expectEnd();
  return value;
}

/** A token by its kind. */
interface Token {
  readonly punctuation?: string | undefined;
  /** With its quotes. */
  readonly text?: string;
  readonly number?: string | undefined;
  readonly word?: string | undefined;
}

class Tokens {
  private readonly pattern = new RegExp(TOKEN);
  private peeked: Token | undefined;

  constructor(private readonly text: string) {}

  peek(): string {
    this.peeked ??= this.scan();
    return this.peeked.punctuation ?? "";
  }

  next(): Token {
    const token = this.peeked ?? this.scan();
    this.peeked = undefined;
    return token;
  }

  punctuation(expected: string): void {
    if (this.next().punctuation !== expected) throw this.error(`"${expected}" is expected`);
  }

  expectEnd(): void {
    if (this.text.slice(this.pattern.lastIndex).trim() !== "")
      throw this.error("there is text after the value");
  }

  error(problem: string): JsonError {
    return new JsonError(`invalid JSON: ${problem} before character ${this.pattern.lastIndex}`);
  }

  private scan(): Token {
    const at = this.pattern.lastIndex;
    const found = this.pattern.exec(this.text);
    if (found === null) throw new JsonError(`invalid JSON: unexpected text at character ${at}`);
    const [, punctuation, quote, number, word] = found;
    return quote === undefined ? { punctuation, number, word } : { text: this.restOfText() };
  }

  /** Moves behind the closing quote. */
  private restOfText(): string {
    const start = this.pattern.lastIndex - 1;
    let end = start + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === "\\" ? 2 : 1;
    if (end >= this.text.length)
      throw new JsonError(`invalid JSON: the string at character ${start} has no end`);
    this.pattern.lastIndex = end + 1;
    return this.text.slice(start, end + 1);
  }
}

function parseValue(tokens: Tokens, depth: number): Json {
  if (depth > MAX_DEPTH) throw tokens.error("nested too deeply");
  const { punctuation, text, number, word } = tokens.next();
  if (text !== undefined) return parseString(text);
  if (number !== undefined) return parseExactNumber(number);
  if (word !== undefined) return word === "null" ? null : word === "true";
  if (punctuation === "[") return parseArray(tokens, depth);
  if (punctuation === "{") return parseObject(tokens, depth);
  throw tokens.error("a value is expected");
}

function parseArray(tokens: Tokens, depth: number): Json {
  const items: Json[] = [];
  if (tokens.peek() === "]") tokens.next();
  else {
    for (let more = true; more; ) {
      items.push(parseValue(tokens, depth + 1));
      more = continues(tokens, "]");
    }
  }
  return items;
}

function parseObject(tokens: Tokens, depth: number): Json {
  const entries: [string, Json][] = [];
  if (tokens.peek() === "}") tokens.next();
  else {
    for (let more = true; more; ) {
      const name = tokens.next().text;
      if (name === undefined) throw tokens.error("a name is expected");
      tokens.punctuation(":");
      entries.push([parseString(name), parseValue(tokens, depth + 1)]);
      more = continues(tokens, "}");
    }
  }
  return Object.fromEntries(entries);
}

function continues(tokens: Tokens, end: string): boolean {
  const { punctuation } = tokens.next();
  if (punctuation !== "," && punctuation !== end) throw tokens.error(`"," or "${end}" is expected`);
  return punctuation === ",";
}

function parseString(token: string): string {
  try {
    return String(JSON.parse(token));
  } catch {
    throw new JsonError("invalid JSON: a string has a bad escape or a control character");
  }
}

function parseExactNumber(token: string): TerraformNumber {
  const number = parseNumber(token);
  if (number === undefined || /^-?0\d/.test(token)) throw new JsonError(`invalid JSON: the number ${token}`);
  return number;
}
