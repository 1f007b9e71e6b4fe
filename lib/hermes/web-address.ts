/** Forms of the addresses that people write out. */

const HOST = "(?:\\[[0-9A-Fa-f:.]+\\]|[^\\s/?#:@[\\]]+)(?::\\d{1,5})?";
const USER = "(?:[^\\s/?#@]*@)?";

/** A whole URL. */
export const HTTP_URL = new RegExp(`^https?://${USER}${HOST}(?:[/?#]\\S*)?$`);

/** A URL to which Hermes appends paths of its own, so that it has neither query nor fragment. */
export const BASE_URL = new RegExp(`^https?://${USER}${HOST}(?!.*/auth/callback/?$)(?:/[^\\s?#]*)?$`);

/** Scheme, host and port, as a browser sends them. */
export const ORIGIN = new RegExp(`^https?://${HOST}$`);

/**
 * A model server's address up to and including `/v1`. Hermes appends the call, and a slash at the end would be doubled.
 */
export const MODEL_URL = new RegExp(
  `^https?://${USER}${HOST}(?!.*/(?:chat/completions|completions|responses|embeddings|messages|models)/?(?:\\?|$))(?:[/?][^\\s#]*)?(?<!/)$`,
);

export const MODEL_URL_IN_WORDS =
  "an http(s):// URL up to and including /v1, with no slash or call at the end";
