import fc from "fast-check";
import { isCertainCredentialName, isCredentialName } from "../../lib/support/credential-names";
import { CREDENTIAL_SHAPES } from "../../lib/support/credential-shapes";
import { credentialIn, isCredentialByReference, isPublicValue } from "../../lib/support/credentials";

/** Made of parts, so that no scanner of repositories takes this file's examples for real ones. */
const body = (length: number) => "a1B2c3D4e5".repeat(Math.ceil(length / 10)).slice(0, length);
const hex = (length: number) => "0123456789abcdef".repeat(Math.ceil(length / 16)).slice(0, length);
const base64 = (text: string) => Buffer.from(text).toString("base64");
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const pem = (what: string) => `-----BEGIN ${what}-----\n${body(64)}\n-----END ${what}-----\n`;

/** One of each kind, as its issuer makes them. */
const MARKED: readonly (readonly [kind: string, text: string])[] = [
  ["a GitHub token", `ghp_${body(36)}`],
  ["a GitHub token", `gho_${body(36)}`],
  ["a GitHub token", `ghs_${body(36)}`],
  ["a GitHub token", `github_pat_${body(22)}_${body(59)}`],
  ["a GitLab token", `glpat-${body(20)}`],
  ["a GitLab token", `glrt-t1_${body(27)}.${hex(9)}`],
  ["a GitLab token", `GR1348941${body(20)}`],
  ["an npm token", `npm_${body(36)}`],
  ["a PyPI token", `pypi-AgEIcHlwaS5vcmc${body(50)}`],
  ["a RubyGems key", `rubygems_${hex(48)}`],
  ["a Docker Hub token", `dckr_pat_${body(27)}`],
  ["an Atlassian token", `ATATT3${body(180)}`],
  ["a Linear key", `lin_api_${body(40)}`],
  ["a Notion token", `ntn_${hex(10)}${body(36)}`],
  ["a Slack token", `xoxb-${"123456789012"}-${"123456789012"}-${body(24)}`],
  ["a Slack token", `xoxp-${"123456789012"}-${body(24)}`],
  ["a Slack token", `xapp-1-A0${body(8)}-1234567890123-${hex(64)}`],
  ["a Slack token", `xoxe.xoxb-1-${body(160)}`],
  ["a Slack webhook", `https://hooks.slack.com/services/T0${body(8)}/B0${body(8)}/${body(24)}`],
  ["a Discord webhook", `https://discord.com/api/webhooks/123456789012345678/${body(68)}`],
  ["a Discord bot token", `MTIzNDU2Nzg5MDEyMzQ1Njc4.${body(6)}.${body(38)}`],
  ["a Telegram bot token", `123456789:AA${body(33)}`],
  ["a Telegram bot token", `https://api.telegram.org/bot123456789:AA${body(33)}/getMe`],
  ["a Matrix token", `syt_YWRh_${body(20)}_${body(6)}`],
  ["an Anthropic key", `sk-ant-api03-${body(93)}AA`],
  ["an OpenRouter key", `sk-or-v1-${hex(64)}`],
  ["an OpenAI key", `sk-proj-${body(74)}`],
  ["an API key (sk-…)", `sk-${body(48)}`],
  ["an API key (sk-…)", `sk-${"abcdefgh".repeat(3)}`],
  ["an API key (sk-…)", `sk-live-${body(16)}`],
  ["a Google API key", `AIza${body(35)}`],
  ["a Google access token", `ya29.${body(60)}`],
  ["a Hugging Face token", `hf_${"abcdefgh".repeat(4)}ab`],
  ["a Groq key", `gsk_${body(52)}`],
  ["an xAI key", `xai-${body(80)}`],
  ["a Perplexity key", `pplx-${body(48)}`],
  ["a Replicate token", `r8_${body(37)}`],
  ["a Fireworks key", `fw_${body(24)}`],
  ["an NVIDIA key", `nvapi-${body(64)}`],
  ["a Tavily key", `tvly-dev-${body(32)}`],
  ["a Firecrawl key", `fc-${hex(32)}`],
  ["a Browserbase key", `bb_live_${body(27)}`],
  ["an ElevenLabs key", `sk_${hex(48)}`],
  ["an AWS access key", "AKIA" + "IOSFODNN7EXAMPLE"],
  ["an AWS access key", "ASIA" + "IOSFODNN7EXAMPLE"],
  ["an AWS Bedrock key", `ABSK${body(120)}`],
  ["an Alibaba Cloud key", `LTAI${body(20)}`],
  ["a DigitalOcean token", `dop_v1_${hex(64)}`],
  ["a Stripe key", `sk_live_${body(24)}`],
  ["a SendGrid key", `SG.${body(22)}.${body(43)}`],
  ["a Vault token", `hvs.${body(95)}`],
  ["a Terraform token", `${body(14)}.atlasv1.${body(64)}`],
  ["a Tailscale key", `tskey-auth-${body(12)}-${body(32)}`],
  ["a Grafana token", `glsa_${body(32)}_${hex(8)}`],
  ["a Sentry token", `sntryu_${hex(64)}`],
  ["a Databricks token", `dapi${hex(32)}`],
  ["a Doppler token", `dp.pt.${body(43)}`],
  ["a Pulumi token", `pul-${hex(40)}`],
  ["a Shopify token", `shpat_${hex(32)}`],
  ["a Postman key", `PMAK-${hex(24)}-${hex(34)}`],
  ["a 1Password token", `ops_eyJ${body(250)}`],
  ["a JSON Web Token", `${base64url({ alg: "HS256" })}.${base64url({ sub: "1" })}.${body(43)}`],
  ["a private key", pem("PRIVATE KEY")],
  ["a private key", pem("RSA PRIVATE KEY")],
  ["a private key", pem("OPENSSH PRIVATE KEY")],
  ["a private key", pem("PGP PRIVATE KEY BLOCK")],
  ["an age key", `AGE-SECRET-KEY-1${"QPZRY9X8".repeat(7)}`],
];

