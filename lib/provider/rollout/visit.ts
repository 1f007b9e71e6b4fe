/** A request to an app's own address, for whoever waits until it is ready. */
import type { App } from "../captain/app";
import { sendToApp } from "../captain/app-door";
import type { Captain } from "../captain/client";
import { type HttpAnswer, HttpFailure } from "../captain/http";
import { webAddress } from "../settings/web-address";

const VISIT_SECONDS = 10;

export type Visit =
  | { readonly url: string; readonly answer: HttpAnswer }
  | { readonly url: string; readonly failure: string };

export async function visit(
  captain: Captain,
  app: App,
  rootDomain: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Visit> {
  const url = new URL(path, webAddress(app, rootDomain));
  const timeoutMs = captain.clock.timeoutMs(VISIT_SECONDS);
  try {
    const answer = await sendToApp(captain, rootDomain, { url, method: "GET", headers, timeoutMs, signal });
    return { url: url.href, answer };
  } catch (error) {
    if (error instanceof HttpFailure) return { url: url.href, failure: error.message };
    throw error;
  }
}
