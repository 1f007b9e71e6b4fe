/**
 * Text that Hermes takes for an attack. A SOUL.md or context file with it is left out as a whole, and a scheduled job with
 * it in its prompt does not run. Read in tools/threat_patterns.py (`_PATTERNS`, `INVISIBLE_CHARS`, `scan_for_threats`) and
 * tools/cronjob_tools.py (`_CRON_THREAT_PATTERNS`, `_scan_cron_prompt`) of 0.17.0, 0.18.0, 0.18.1, 0.18.2 and 0.19.0; the
 * last four are the same.
 */
import { hasFeature, type Release } from "./releases";

/** Where a text stands: what Hermes says of itself and of its project, or what a job asks. */
export type ScannedText = "context" | "prompt";

interface Threat {
  /** As Hermes calls it in its log. */
  readonly id: string;
  /**
   * Words in a row: `…` stands for up to eight words between, `|` for alternatives, `_` for a blank within one, and a blank
   * at the end for one that has to follow.
   */
  readonly phrase?: string;
  /** What is not only words. */
  readonly pattern?: RegExp;
  readonly where: readonly ScannedText[];
  /** Only 0.17.0 has it. */
  readonly early?: true;
}

const BOTH = ["context", "prompt"] as const;
const CONTEXT = ["context"] as const;
const PROMPT = ["prompt"] as const;

const SECRET_NAME = "KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL|API";
const SECRET_REFERENCE = String.raw`\$\{?\w*(?:${SECRET_NAME})\w*\}?`;

