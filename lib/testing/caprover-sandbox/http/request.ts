import type { ApiAnswer } from "../captain/api-status";
import type { Captain } from "../captain/captain";
import type { JsonObject } from "../engine/json";

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
