/**
 * Finds credentials in text. The constructs, the bindings and the test matchers use it, and messages before they show
 * a value.
 */
import { isCertainCredentialName } from "./credential-names";
import { CREDENTIAL_SHAPES } from "./credential-shapes";

/** The kind of credential in the text, such as "a GitHub token"; undefined if there is none. Never its value. */
export function credentialIn(text: string): string | undefined {
  if (PLAIN_WORD.test(text)) return undefined;
  const plain = decodedText(text);
  return (
    markedIn(text) ??
    (holdsEncodedPrivateKey(text) ? "a private key" : undefined) ??
    loginIn(literalPart(text)) ??
    (plain === undefined ? undefined : credentialIn(plain))
  );
}

/** No credential is this short and of letters only. Most names are, and the scanner looks at every name. */
const PLAIN_WORD = /^[A-Za-z]{0,19}$/;

const ANY_SHAPE = new RegExp(CREDENTIAL_SHAPES.map(({ pattern }) => pattern.source).join("|"));

function markedIn(text: string): string | undefined {
  return ANY_SHAPE.test(text) ? CREDENTIAL_SHAPES.find(({ pattern }) => pattern.test(text))?.kind : undefined;
}

/** The decoded text, if the whole value is base64 of a text. */
function decodedText(text: string): string | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4}){5,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\s*$/.test(text)) return undefined;
  const plain = decoded(text);
  return /^[\t\n\r -~]+$/.test(plain) ? plain : undefined;
}

/** Whether a reference is in the place of a credential, such as in `postgres://ada:${…}@db`. */
export function isCredentialByReference(text: string): boolean {
  return literalPart(text) !== text && loginIn(text.replaceAll(REFERENCE, "0")) !== undefined;
}

/** Whether a value is certainly not a secret, whatever its name says: a path, a switch, an address, a public key. */
export function isPublicValue(value: string): boolean {
  return PUBLIC_VALUE.test(value) || isPlaceholder(value);
}

/** `${…}`, as Terraform and Hermes write references, escaped or not. */
const REFERENCE = /\$+\{[^{}]*\}/g;

/** Replaces a reference. No credential contains it. */
const HOLE = "\ufffc";

function literalPart(text: string): string {
  return text.replaceAll(REFERENCE, HOLE);
}

/** Credentials that are recognized by their place. */
function loginIn(text: string): string | undefined {
  const all = (pattern: RegExp) => [...text.matchAll(pattern)];
  for (const [, password = ""] of [...all(URL_PASSWORD), ...all(CURL_PASSWORD)])
    if (isLiteral(password)) return "a login (user and password)";
  for (const [, scheme = "", value = ""] of [...all(WHOLE_HEADER), ...all(HEADER)]) {
    if (/^basic$/i.test(scheme)) {
      if (isEncodedLogin(value)) return "a login (user and password)";
    } else if (isLiteral(value) && !/^[a-z]+$/i.test(value)) return "a bearer token";
  }
  if (all(REGISTRY_LOGIN).some(([, value = ""]) => isEncodedLogin(value)))
    return "a login to an image registry";
  return text.includes("\n") ? undefined : assignedIn(text);
}

/** `scheme://user:password@host` */
const URL_PASSWORD = /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#@:"'`]*:([^\s/?#@"'`]+)@/gi;
const CURL_PASSWORD = /\bcurl\b.{0,300}\s(?:-u|--user)[ =]?["']?[^\s:"']+:([^\s"']+)/g;
const WHOLE_HEADER = /^(Bearer|Basic|Bot)\s+(\S+)$/gi;
const HEADER = /authorization["']?\s*[:=]\s*["']?(Bearer|Basic|Token|Bot)\s+([^\s"']+)/gi;
/** Of Docker's config.json. */
const REGISTRY_LOGIN = /"auth"\s*:\s*"([A-Za-z0-9+/=]+)"/g;

/** `name=value`, as mount options, connection strings, URLs and command lines have it. */
const ASSIGNMENT = /(?:^|[^\w.-]|--)([A-Za-z][\w.-]{0,60})=["']?([^\s,;&"'|)}\\]+)/g;
/** Parameters that sign a URL. */
const SIGNATURE = /^(?:sig|signature|x-amz-signature|x-goog-signature)$/i;

function assignedIn(text: string): string | undefined {
  for (const [, name = "", value = ""] of text.matchAll(ASSIGNMENT)) {
    if (SIGNATURE.test(name) && isLiteral(value) && value.length >= 16) return "a signed URL";
    if (isCertainCredentialName(name) && isLiteral(value) && value.length > 2 && !isPublicValue(value))
      return "a credential (name=value)";
  }
  return undefined;
}

function isLiteral(value: string): boolean {
  return !value.includes(HOLE) && !isPlaceholder(value);
}

function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value);
}

const PLACEHOLDER =
  /^(?:\*+|x{3,}|\.{3}|…|<.*>|\[.*\]|\{.*\}|\$[A-Za-z_]\w*|\$\(.*|%[A-Za-z_]\w*%|redacted|your[-_ ].*)$/i;

const PUBLIC_VALUE = new RegExp(
  [
    "",
    "true|false|yes|no|on|off|none|null|auto|[01]",
    // With one part only it could be base64.
    "~?(?:/[\\w.@-]+){2,}/?",
    "(?:https?|wss?)://[^\\s@]+",
    "(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/=]+(?: .*)?",
    "-----BEGIN (?:CERTIFICATE|(?:[A-Z]+ )*PUBLIC KEY)-----[^]*",
    "(?:sha256|sha512):[a-f0-9]+",
  ]
    .map((form) => `^(?:${form})$`)
    .join("|"),
  "i",
);

/** PEM in base64, as kubeconfig and secrets of orchestrators carry it. */
function holdsEncodedPrivateKey(text: string): boolean {
  return [...text.matchAll(ENCODED_PEM)].some(([pem]) => decoded(pem).includes("PRIVATE KEY"));
}

const ENCODED_PEM = /LS0tLS1CRUdJTi[A-Za-z0-9+/]{12,80}/g;

/** `user:password` in base64. */
function isEncodedLogin(base64: string): boolean {
  return /^[A-Za-z0-9+/]+=*$/.test(base64) && /^[ -~]+:[ -~]+$/.test(decoded(base64));
}

function decoded(base64: string): string {
  return Buffer.from(base64, "base64").toString("latin1");
}
