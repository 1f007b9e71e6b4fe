import type { IncomingMessage } from "node:http";
import type { ApiAnswer } from "../captain/api-status";
import type { Captain } from "../captain/captain";
import { isJsonObject, type Json, type JsonObject } from "../engine/json";
import { readMultipart } from "./archive";

/** A request to the captain's API, read but not yet judged. */
export interface ApiRequest {
  readonly method: string;
  /** below `/api/v2`, without the query */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  /** parts of a multipart body */
  readonly parts: ReadonlyMap<string, Buffer>;
  readonly namespace: string;
  readonly authToken: string;
  readonly appToken: string;
}

export type ApiHandler = (
  captain: Captain,
  request: ApiRequest,
  /** what stands in the path for its one parameter */
  parameter: string,
) => ApiAnswer | Promise<ApiAnswer>;

export interface ParsedBody {
  readonly body: JsonObject;
  readonly parts: ReadonlyMap<string, Buffer>;
}

export function readRequest(
  request: IncomingMessage,
  url: URL,
  path: string,
  parsed: ParsedBody,
): ApiRequest {
  return {
    method: request.method ?? "GET",
    path,
    query: url.searchParams,
    ...parsed,
    namespace: header(request, "x-namespace") || "captain",
    authToken: header(request, "x-captain-auth"),
    appToken: header(request, "x-captain-app-token"),
  };
}

/** `undefined` for a body that can't be read as what it says it is. */
export function parseBody(request: IncomingMessage, body: Buffer): ParsedBody | undefined {
  const contentType = header(request, "content-type");
  const parts = new Map<string, Buffer>();
  if (body.length === 0) return { body: {}, parts };
  if (contentType.startsWith("multipart/form-data"))
    return { body: {}, parts: readMultipart(contentType, body) };
  if (contentType.startsWith("application/x-www-form-urlencoded")) {
    return { body: Object.fromEntries(new URLSearchParams(body.toString("utf8"))), parts };
  }
  try {
    const json: Json = JSON.parse(body.toString("utf8"));
    return isJsonObject(json) ? { body: json, parts } : undefined;
  } catch {
    return undefined;
  }
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
