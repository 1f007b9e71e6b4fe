import type { JsonObject } from "../engine/json";

/** The status codes in the body of CapRover's answers. */
export const ApiStatus = {
  ok: 100,
  okDeployStarted: 101,
  okPartially: 102,
  generic: 1000,
  captainNotInitialized: 1001,
  alreadyExists: 1103,
  badName: 1104,
  wrongPassword: 1105,
  authTokenInvalid: 1106,
  verificationFailed: 1107,
  illegalOperation: 1108,
  buildError: 1109,
  illegalParameter: 1110,
  notFound: 1111,
  authenticationFailed: 1112,
  passwordBackOff: 1113,
  nginxValidationFailed: 1116,
} as const;

export type ApiStatusCode = (typeof ApiStatus)[keyof typeof ApiStatus];

/** What a handler returns. The HTTP status is 200; this status is in the body. */
export interface ApiAnswer {
  readonly status: ApiStatusCode;
  readonly description: string;
  readonly data: JsonObject;
}

export function ok(description: string, data: JsonObject = {}): ApiAnswer {
  return { status: ApiStatus.ok, description, data };
}

/** A failure that CapRover handles: HTTP 200 with a status in the body. Any other error becomes HTTP 500. */
export class CaptainError extends Error {
  constructor(
    readonly status: ApiStatusCode,
    description: string,
  ) {
    super(description);
  }
}
