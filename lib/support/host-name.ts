/** Names and addresses of machines. */
import { isIP } from "node:net";

/** A name for /etc/hosts or a network, which is no address. Underscores are usual in names of containers. */
export const HOST_NAME =
  /^(?=.{1,253}$)(?!\d+(?:\.\d+){3}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*$/;

/** A domain in lower-case letters, of two parts at least, as a certificate names it. */
export const DOMAIN_NAME =
  /^(?=.{1,253}$)(?!\d+(?:\.\d+){3}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;

/** An IP address, without brackets and without the zone of a link, which engines don't know. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes("%");
}
