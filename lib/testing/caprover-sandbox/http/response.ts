import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { ApiAnswer } from "../captain/api-status";

/** An answer as it is sent: HTTP 200 with JSON for what CapRover handles, plain text for the rest. */
export type WireAnswer =
  | { readonly httpStatus: 200; readonly json: ApiAnswer }
  | { readonly httpStatus: 302 | 404 | 429 | 500 | 501; readonly text: string; readonly location?: string };

export const NOT_FOUND: WireAnswer = { httpStatus: 404, text: "Not Found" };
export const BUSY: WireAnswer = {
  httpStatus: 429,
  text: "Another operation still in progress... please wait...",
};
export const SERVER_ERROR: WireAnswer = { httpStatus: 500, text: "Internal Server Error" };

export function handled(status: ApiAnswer["status"], description: string): WireAnswer {
  return { httpStatus: 200, json: { status, description, data: {} } };
}

/** The connection breaks (`broken`), stays open without an answer (`never`), or breaks after half of one (`half`). */
export type Outcome = WireAnswer | "broken" | "never" | { readonly half: WireAnswer };

export function send(response: ServerResponse, outcome: Outcome): void {
  if (outcome === "never") return;
  if (outcome === "broken") {
    reset(response);
    return;
  }
  if ("half" in outcome) {
    const body = writeHead(response, outcome.half);
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
    return;
  }
  response.end(writeHead(response, outcome));
}

function writeHead(response: ServerResponse, answer: WireAnswer): Buffer {
  const isJson = answer.httpStatus === 200;
  const body = Buffer.from(isJson ? JSON.stringify(answer.json) : answer.text, "utf8");
  if (!isJson && answer.location !== undefined) response.setHeader("Location", answer.location);
  response.writeHead(answer.httpStatus, {
    "Content-Type": isJson ? "application/json; charset=utf-8" : "text/plain; charset=utf-8",
    "Content-Length": body.length,
    ETag: `W/"${body.length.toString(16)}-${createHash("sha1").update(body).digest("base64").slice(0, 27)}"`,
  });
  return body;
}

export function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
  response.destroy();
}
