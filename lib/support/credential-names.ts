/** Names that say that their value is a credential, of variables, keys, labels and parameters alike. */

/**
 * Whether a name says that its value is a credential: the names that Hermes treats as one (`…_KEY`, `…_TOKEN`,
 * `…_SECRET`), passwords, and the headers that let in whoever sends them (`Authorization`, `Cookie`). `botToken` and
 * `X-Api-Key` count like `BOT_TOKEN`. Of a dotted name, the last part counts.
 */
export function isCredentialName(name: string): boolean {
  const word = wordOf(name);
  return CERTAIN.test(word) || (ANY_KEY.test(word) && !OTHER_KEYS.test(word));
}

/** Whether a name leaves no doubt, such as `api_key` or `password`, but not `cache_key`. */
export function isCertainCredentialName(name: string): boolean {
  return CERTAIN.test(wordOf(name));
}

function wordOf(name: string): string {
  return name.replace(/^.*[./:]/s, "").replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2");
}

const CERTAIN =
  /(?:^|[_-])(?:(?:api|access|secret|private|account|signing|encryption|auth)[_-]?key|token|secret|pass|credentials?|authorization)$|^cookie$|[_-](?:pwd|pat)$|(?:password|passwd|passphrase|apikey|requirepass)$/i;

const ANY_KEY = /[_-]key$/i;

/** Keys that give no access: the public half of a pair, and keys by which things are found or sorted. */
const OTHER_KEYS =
  /(?:^|[_-])(?:public|pub|host|sort|hash|range|partition|primary|foreign|unique|cache|routing|lookup|group|index|object|map)[_-]key$/i;
