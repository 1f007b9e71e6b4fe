/** JSON with exact numbers: `JSON.parse` rounds whole numbers beyond 2^53, and stored state may hold such. */
import { parseNumber, type TerraformNumber } from "./number";

/** What JSON text holds, its numbers to the last digit. */
export type Json = null | boolean | string | TerraformNumber | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** A text that is no JSON. Its words hold nothing of the text but numbers. */
export class JsonError extends Error {
  override readonly name = "JsonError";
}

/** Of a text only the quote that opens it: a pattern that runs over megabytes of escapes overflows its stack. */
const TOKEN = /\s*(?:([{}[\],:])|(")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/uy;
const MAX_DEPTH = 500;

/** @throws JsonError when the text is no JSON, or nested more than 500 deep */
export function parseExactJson(text: string): Json {
  const tokens = new Tokens(text);
  const value = parseValue(tokens, 0);
  tokens.expectEnd();
  return value;
}

/** A token by its kind; a text with its quotes. */
interface Token {
  readonly punctuation?: string | undefined;
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

  punctuation(wanted: string): void {
    if (this.next().punctuation !== wanted) throw this.error(`"${wanted}" is wanted`);
  }

  expectEnd(): void {
    if (this.text.slice(this.pattern.lastIndex).trim() !== "") throw this.error("text after the value");
  }

  error(problem: string): JsonError {
    return new JsonError(`no JSON: ${problem} before character ${this.pattern.lastIndex}`);
  }

  private scan(): Token {
    const at = this.pattern.lastIndex;
    const found = this.pattern.exec(this.text);
    if (found === null) throw new JsonError(`no JSON: unexpected text at character ${at}`);
    const [, punctuation, quote, number, word] = found;
    return quote === undefined ? { punctuation, number, word } : { text: this.restOfText() };
  }

  /** Goes on behind the quote that closes the text. */
  private restOfText(): string {
    const start = this.pattern.lastIndex - 1;
    let end = start + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === "\\" ? 2 : 1;
    if (end >= this.text.length) throw new JsonError(`no JSON: the text at character ${start} does not end`);
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
  throw tokens.error("a value is wanted");
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
      if (name === undefined) throw tokens.error("a name is wanted");
      tokens.punctuation(":");
      entries.push([parseString(name), parseValue(tokens, depth + 1)]);
      more = continues(tokens, "}");
    }
  }
  return Object.fromEntries(entries);
}

function continues(tokens: Tokens, end: string): boolean {
  const { punctuation } = tokens.next();
  if (punctuation !== "," && punctuation !== end) throw tokens.error(`"," or "${end}" is wanted`);
  return punctuation === ",";
}

function parseString(token: string): string {
  try {
    return String(JSON.parse(token));
  } catch {
    throw new JsonError("no JSON: a text with a bad escape or control character");
  }
}

function parseExactNumber(token: string): TerraformNumber {
  const number = parseNumber(token);
  if (number === undefined || /^-?0\d/.test(token)) throw new JsonError(`no JSON: the number ${token}`);
  return number;
}
