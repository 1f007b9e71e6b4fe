import type { IncomingMessage } from "node:http";
import type { ApiAnswer } from "../captain/api-status";
import type { Captain } from "../captain/captain";
import { isJsonObject, type Json, type JsonObject } from "../engine/json";
import { readMultipart } from "./archive";

/** A request to CapRover's API, parsed and not yet checked. */
export interface ApiRequest {
  readonly method: string;
  /** Below `/api/v2`, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  /** The parts of a multipart body, by field name. */
  readonly parts: ReadonlyMap<string, Buffer>;
  readonly namespace: string;
  readonly authToken: string;
  readonly appToken: string;
}

export type ApiHandler = (
  captain: Captain,
  request: ApiRequest,
  /** The value of the path's one parameter; `""` for a path without one. */
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

/** `undefined` for a body that does not fit its content type. */
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
