import { isIP } from "node:net";

const HTTP_PATHS = /^\/?(?:api\/v2\/?)?$/;

export function isLoopback(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/**
 * The address of a CapRover server.
 * @throws Error that says what is wrong with the text and what is allowed
 */
export function parseCaptainUrl(text: string, allowInsecureHttp: boolean): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error(`"${text}" is no URL: write for example "https://captain.apps.example.com"`);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new Error(`"${text}" begins with ${url.protocol}//: write https://`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new Error("The URL has a user or a password in it: give the password in its own attribute");
  }
  if (!HTTP_PATHS.test(url.pathname) || url.search !== "" || url.hash !== "") {
    throw new Error(`"${text}" has more than a host: write for example "${url.origin}"`);
  }
  if (url.protocol === "http:" && !isLoopback(url) && !allowInsecureHttp) {
    throw new Error(
      `"${text}" would send the password in clear text: write https, or set allow_insecure_http for a server without a certificate`,
    );
  }
  return new URL(url.origin);
}
