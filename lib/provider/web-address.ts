/** An app as its visitors see it. */
import type { App } from "./app";
import type { Captain } from "./captain";
import { isLoopback } from "./captain-url";
import { type HttpAnswer, HttpFailure, sendHttp } from "./http";

const VISIT_SECONDS = 10;

export type Visit =
  | { readonly url: string; readonly answer: HttpAnswer }
  | { readonly url: string; readonly failure: string };

/** The address that answers by itself: any other one redirects to it. */
export function webAddress(app: App, rootDomain: string): URL {
  const own = `${app.name}.${rootDomain}`;
  const host = app.redirectDomain || own;
  const hasSsl =
    host === own ? app.hasBaseDomainSsl : app.customDomains.some((one) => one.domain === host && one.hasSsl);
  return new URL(`${hasSsl ? "https" : "http"}://${host}`);
}

/**
 * A captain on loopback is asked through its own port, since the names of its apps lead nowhere. It is told the scheme
 * as a proxy in front of it would, or it would redirect to https.
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
  const onLoopback = { host: address.host, "x-forwarded-proto": address.protocol.slice(0, -1) };
  const loopback = isLoopback(captain.url);
  try {
    const answer = await sendHttp({
      url: loopback ? new URL(path, captain.url) : address,
      method: "GET",
      headers: { ...headers, ...(loopback ? onLoopback : {}) },
      timeoutMs: captain.clock.timeoutMs(VISIT_SECONDS),
      signal,
    });
    return { url: address.href, answer };
  } catch (error) {
    if (error instanceof HttpFailure) return { url: address.href, failure: error.message };
    throw error;
  }
}