/** Recognized by their place. */
const PLACED: readonly (readonly [kind: string, text: string])[] = [
  ["a login (user and password)", "postgres://hermes:hunter2@db:5432/hermes"],
  ["a login (user and password)", "redis://:hunter2@cache:6379/0"],
  ["a login (user and password)", "mongodb+srv://ada:hunter2@cluster0.example.net/?retryWrites=true"],
  ["a login (user and password)", "http://ada:hunter2@proxy.example.com:3128"],
  ["a login (user and password)", "https://${USER}:hunter2@git.example.com/x.git"],
  ["a login (user and password)", `Basic ${base64("ada:hunter2")}`],
  ["a login (user and password)", `curl -H 'Authorization: Basic ${base64("ada:hunter2")}' http://x`],
  ["a login (user and password)", "curl -fsS -u ada:hunter2 http://localhost:9119"],
  ["a bearer token", "Bearer a-literal-token"],
  ["a bearer token", "curl -H 'Authorization: Bearer 0123456789abcdef' http://x"],
  ["a login to an image registry", `{"auths":{"ghcr.io":{"auth":"${base64("ada:hunter2")}"}}}`],
  ["a credential (name=value)", "addr=10.0.0.1,username=ada,password=hunter2,vers=3.0"],
  ["a credential (name=value)", "host=db user=ada password=hunter2 dbname=x"],
  ["a credential (name=value)", "https://api.example.com/v1?api_key=hunter2hunter2"],
  ["a credential (name=value)", "wss://hub.example.com/socket?v=2&access_token=hunter2hunter2"],
  ["a credential (name=value)", "Server=db;User Id=ada;Password=hunter2;"],
  ["a credential (name=value)", `AccountName=acme;AccountKey=${body(86)}==;EndpointSuffix=core.windows.net`],
  ["a credential (name=value)", "--listen 0.0.0.0 --api-key=hunter2hunter2"],
  ["a signed URL", `https://acme.blob.core.windows.net/x?sv=2024&sig=${body(43)}%3D`],
  ["a signed URL", `https://b.s3.amazonaws.com/x?X-Amz-Signature=${hex(64)}`],
  ["a private key", base64(pem("RSA PRIVATE KEY"))],
];

