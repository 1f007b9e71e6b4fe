/** A request to an app's own address. */
import { isLoopback } from "../../caprover-server/url";
import type { Captain } from "./client";
import { type HttpAnswer, type HttpRequest, sendHttp } from "./http";

/** CapRover itself answers here with the id of its process. Behind nginx an app or a page answers. */
const HEALTH_PATH = "/checkhealth";
const HEALTH_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** No app can have two hyphens in its name. */
const NO_APP = "no--app";
const CHECK_MS = 10_000;

/**
 * A server on loopback may lead to its apps by the same port. Then the app is asked through that port, because its name
 * does not resolve there. The request names the scheme as a proxy would, or nginx would redirect to https.
 *
 * @throws HttpFailure
 */
export async function sendToApp(
  { url: server }: Pick<Captain, "url">,
  rootDomain: string,
  request: HttpRequest,
): Promise<HttpAnswer> {
  return sendHttp(
    (await leadsToApps(server, rootDomain, request.signal)) ? behind(server, request) : request,
  );
}

/** CapRover's own port, 3000, answers for any name: its answer must not be taken for the app's. */
async function leadsToApps(server: URL, rootDomain: string, signal: AbortSignal): Promise<boolean> {
  if (!isLoopback(server)) return false;
  const url = new URL(HEALTH_PATH, `https://${NO_APP}.${rootDomain}`);
  const { text } = await sendHttp(behind(server, { url, method: "GET", timeoutMs: CHECK_MS, signal }));
  return !HEALTH_ID.test(text);
}

function behind(server: URL, request: HttpRequest): HttpRequest {
  const { pathname, search, host, protocol } = request.url;
  return {
    ...request,
    url: new URL(pathname + search, server),
    headers: { ...request.headers, host, "x-forwarded-proto": protocol.slice(0, -1) },
  };
}
