/**
 * The forms of credentials that their issuers mark, with one row for each kind. Text without such a mark never counts
 * as a credential, however random it is: digests, commits, ids and public keys look the same.
 */

export interface CredentialShape {
  /** In words, with the article. */
  readonly kind: string;
  readonly pattern: RegExp;
  /**
   * Where the form was read: `gitleaks <rule>` is a rule of github.com/gitleaks/gitleaks (config/gitleaks.toml), `hermes`
   * what Hermes hides in its own logs (agent/redact.py), `trufflehog <detector>` a folder below pkg/detectors of
   * github.com/trufflesecurity/trufflehog.
   */
  readonly source: string;
}

/** A mark is at the start of a word. The text after it is at least as long as Hermes requires in its logs. */
function marked(kind: string, form: string, source: string): CredentialShape {
  return { kind, pattern: new RegExp(`(?<![A-Za-z0-9_])${form}`), source };
}

export const CREDENTIAL_SHAPES: readonly CredentialShape[] = [
  // Code and packages
  marked(
    "a GitHub token",
    "gh[pousr]_[A-Za-z0-9]{10,}",
    "gitleaks github-pat, github-oauth, github-app-token",
  ),
  marked("a GitHub token", "github_pat_[A-Za-z0-9_]{10,}", "gitleaks github-fine-grained-pat"),
  marked(
    "a GitLab token",
    "gl(?:pat|oas|dt|rtr?|cbt|ptt|ft|imt|agent|soat|ffct|wt)-[A-Za-z0-9_.-]{10,}",
    "hermes; gitleaks gitlab-pat and its like",
  ),
  marked("a GitLab token", "GR1348941[A-Za-z0-9_-]{10,}", "gitleaks gitlab-rrt"),
  marked("an npm token", "npm_[A-Za-z0-9]{10,}", "hermes; gitleaks npm-access-token"),
  marked("a PyPI token", "pypi-AgE[A-Za-z0-9_-]{10,}", "gitleaks pypi-upload-token"),
  marked("a RubyGems key", "rubygems_[a-f0-9]{16,}", "gitleaks rubygems-api-token"),
  marked("a Docker Hub token", "dckr_(?:pat|oat)_[A-Za-z0-9_-]{10,}", "trufflehog dockerhub"),
  marked("an Atlassian token", "ATATT3[A-Za-z0-9_=-]{20,}", "gitleaks atlassian-api-token"),
  marked("a Linear key", "lin_api_[A-Za-z0-9]{16,}", "gitleaks linear-api-key"),
  marked("a Notion token", "ntn_[A-Za-z0-9]{10,}", "hermes; gitleaks notion-api-token"),

  // Chat platforms
  marked("a Slack token", "xox[abeoprs]-[A-Za-z0-9-]{6,}", "hermes; gitleaks slack-bot-token and its like"),
  marked("a Slack token", "xoxe\\.xox[bp]-[A-Za-z0-9-]{6,}", "gitleaks slack-config-access-token"),
  marked("a Slack token", "xapp-(?=[A-Za-z-]*\\d)[A-Za-z0-9-]{6,}", "hermes; gitleaks slack-app-token"),
  marked(
    "a Slack webhook",
    "hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/_-]{16,}",
    "gitleaks slack-webhook-url",
  ),
  marked(
    "a Discord webhook",
    "discord(?:app)?\\.com/api/(?:v\\d+/)?webhooks/\\d+/[\\w-]{16,}",
    "trufflehog discordwebhook",
  ),
  marked(
    "a Discord bot token",
    "[MNO][A-Za-z0-9_-]{22,27}\\.[A-Za-z0-9_-]{6,7}\\.[A-Za-z0-9_-]{27,}",
    "trufflehog discordbottoken",
  ),
  {
    kind: "a Telegram bot token",
    pattern: /(?<!\d)\d{5,16}:A[A-Za-z0-9_-]{30,}/,
    source: "gitleaks telegram-bot-api-token",
  },
  marked("a Matrix token", "syt_[A-Za-z0-9]{4,}_[A-Za-z0-9_]{6,}", "hermes"),

  // Models and tools of agents
  marked("an Anthropic key", "sk-ant-[A-Za-z0-9_-]{8,}", "gitleaks anthropic-api-key"),
  marked("an OpenRouter key", "sk-or-v\\d-[A-Za-z0-9]{8,}", "hermes"),
  marked(
    "an OpenAI key",
    "sk-(?:proj|svcacct|admin)-(?=[A-Za-z_-]*\\d)[A-Za-z0-9_-]{10,}",
    "gitleaks openai-api-key",
  ),
  // One part that can't be a word: long and with a digit, or longer than any word.
  {
    kind: "an API key (sk-…)",
    pattern:
      /(?<![\w-])sk-(?:[A-Za-z0-9]{1,20}[._-]){0,6}(?:(?=[A-Za-z]*\d)[A-Za-z0-9]{12,}|[A-Za-z0-9]{21,})/,
    source: "hermes",
  },
  marked("a Google API key", "AIza[A-Za-z0-9_-]{20,}", "gitleaks gcp-api-key"),
  marked("a Google access token", "ya29\\.[A-Za-z0-9_-]{10,}", "trufflehog googleoauth2"),
  marked("a Hugging Face token", "hf_[A-Za-z0-9]{16,}", "hermes; gitleaks huggingface-access-token"),
  marked("a Groq key", "gsk_[A-Za-z0-9]{10,}", "hermes"),
  marked("an xAI key", "xai-(?=[A-Za-z]*\\d)[A-Za-z0-9]{20,}", "hermes"),
  marked("a Perplexity key", "pplx-[A-Za-z0-9]{10,}", "hermes; gitleaks perplexity-api-key"),
  marked("a Replicate token", "r8_[A-Za-z0-9]{10,}", "hermes"),
  marked("a Fireworks key", "(?:fw|fpk)_[A-Za-z0-9]{20,}", "hermes"),
  marked("an NVIDIA key", "nvapi-[A-Za-z0-9_-]{16,}", "trufflehog nvapi"),
  marked("a Tavily key", "tvly-(?:dev-)?[A-Za-z0-9]{10,}", "hermes"),
  marked("a Firecrawl key", "fc-[a-f0-9]{20,}", "hermes"),
  marked("a Browserbase key", "bb_live_[A-Za-z0-9_-]{10,}", "hermes"),
  marked("an ElevenLabs key", "sk_[a-f0-9]{32,}", "hermes"),

  // Clouds and services
  marked("an AWS access key", "(?:AKIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])", "gitleaks aws-access-token"),
  marked("an AWS access key", "ASIA(?=[A-Z]*\\d)[A-Z0-9]{16}(?![A-Za-z0-9])", "gitleaks aws-access-token"),
  marked("an AWS Bedrock key", "ABSK[A-Za-z0-9+/]{60,}", "gitleaks aws-amazon-bedrock-api-key-long-lived"),
  marked("an Alibaba Cloud key", "LTAI(?=[A-Za-z]*\\d)[A-Za-z0-9]{16,}", "gitleaks alibaba-access-key-id"),
  marked("a DigitalOcean token", "do[opr]_v1_[A-Za-z0-9]{10,}", "hermes; gitleaks digitalocean-pat"),
  marked("a Stripe key", "[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10,}", "gitleaks stripe-access-token"),
  marked(
    "a SendGrid key",
    "SG\\.[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}",
    "hermes; gitleaks sendgrid-api-token",
  ),
  marked("a Vault token", "hv[sb]\\.[A-Za-z0-9_-]{20,}", "gitleaks vault-service-token"),
  marked(
    "a Terraform token",
    "[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{20,}",
    "gitleaks hashicorp-tf-api-token",
  ),
  marked("a Tailscale key", "tskey-[a-z]+-[A-Za-z0-9_]+-?[A-Za-z0-9_]{6,}", "trufflehog tailscale"),
  marked("a Grafana token", "gl(?:sa|c)_[A-Za-z0-9+/]{20,}", "gitleaks grafana-service-account-token"),
  marked("a Sentry token", "sntry[su]_[A-Za-z0-9+/=_]{20,}", "gitleaks sentry-org-token, sentry-user-token"),
  marked("a Databricks token", "dapi[a-f0-9]{32}", "gitleaks databricks-api-token"),
  marked("a Doppler token", "dp\\.pt\\.[A-Za-z0-9]{20,}", "gitleaks doppler-api-token"),
  marked("a Pulumi token", "pul-[a-f0-9]{40}", "gitleaks pulumi-api-token"),
  marked("a Shopify token", "shp(?:at|ca|pa|ss)_[a-fA-F0-9]{16,}", "gitleaks shopify-access-token"),
  marked("a Postman key", "PMAK-[a-f0-9]{24}-[a-f0-9]{34}", "gitleaks postman-api-token"),
  marked("a 1Password token", "ops_eyJ[A-Za-z0-9+/]{40,}", "gitleaks 1password-service-account-token"),

  // Forms without a single issuer
  marked(
    "a JSON Web Token",
    "eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{4,}\\.[A-Za-z0-9_-]{4,}",
    "RFC 7519; gitleaks jwt",
  ),
  {
    kind: "a private key",
    pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/,
    source: "RFC 7468; gitleaks private-key",
  },
  marked("an age key", "AGE-SECRET-KEY-1[A-Z0-9]{20,}", "gitleaks age-secret-key"),
];

/** The table of docs/secrets.md. */
export function credentialShapesMarkdown(): string {
  const kinds = new Map<string, string[]>();
  for (const { kind, source } of CREDENTIAL_SHAPES) kinds.set(kind, [...(kinds.get(kind) ?? []), source]);
  const rows = [...kinds].map(([kind, sources]) => `| ${kind} | ${[...new Set(sources)].join("; ")} |`);
  return ["| what it is called | form as in |", "|---|---|", ...rows, ""].join("\n");
}
