/** JSON with exact numbers: `JSON.parse` rounds whole numbers beyond 2^53, and stored state may hold such. */
import { parseNumber, type TerraformNumber } from "./number";

export type Json = null | boolean | string | TerraformNumber | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export class JsonError extends Error {
  override readonly name = "JsonError";
}

const TOKEN =
  /[\s]*(?:([{}[\],:])|("[^"\\]*(?:\\.[^"\\]*)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/suy;
const MAX_DEPTH = 500;

export function parseExactJson(text: string): Json {
  const tokens = new Tokens(text);
  const value = parseValue(tokens, 0);
  tokens.expectEnd();
  return value;
}

class Tokens {
  private readonly pattern = new RegExp(TOKEN);
  private peeked: RegExpExecArray | undefined;

  constructor(private readonly text: string) {}

  peek(): string {
    this.peeked ??= this.scan();
    return this.peeked[1] ?? "";
  }

  next(): RegExpExecArray {
    const token = this.peeked ?? this.scan();
    this.peeked = undefined;
    return token;
  }

  punctuation(wanted: string): void {
    if (this.next()[1] !== wanted) throw this.error(`"${wanted}" is wanted`);
  }

  expectEnd(): void {
    if (this.text.slice(this.pattern.lastIndex).trim() !== "") throw this.error("text after the value");
  }

  error(problem: string): JsonError {
    return new JsonError(`no JSON: ${problem} before character ${this.pattern.lastIndex}`);
  }

  private scan(): RegExpExecArray {
    const at = this.pattern.lastIndex;
    const token = this.pattern.exec(this.text);
    if (token === null) throw new JsonError(`no JSON: unexpected text at character ${at}`);
    return token;
  }
}

function parseValue(tokens: Tokens, depth: number): Json {
  if (depth > MAX_DEPTH) throw tokens.error("nested too deeply");
  const [, punctuation, text, number, word] = tokens.next();
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
      const name = tokens.next()[2];
      if (name === undefined) throw tokens.error("a name is wanted");
      tokens.punctuation(":");
      entries.push([parseString(name), parseValue(tokens, depth + 1)]);
      more = continues(tokens, "}");
    }
  }
  return Object.fromEntries(entries);
}

function continues(tokens: Tokens, end: string): boolean {
  const [, found] = tokens.next();
  if (found !== "," && found !== end) throw tokens.error(`"," or "${end}" is wanted`);
  return found === ",";
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
