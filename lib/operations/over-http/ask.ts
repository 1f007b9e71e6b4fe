/** One request to an agent, and what is read of its answer. */
import type { Unseen } from "../../hermes/observation";
import { type Document, jsonIn, record } from "../../support/json-document";
import { type ServiceAnswer, type ServiceRequest, Unreachable } from "../access/access";

/** Undefined if nothing answers. */
export type Ask = (
  path: string,
  request?: Partial<Omit<ServiceRequest, "path">>,
) => Promise<ServiceAnswer | undefined>;

/** How long everything but the model's answer may take. */
export const SECONDS = 15;

export function asker(
  send: (request: ServiceRequest) => Promise<ServiceAnswer>,
  always: Readonly<Record<string, string>>,
): Ask {
  return async (path, { method = "GET", headers = {}, body, seconds = SECONDS } = {}) => {
    try {
      return await send({
        method,
        path,
        headers: { ...always, ...headers },
        ...(body !== undefined && { body }),
        seconds,
      });
    } catch (error) {
      if (error instanceof Unreachable) return undefined;
      throw error;
    }
  };
}

export function documentOf(answer: ServiceAnswer | undefined): Document {
  return record(jsonIn(answer?.body ?? ""));
}

/** Why a page showed nothing. */
export function unanswered(path: string, answer: ServiceAnswer | undefined): Unseen {
  const [page] = path.split("?");
  const what = answer === undefined ? "gave no answer" : `answered ${answer.status}`;
  return { unseen: `${page} ${what}`, missed: true };
}

/** CapRover's nginx turns the request away, before the agent has seen it. */
export function asksForBasicAuth(answer: ServiceAnswer | undefined): boolean {
  return answer?.status === 401 && /^basic\b/i.test(String(answer.headers["www-authenticate"] ?? ""));
}

export function textIn<Name extends string>(value: unknown, name: Name): { readonly [Key in Name]?: string } {
  return typeof value === "string" && value !== "" ? nameIt(name, value) : {};
}

function nameIt<Name extends string>(name: Name, value: string): { readonly [Key in Name]?: string };
function nameIt(name: string, value: string): Readonly<Record<string, string>> {
  return { [name]: value };
}
