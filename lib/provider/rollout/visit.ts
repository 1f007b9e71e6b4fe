/** A request to an app's own address. */

import { isLoopback } from "../../caprover-server/url";
import type { App } from "../captain/app";
import type { Captain } from "../captain/client";
import { type HttpAnswer, HttpFailure, sendHttp } from "../captain/http";
import { webAddress } from "../settings/web-address";

const VISIT_SECONDS = 10;
/** CapRover itself answers here with the id of its process. Behind nginx an app or a page answers. */
const HEALTH_PATH = "/checkhealth";
const HEALTH_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** No app can have two hyphens in its name. */
const NO_APP = "no--app";

export type Visit =
  | { readonly url: string; readonly answer: HttpAnswer }
  | { readonly url: string; readonly failure: string };

/**
 * A server on loopback may lead to its apps by the same port. Then the app is asked through that port, because its name
 * does not resolve there. The request names the scheme as a proxy would, or nginx would redirect to https.
 */
export async function visit(
  captain: Captain,
  app: App,
  rootDomain: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Visit> {
  const address = new URL(path, webAddress(app, rootDomain));
  try {
    const answer = (await leadsToApps(captain, rootDomain, signal))
      ? await askBehind(captain, address, headers, signal)
      : await ask(captain, address, headers, signal);
    return { url: address.href, answer };
  } catch (error) {
    if (error instanceof HttpFailure) return { url: address.href, failure: error.message };
    throw error;
  }
}

/** CapRover's own port, 3000, answers for any name: its answer must not be taken for the app's. */
async function leadsToApps(captain: Captain, rootDomain: string, signal: AbortSignal): Promise<boolean> {
  if (!isLoopback(captain.url)) return false;
  const health = new URL(HEALTH_PATH, `https://${NO_APP}.${rootDomain}`);
  const { text } = await askBehind(captain, health, {}, signal);
  return !HEALTH_ID.test(text);
}

function askBehind(
  captain: Captain,
  { pathname, search, host, protocol }: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const forwarded = { ...headers, host, "x-forwarded-proto": protocol.slice(0, -1) };
  return ask(captain, new URL(pathname + search, captain.url), forwarded, signal);
}

function ask(
  { clock }: Captain,
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return sendHttp({ url, method: "GET", headers, timeoutMs: clock.timeoutMs(VISIT_SECONDS), signal });
}