const LEGITIMATE: readonly string[] = [
  "",
  "Europe/Berlin",
  "info",
  "0.0.0.0:8642",
  "172.17.0.0/16",
  "host-gateway",
  "U01ABCDEF23,U04GHIJKL56",
  "123456789,987654321",
  "-1001234567890",
  "@ada:matrix.example.com",
  "gpt-5.5",
  "claude-opus-4-5-20260101",
  "anthropic/claude-sonnet-4.5:beta",
  "meta-llama/Llama-3.3-70B-Instruct",
  "openai-codex",
  "https://hermes.example.com",
  "https://hermes.example.com/auth/callback?next=%2F",
  "http://vllm:8000/v1",
  "https://example.com/docs#token",
  "https://example.com/search?q=password&page=2",
  "https://example.com/list?sort_key=name&cache_key=v2",
  "https://id.example.com/realms/acme/protocol/openid-connect/token",
  "https://acme-terraform.s3.eu-central-1.amazonaws.com/hermes/agent.tfstate",
  "s3://acme-terraform/hermes/agent",
  "https://ada@git.example.com/x.git",
  "https://ada:@git.example.com/x.git",
  "ssh://deploy@agents.example",
  "git@github.com:acme/infra.git",
  "git+ssh://git@github.com/acme/infra.git",
  "tcp://10.0.0.5:2376",
  "unix:///var/run/docker.sock",
  "jdbc:postgresql://db:5432/hermes?sslmode=require",
  "postgres://hermes:${DB_PASSWORD}@db/hermes",
  "postgres://hermes:$DB_PASSWORD@db/hermes",
  "https://user:<password>@example.com",
  "https://user:***@example.com",
  "https://${USER}:${PASSWORD}@example.com",
  "Bearer ${SEARCH_TOKEN}",
  "Bearer $${SEARCH_TOKEN}",
  "Bearer token",
  "Basic authentication",
  "Authorization: Bearer $TOKEN",
  "${OPENROUTER_API_KEY}",
  "password=${DB_PASSWORD}",
  "password=$DB_PASSWORD",
  "--api-key=<key>",
  "credentials=/etc/cifs/hermes.cred,vers=3.0",
  "addr=10.0.0.1,rw,nfsvers=4.1,sec=krb5",
  "username=ada,uid=10000,gid=10000,file_mode=0600",
  `sha256:${hex(64)}`,
  `ghcr.io/acme/hermes-agent@sha256:${hex(64)}`,
  `nousresearch/hermes-agent:v2026.7.30@sha256:${hex(64)}`,
  hex(40),
  `sha-${hex(40)}`,
  hex(64),
  body(64),
  "3b241101-e2bb-4255-8caf-4136c566a962",
  `h1:${body(43)}=`,
  `sha512-${body(86)}==`,
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${body(43)} ada@laptop`,
  `ssh-rsa AAAAB3NzaC1yc2E${body(360)} ada@laptop`,
  pem("CERTIFICATE"),
  pem("PUBLIC KEY"),
  pem("RSA PUBLIC KEY"),
  pem("PGP PUBLIC KEY BLOCK"),
  base64(pem("CERTIFICATE")),
  `scrypt$16384$8$1$${body(22)}$${body(86)}`,
  `ada:$apr1$${body(8)}$${body(22)}`,
  `$2y$10$${body(53)}`,
  `age1${"qpzry9x8".repeat(7)}`,
  `pk_live_${body(24)}`,
  "task-force-2026-management",
  "disk-usage-alert-threshold90",
  "risk-assessment-2026",
  "sk-SK",
  "sk-learn",
  "sk-learn-pipeline-2",
  "sk-internationalization",
  "ask-me-anything",
  "xoxo",
  "hf_transfer",
  "hf_hub_enable_hf_transfer",
  "npm_config_cache",
  "ghp_",
  "ghp-pages",
  "glpat-",
  "fc-cache",
  "fw_update",
  "gsk_",
  "AKIA",
  "ASIAPACIFICNORTHEAST",
  "eyJ.not.one",
  "traefik.http.routers.hermes.rule",
  "Host(`hermes.example.com`) && PathPrefix(`/api`)",
  "default-src 'self'; script-src 'none'",
  "-Xmx512m -Dfile.encoding=UTF-8",
  "--max-old-space-size=4096",
  "LANG=C.UTF-8",
  "The token is asked for at the first login; password: ask the admin.",
  "key=value",
  "token=",
  "de_DE.UTF-8",
];

test.each(MARKED)("%s is found: %s", (kind, text) => expect(credentialIn(text)).toBe(kind));

test.each(PLACED)("%s is found: %s", (kind, text) => expect(credentialIn(text)).toBe(kind));

test.each(LEGITIMATE)("no credential is found in %j", (text) => expect(credentialIn(text)).toBeUndefined());

test("the scanner is tested with as many legitimate texts as harmful ones", () =>
  expect(LEGITIMATE.length).toBeGreaterThanOrEqual(MARKED.length + PLACED.length));

test("every kind has an example here, and every row says where it was read", () => {
  const kinds = new Set(MARKED.map(([kind]) => kind));
  expect([...new Set(CREDENTIAL_SHAPES.map(({ kind }) => kind))].filter((kind) => !kinds.has(kind))).toEqual(
    [],
  );
  for (const { kind, source } of CREDENTIAL_SHAPES) {
    expect(kind).toMatch(/^an? \S/);
    expect(source).toMatch(/\b(?:gitleaks|trufflehog|hermes|RFC \d+)\b/);
  }
});

test("every row matches an example of its own", () => {
  for (const { pattern } of CREDENTIAL_SHAPES)
    expect(MARKED.some(([, text]) => pattern.test(text))).toBe(true);
});

const anyOf = (texts: readonly (readonly [string, string])[]) => fc.constantFrom(...texts);

/** What people write before and behind a value: no letter, digit or underscore touches it. */
const before = fc.constantFrom("", " ", "/", ":", "=", '"', "'", "\n", "(", ",", "see ", "export X=");
const behind = fc.constantFrom("", " ", "/", ":", '"', "'", "\n", ")", ",", ";", " # mine");

test("a marked credential is found whatever text is around it", () => {
  fc.assert(
    fc.property(before, anyOf(MARKED), behind, (left, [, text], right) => {
      expect(credentialIn(`${left}${text}${right}`)).toBeDefined();
    }),
  );
});

test("random hexadecimal and base64 text of any length does not count as a credential", () => {
  fc.assert(fc.property(fc.stringMatching(/^[0-9a-f]{0,128}$/), (text) => credentialIn(text) === undefined));
  fc.assert(fc.property(fc.uuid(), (text) => credentialIn(text) === undefined));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 96 }), (bytes) => {
      const text = Buffer.from(bytes).toString("base64");
      return credentialIn(text) === undefined;
    }),
  );
});

test("a password in a URL is found, and a reference in its place is not", () => {
  const word = fc.stringMatching(/^[a-z0-9]{4,20}$/).filter((text) => !/^x+$/.test(text));
  fc.assert(
    fc.property(word, word, word, (user, password, host) => {
      expect(credentialIn(`https://${user}:${password}@${host}/`)).toBe("a login (user and password)");
      expect(credentialIn(`https://${user}:\${var.${password}}@${host}/`)).toBeUndefined();
      expect(isCredentialByReference(`https://${user}:\${var.${password}}@${host}/`)).toBe(true);
      expect(isCredentialByReference(`https://\${var.${host}}/${user}`)).toBe(false);
    }),
  );
});