const THREATS: readonly Threat[] = [
  { id: "prompt_injection", phrase: "ignore … previous|all|above|prior … instructions", where: BOTH },
  { id: "sys_prompt_override", phrase: "system prompt override", where: BOTH },
  {
    id: "disregard_rules",
    phrase: "disregard … your|all|any … instructions|rules|guidelines",
    where: CONTEXT,
  },
  { id: "disregard_rules", phrase: "disregard your|all|any instructions|rules|guidelines", where: PROMPT },
  {
    id: "bypass_restrictions",
    phrase: "act as if|though … you … have_no|don't_have … restrictions|limits|rules",
    where: CONTEXT,
  },
  {
    id: "html_comment_injection",
    pattern: /<!--[^>]{0,512}(?:ignore|override|system|secret|hidden)[^>]{0,512}-->/,
    where: CONTEXT,
  },
  { id: "hidden_div", pattern: /<\s*div\s+style\s*=\s*["'][^>]{0,2048}display\s*:\s*none/, where: CONTEXT },
  {
    id: "translate_execute",
    pattern: /translate\s+[^\n]{0,512}\s+into\s+[^\n]{0,512}\s+and\s+(?:execute|run|eval)/,
    where: CONTEXT,
  },
  { id: "deception_hide", phrase: "do not … tell … the user", where: CONTEXT },
  { id: "deception_hide", phrase: "do not tell the user", where: PROMPT },
  { id: "role_hijack", phrase: "you are … now a|an|the ", where: CONTEXT },
  { id: "role_pretend", phrase: "pretend … you_are|to_be ", where: CONTEXT },
  { id: "leak_system_prompt", phrase: "output … system|initial prompt", where: CONTEXT },
  {
    id: "remove_filters",
    phrase: "respond|answer|reply without … restrictions|limitations|filters|safety",
    where: CONTEXT,
  },
  { id: "fake_update", phrase: "you have been … updated|upgraded|patched to", where: CONTEXT },
  { id: "identity_override", pattern: /\bname\s+yourself\s+\w+/, where: CONTEXT },
  { id: "c2_node_registration", pattern: /register\s+(?:as\s+)?a?\s*node/, where: CONTEXT },
  { id: "c2_heartbeat", pattern: /(?:heartbeat|beacon|check[\s-]?in)\s+(?:to|with)\s+/, where: CONTEXT },
  { id: "c2_task_pull", pattern: /pull\s+(?:down\s+)?(?:new\s+)?task(?:ing|s)?\b/, where: CONTEXT },
  { id: "c2_network_connect", pattern: /connect\s+to\s+the\s+network\b/, where: CONTEXT },
  {
    id: "forced_action",
    pattern: /you\s+must\s+(?:\w+\s+){0,3}(?:register|connect|report|beacon)\b/,
    where: CONTEXT,
  },
  { id: "anti_forensic_oneliner", pattern: /only\s+use\s+one[\s-]?liners?\b/, where: CONTEXT },
  { id: "anti_forensic_disk", phrase: "never … create|write … script|file … disk", where: CONTEXT },
  {
    id: "env_var_unset_agent",
    pattern: /unset\s+\w*(?:CLAUDE|CODEX|HERMES|AGENT|OPENAI|ANTHROPIC)\w*/,
    where: CONTEXT,
  },
  {
    id: "known_c2_framework",
    pattern: /\b(?:cobalt\s*strike|sliver|havoc|mythic|metasploit|brainworm)\b/,
    where: CONTEXT,
  },
  { id: "known_c2_framework", pattern: /\bpraxis\b/, where: CONTEXT, early: true },
  { id: "c2_explicit", pattern: /\bc2\s+(?:server|channel|infrastructure|beacon)\b/, where: CONTEXT },
  { id: "c2_explicit_long", pattern: /\bcommand\s+and\s+control\b/, where: CONTEXT },
  { id: "exfil_curl", pattern: withSecret("curl"), where: CONTEXT },
  { id: "exfil_wget", pattern: withSecret("wget"), where: CONTEXT },
  {
    id: "read_secrets",
    pattern: /cat\s+[^\n]{0,2048}(?:\.env|credentials|\.netrc|\.pgpass|\.npmrc|\.pypirc)/,
    where: CONTEXT,
  },
  { id: "read_secrets", pattern: /cat\s+[^\n]*(?:\.env|credentials|\.netrc|\.pgpass)/, where: PROMPT },
  { id: "ssh_backdoor", pattern: /authorized_keys/, where: PROMPT },
  { id: "sudoers_mod", pattern: /\/etc\/sudoers|visudo/, where: PROMPT },
  { id: "destructive_root_rm", pattern: /rm\s+-rf\s+\//, where: PROMPT },
  {
    id: "exfil_curl_url",
    pattern: new RegExp(String.raw`(?:curl|wget)\s+[^\n]*https?:\/\/[^\s"'\x60]*${SECRET_REFERENCE}`),
    where: PROMPT,
  },
  {
    id: "exfil_curl_data",
    pattern: new RegExp(
      String.raw`curl\s+[^\n]*(?:--data(?:-raw|-binary|-urlencode)?|-d|--form|-F)\s+[^\n]*${SECRET_REFERENCE}`,
    ),
    where: PROMPT,
  },
  {
    id: "exfil_wget_post",
    pattern: new RegExp(String.raw`wget\s+[^\n]*--post-(?:data|file)=[^\n]*${SECRET_REFERENCE}`),
    where: PROMPT,
  },
  {
    id: "exfil_curl_auth_header",
    // Hermes lets a token pass that goes to GitHub.
    pattern: new RegExp(
      String.raw`curl\s+[^\n]*(?:-H|--header)\s+["']Authorization:\s*(?:Bearer|token)\s+${SECRET_REFERENCE}["'](?!\s+["']?https:\/\/api\.github\.com(?:\/|\b))`,
    ),
    where: PROMPT,
  },
  {
    id: "gateway_lifecycle",
    // cron/lifecycle_guard.py of 0.19.0, which the command line and the agent's own tool ask.
    pattern: /hermes\s+gateway\s+(?:restart|stop)/,
    where: PROMPT,
  },
];

function withSecret(command: string): RegExp {
  return new RegExp(String.raw`${command}\s+[^\n]{0,2048}\$\{?\w*(?:${SECRET_NAME})`);
}

/** Characters that are not seen, or turn the direction of the text. */
const INVISIBLE = /[\u200b-\u200d\u2060\u2062-\u2064\ufeff\u202a-\u202e\u2066-\u2069]/u;

/** Joins two emoji to one, which Hermes lets pass in prompts only. */
const EMOJI_JOINER = /(?<=\p{Extended_Pictographic}\ufe0f?)\u200d(?=\p{Extended_Pictographic})/gu;

/** From v2026.7.1 on, Hermes looks at no more characters of a context file. */
const MAX_SCANNED = 65_536;

export interface FoundThreat {
  readonly id: string;
  /** The words that it is about, as a message can show them. */
  readonly words: string;
  /** The line of the text, from 1. */
  readonly line: number;
}

/** The first text that Hermes would take for an attack; undefined if it would take it as it is. */
export function threatIn(text: string, where: ScannedText, release: Release): FoundThreat | undefined {
  const early = !hasFeature(release, "boundedThreatScan");
  const given = where === "prompt" ? text.replaceAll(EMOJI_JOINER, "") : text;
  const scanned = early || where === "prompt" ? given : [...given].slice(0, MAX_SCANNED).join("");
  const invisible = INVISIBLE.exec(scanned);
  if (invisible !== null) {
    const code = `U+${(invisible[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    return {
      id: `invisible_unicode_${code}`,
      words: `the invisible character ${code}`,
      line: lineAt(scanned, invisible.index),
    };
  }
  const plain = early || where === "prompt" ? scanned : scanned.normalize("NFKC");
  for (const { id, pattern } of compiled(early)[where]) {
    const found = pattern.exec(plain);
    if (found !== null) return { id, words: shortened(found[0]), line: lineAt(plain, found.index) };
  }
  return undefined;
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function shortened(words: string): string {
  const line = words.replaceAll(/\s+/g, " ").trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

type Compiled = Readonly<Record<ScannedText, readonly { readonly id: string; readonly pattern: RegExp }[]>>;

const cache = new Map<boolean, Compiled>();

function compiled(early: boolean): Compiled {
  const known = cache.get(early);
  if (known !== undefined) return known;
  const of = (where: ScannedText) =>
    THREATS.filter((row) => row.where.includes(where) && (early || row.early === undefined)).map(
      ({ id, phrase, pattern }) => ({
        id,
        pattern: new RegExp(pattern?.source ?? fromPhrase(phrase ?? "", early || where === "prompt"), "iu"),
      }),
    );
  const made = { context: of("context"), prompt: of("prompt") };
  cache.set(early, made);
  return made;
}

/** As Python's `\w` is, which knows all letters. */
const WORD = String.raw`[\p{L}\p{N}_]+`;

function fromPhrase(phrase: string, unbounded: boolean): string {
  const loose = String.raw`\s+(?:${WORD}\s+)${unbounded ? "*" : "{0,8}"}`;
  const tight = (words: string) =>
    words
      .split(" ")
      .map((word) => (word === "" ? "" : `(?:${word.replaceAll("_", String.raw`\s+`)})`))
      .join(String.raw`\s+`);
  return phrase.split(" … ").map(tight).join(loose);
}
