/** A login at the dashboard with name and password. */
import type { Unseen } from "../../hermes/observation";
import { PASSWORD_LOGIN } from "../../hermes/web-paths";
import type { ServiceAnswer } from "../access/access";
import { type Ask, documentOf, unanswered } from "./ask";

export interface DashboardUser {
  readonly username: string;
  readonly password: string;
}

export type Session =
  | {
      /** Value of the header `Cookie`. */
      readonly cookie: string;
    }
  | {
      /** What the dashboard said. */
      readonly rejected: string;
    }
  | Unseen;

export async function logIn(ask: Ask, { username, password }: DashboardUser): Promise<Session> {
  const answer = await ask(PASSWORD_LOGIN, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ provider: "basic", username, password }),
  });
  switch (answer?.status) {
    case 200: {
      const cookie = cookieOf(answer);
      return cookie === "" ? { unseen: "the dashboard's login gave no session", missed: true } : { cookie };
    }
    case 401:
    case 403: {
      const { detail } = documentOf(answer);
      return { rejected: typeof detail === "string" ? detail : String(answer.status) };
    }
    case 404:
    case 405:
      return { unseen: "the dashboard of this release has no login with a password" };
    case 429:
      return { unseen: "the dashboard takes 10 logins a minute; ask again in a minute", missed: true };
    default:
      return unanswered(PASSWORD_LOGIN, answer);
  }
}

/**
 * All cookies that the answer sets, as they are: the quotes around a value belong to it, and the names differ by release
 * and by the proxies that the dashboard trusts.
 */
function cookieOf({ headers }: ServiceAnswer): string {
  const set = headers["set-cookie"] ?? [];
  return (typeof set === "string" ? [set] : set).map((cookie) => cookie.split(";", 1)[0]).join("; ");
}