test("any text is searched within a moment", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("sk-a.", "a=", "curl -u ", "eyJ", "http://a:", "LS0tLS1CRUdJTi", "${"),
      (part) => {
        const start = performance.now();
        credentialIn(part.repeat(10_000));
        expect(performance.now() - start).toBeLessThan(1000);
      },
    ),
    { numRuns: 20 },
  );
});

test.each([
  ..."OPENAI_API_KEY GITHUB_TOKEN X_SECRET DB_PASSWORD PGPASSWORD MYSQL_PWD SMTP_PASS GITHUB_PAT APIKEY".split(
    " ",
  ),
  ..."AWS_SECRET_ACCESS_KEY GOOGLE_CREDENTIALS SSH_PASSPHRASE api_key apiKey bot_token botToken password".split(
    " ",
  ),
  ..."client_secret TOKEN private_key X-Api-Key Authorization Cookie com.example/api-key traefik.auth.token".split(
    " ",
  ),
])("%s is certainly the name of a credential", (name) => {
  expect(isCertainCredentialName(name)).toBe(true);
  expect(isCredentialName(name)).toBe(true);
});

test.each(["A_KEY", "SESSION_KEY", "license-key"])("%s is perhaps the name of a credential", (name) => {
  expect(isCertainCredentialName(name)).toBe(false);
  expect(isCredentialName(name)).toBe(true);
});

test.each([
  ..."TZ PATH PWD OLDPWD KEYBOARD TOKENIZER TOKENIZERS_PARALLELISM SECRET_NAME_PREFIX tokens max_tokens key".split(
    " ",
  ),
  ..."keyboard secretary monkey TOKEN_FILE PASSWORD_FILE AWS_ACCESS_KEY_ID SSH_PUBLIC_KEY publicKey".split(
    " ",
  ),
  ..."sort_key cache_key partition-key host_key compass token_endpoint".split(" "),
  ..."cookies cookie_name SESSION_COOKIE_SECURE traefik.sticky.cookie.name".split(" "),
])("%s is not the name of a credential", (name) => expect(isCredentialName(name)).toBe(false));

test.each([
  "",
  "true",
  "0",
  "off",
  "/opt/data/gcp.json",
  "/run/secrets/openai",
  "https://id.example.com/token",
  `ssh-ed25519 AAAA${body(64)}`,
  pem("CERTIFICATE"),
  "<your key>",
  "</s>",
])("%j is not a secret, whatever its name", (value) => expect(isPublicValue(value)).toBe(true));

test.each([
  "hunter2",
  "/hunter2",
  `/${body(30)}+/${body(8)}=`,
  "https://ada:hunter2@x",
  body(40),
  "123456",
])("%j may be a secret", (value) => expect(isPublicValue(value)).toBe(false));
