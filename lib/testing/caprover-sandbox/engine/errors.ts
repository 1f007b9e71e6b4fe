/** A call that the Docker engine refuses, in the words in which a client library passes it on. */
export class EngineError extends Error {
  constructor(httpStatus: number, kind: "unexpected" | "server error", message: string) {
    super(`(HTTP code ${httpStatus}) ${kind} - ${message} `);
  }
}

/** A build that ends without an image, with the builder's message. */
export class BuildError extends Error {}

/** The message of any error, also of one from another realm: a hook and a template run in a `vm` context. */
export function messageOf(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error
    ? String(error.message)
    : String(error);
}
