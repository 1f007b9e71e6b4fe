/** Allow lists and open doors, refused and accepted: what the real Hermes does with each value is said in the tables. */
import { Fn, Lazy, TerraformLocal, type TerraformStack, TerraformVariable, Token } from "cdktf";
import type { AllowedUsers, MessagingProps, RuleId } from "../../lib";
import { type AgentProps, agent, newStack, refusalOf, rulesOf, secretOf } from "../agents";

const rulesAgainst = (props: AgentProps) => rulesOf(refusalOf(() => agent(newStack(), props)));
const accepts = (props: AgentProps) => expect(agent(newStack(), props)).toBeDefined();

const OPEN: RuleId = "messaging-open-to-everyone";
const MALFORMED: RuleId = "messaging-id-malformed";
const NOBODY: RuleId = "messaging-nobody-allowed";

const slack = (allowedUsers: AllowedUsers): AgentProps => ({
  messaging: { slack: { botToken: "${var.b}", appToken: "${var.a}", allowedUsers } },
});
const telegram = (lists: object): AgentProps => ({
  messaging: { telegram: { botToken: "${var.b}", ...lists } },
});
const discord = (lists: object): AgentProps => ({
  messaging: { discord: { botToken: "${var.b}", ...lists } },
});

describe("a list of a messaging prop", () => {
  test.each<[RuleId, string, AgentProps]>([
    [OPEN, '"everyone"', slack("everyone")],
    [OPEN, '["*"]', slack(["*"])],
    [OPEN, '["U1","*"]', slack(["U1", "*"])],
    [OPEN, '["U1,*"]', slack(["U1,*"])],
    [OPEN, '[" * "]', telegram({ allowedUsers: [" * "] })],
    [OPEN, "* among groups", telegram({ allowedGroups: ["*"] })],
    [OPEN, "* among users of groups", telegram({ allowedUsers: ["1"], allowedGroupUsers: ["*"] })],
    [OPEN, "* among roles", discord({ allowedRoles: ["*"] })],
    [MALFORMED, '["everyone"]', slack(["everyone"])],
    [MALFORMED, '["1","Everyone"]', telegram({ allowedUsers: ["1", "Everyone"] })],
    [MALFORMED, '["everyone"] on Discord', discord({ allowedUsers: ["everyone"] })],
    [MALFORMED, "a handle on Slack", slack(["@ada"])],
    [MALFORMED, "a name on Slack", slack(["ada"])],
    [MALFORMED, "a channel on Slack", slack(["U1", "C012AB3CD"])],
    [MALFORMED, "a direct message on Slack", slack(["D012AB3CD"])],
    [MALFORMED, "two ids in one item", slack(["U1,U2"])],
    [MALFORMED, "a handle on Telegram", telegram({ allowedUsers: ["@ada"] })],
    [MALFORMED, "a group's id among users of Telegram", telegram({ allowedUsers: ["-1001234567890"] })],
    [MALFORMED, "a user's id among groups of Telegram", telegram({ allowedGroups: ["123456789"] })],
    [MALFORMED, "a role's mention on Discord", discord({ allowedUsers: ["<@&81384788765712384>"] })],
    [MALFORMED, "a channel on Discord", discord({ allowedUsers: ["#general"] })],
    [MALFORMED, "a role's name on Discord", discord({ allowedRoles: ["admins"] })],
    [NOBODY, "[]", slack([])],
    [NOBODY, "no list at all", telegram({})],
    [NOBODY, "empty lists", discord({ allowedUsers: [], allowedRoles: [] })],
  ])("%s refuses %s", (rule, _, props) => {
    expect(rulesAgainst(props)).toEqual([rule]);
  });

  test.each<[string, AgentProps]>([
    ["member ids of Slack", slack(["U012AB3CD", "W012AB3CD"])],
    ["an id with blanks around it, which Hermes takes off", slack([" U012AB3CD "])],
    ["ids that Terraform knows", slack(["${var.user}"])],
    ["user ids of Telegram", telegram({ allowedUsers: ["123456789"] })],
    ["groups alone", telegram({ allowedGroups: ["-1001234567890"] })],
    ["users of groups alone", telegram({ allowedGroupUsers: ["7"] })],
    ["groups beside an empty list of users", telegram({ allowedUsers: [], allowedGroups: ["-5"] })],
    ["user ids of Discord", discord({ allowedUsers: ["81384788765712384"] })],
    ["handles on Discord, which resolves them", discord({ allowedUsers: ["ada", "ada.lovelace_2"] })],
    ["a name that is shown on Discord", discord({ allowedUsers: ["Ada Lovelace"] })],
    [
      "what Discord pastes for a user",
      discord({ allowedUsers: ["<@81384788765712384>", "<@!1>", "user:ada"] }),
    ],
    ["a handle that contains everyone", discord({ allowedUsers: ["everyoneelse"] })],
    ["roles alone", discord({ allowedRoles: ["81384788765712384"] })],
    ["roles beside users", discord({ allowedUsers: ["ada"], allowedRoles: ["1"] })],
  ])("accepts %s", (_, props) => accepts(props));

  test("may be open with a reason", () => {
    accepts({ ...slack(["*"]), acknowledge: { [OPEN]: "a public demo" } });
  });
});

describe("a variable in env", () => {
  test.each([
    ["GATEWAY_ALLOW_ALL_USERS", "true"],
    ["GATEWAY_ALLOW_ALL_USERS", " YES "],
    ["GATEWAY_ALLOWED_USERS", "*"],
    ["GATEWAY_ALLOWED_USERS", "1, *"],
    ["YUANBAO_DM_ALLOW_FROM", "*"],
    ["WHATSAPP_CLOUD_GROUP_ALLOW_FROM", "1,*"],
    ["WECOM_DM_POLICY", "open"],
    ["WHATSAPP_DM_POLICY", "open"],
    ["SLACK_ALLOW_BOTS", "all"],
    ["DISCORD_ALLOW_BOTS", "mentions"],
    ["HERMES_YOLO_MODE", "true"],
    ["HERMES_REDACT_SECRETS", "false"],
    ["TIRITH_ENABLED", "0"],
    ["SMS_INSECURE_NO_SIGNATURE", "true"],
    ["EMAIL_TRUST_FROM_HEADER", "1"],
  ])("that opens a door is refused: %s=%j", (name, value) => {
    expect(rulesAgainst({ env: { [name]: value } })).toEqual(["env-unsafe"]);
  });

  test.each([
    ["GATEWAY_ALLOW_ALL_USERS", "false"],
    ["GATEWAY_ALLOW_ALL_USERS", "on"],
    ["GATEWAY_ALLOW_ALL_USERS", ""],
    ["GATEWAY_ALLOWED_USERS", "123456789"],
    ["GATEWAY_ALLOWED_USERS", "${var.users}"],
    ["YUANBAO_DM_ALLOW_FROM", "ada"],
    ["DISCORD_ALLOWED_CHANNELS", "*"],
    ["WECOM_DM_POLICY", "allowlist"],
    ["SLACK_ALLOW_BOTS", "none"],
    ["HERMES_YOLO_MODE", "0"],
    ["HERMES_REDACT_SECRETS", "true"],
    ["TIRITH_ENABLED", "true"],
    ["SMS_INSECURE_NO_SIGNATURE", "false"],
    ["EMAIL_TRUST_FROM_HEADER", "false"],
    ["HERMES_ALLOW_ROOT_GATEWAY", "false"],
    ["MY_ALLOWED_USERS", "*"],
  ])("that opens none passes: %s=%j", (name, value) => accepts({ env: { [name]: value } }));

  test("a switch whose value only Terraform knows is refused, in secrets too", () => {
    for (const prop of ["env", "secrets"])
      expect(rulesAgainst({ [prop]: { GATEWAY_ALLOW_ALL_USERS: "${var.open}" } })).toEqual(["env-unsafe"]);
  });
});

describe("a setting in config", () => {
  test.each<[string, NonNullable<AgentProps["config"]>]>([
    ["approvals off", { approvals: { mode: "off" } }],
    ["approvals off, as YAML writes it", { approvals: { mode: false } }],
    ["approvals of cron jobs", { approvals: { cron_mode: "approve" } }],
    ["approvals of subagents", { delegation: { subagent_auto_approve: true } }],
    ["redaction off", { security: { redact_secrets: false } }],
    ["redaction off, as text", { security: { redact_secrets: "off" } }],
    ["the check of commands off", { security: { tirith_enabled: false } }],
    [
      "a webhook without signature",
      { platforms: { webhook: { extra: { routes: { ci: { hook: "INSECURE_NO_AUTH" } } } } } },
    ],
    ["unproven senders of mail", { platforms: { email: { require_authenticated_sender: false } } }],
    ["everyone on Telegram", { telegram: { allow_from: ["1", "*"] } }],
    ["every group", { telegram: { group_allowed_chats: "*" } }],
    ["everyone, below platforms", { platforms: { discord: { extra: { allow_from: ["*"] } } } }],
    ["an open policy", { platforms: { wecom: { extra: { dm_policy: "open" } } } }],
    ["every bot", { slack: { allow_bots: "all" } }],
    ["every origin", { platforms: { api_server: { extra: { cors_origins: ["*"] } } } }],
  ])("that opens a door is refused: %s", (_, config) => {
    expect(rulesAgainst({ config })).toEqual(["config-unsafe"]);
  });

  test.each<[string, NonNullable<AgentProps["config"]>]>([
    ["approvals by hand", { approvals: { mode: "manual", cron_mode: "deny", timeout: 120 } }],
    ["smart approvals", { approvals: { mode: "smart", deny: ["git push --force*"] } }],
    ["approvals of subagents denied", { delegation: { subagent_auto_approve: false } }],
    ["redaction on", { security: { redact_secrets: true, tirith_enabled: true, tirith_fail_open: true } }],
    ["personal data left as it is, the default", { privacy: { redact_pii: false } }],
    ["a list of people", { telegram: { allow_from: ["1"], group_allowed_chats: ["-5"] } }],
    ["a list policy", { platforms: { wecom: { extra: { dm_policy: "allowlist", allow_from: ["u1"] } } } }],
    ["no bots", { slack: { allow_bots: "none" } }],
    ["hooks that are accepted", { hooks: { on_start: [{ command: "true" }] }, hooks_auto_accept: true }],
    ["mode off elsewhere", { compression: { mode: "off" }, display: { streaming: false } }],
    ["a wildcard elsewhere", { tools: { patterns: ["*"] }, discord: { allowed_channels: "*" } }],
    ["exact origins", { platforms: { api_server: { extra: { cors_origins: ["https://chat.example"] } } } }],
    ["a webhook's secret by reference", { platforms: { webhook: { extra: { secret: "${HOOK_SECRET}" } } } }],
    ["an open model", { model: { group_policy: "allowlist" } }],
    ["an unrelated secret check", { mcp_servers: { x: { command: "npx", args: ["*"] } } }],
  ])("that opens none passes: %s", (_, config) => accepts({ config }));
});

describe("a bot's token in two agents", () => {
  const bot = (token: string): AgentProps => telegramWith(token);
  const telegramWith = (token: string): AgentProps => ({
    messaging: { telegram: { botToken: token, allowedUsers: ["1"] } },
  });
  type Given = (token: string) => AgentProps;
  const elsewhere: readonly (readonly [string, Given])[] = [
    ["in another agent's prop", bot],
    [
      "on another platform",
      (token) => ({ messaging: { discord: { botToken: token, allowedUsers: ["ada"] } } }),
    ],
    ["under a name of secrets", (token) => ({ secrets: { HELPER_BOT: token } })],
    ["in env", (token) => ({ env: { HELPER: token } })],
    ["in config", (token) => ({ config: { helper: { text: token } } })],
    ["in another prop", (token) => ({ apiServer: { key: token } })],
  ];

  test.each(elsewhere)("is found %s, whichever comes first", (_, other) => {
    const stack = newStack();
    const token = secretOf(stack, "token");
    agent(stack, bot(token), "first");
    expect(rulesOf(refusalOf(() => agent(stack, other(token), "second")))).toContain("duplicate-bot-token");
    const reverse = newStack();
    const again = secretOf(reverse, "token");
    agent(reverse, other(again), "first");
    expect(rulesOf(refusalOf(() => agent(reverse, bot(again), "second")))).toEqual(["duplicate-bot-token"]);
  });

  test.each<[string, (stack: TerraformStack, token: string) => string]>([
    ["marked as sensitive", (_, token) => Token.asString(Fn.sensitive(token))],
    ["without blanks around it", (_, token) => Fn.trimspace(token)],
    ["by two functions", (_, token) => Token.asString(Fn.sensitive(Fn.chomp(token)))],
    ["by a local", (stack, token) => new TerraformLocal(stack, "local", token).asString],
    [
      "by a local of a function",
      (stack, token) => new TerraformLocal(stack, "l", Fn.trimspace(token)).asString,
    ],
    ["by a value that is made later", (_, token) => Lazy.stringValue({ produce: () => token })],
  ])("is found %s", (_, wrapped) => {
    const stack = newStack();
    const token = secretOf(stack, "token");
    agent(stack, bot(token), "first");
    const second = bot(wrapped(stack, token));
    expect(rulesOf(refusalOf(() => agent(stack, second, "second")))).toEqual(["duplicate-bot-token"]);
  });

  test("is none where two entries of one variable differ", () => {
    const stack = newStack();
    const tokens = new TerraformVariable(stack, "tokens", { type: "map(string)", sensitive: true });
    agent(stack, bot(Fn.lookup(tokens.value, "a", "")), "first");
    agent(stack, bot(Fn.lookup(tokens.value, "b", "")), "second");
  });

  test.each<[string, (stack: TerraformStack, name: string) => MessagingProps]>([
    [
      "Slack's app token",
      (stack, name) => ({
        slack: { botToken: secretOf(stack, name), appToken: secretOf(stack, "app"), allowedUsers: ["U1"] },
      }),
    ],
    [
      "Signal's account",
      () => ({
        signal: { httpUrl: "http://signal:8080", account: "+4915550100", allowedUsers: ["+4915550101"] },
      }),
    ],
    [
      "a mailbox, in other capitals too",
      (stack, name) => ({
        email: {
          address: name === "one" ? "Iris@example.com" : "iris@example.com",
          password: secretOf(stack, name),
          imapHost: "imap.example.com",
          smtpHost: "smtp.example.com",
          allowedUsers: ["ada@example.com"],
        },
      }),
    ],
    [
      "the app of Feishu",
      (stack, name) => ({
        feishu: { appId: "cli_1", appSecret: secretOf(stack, name), allowedUsers: ["ou_1"] },
      }),
    ],
  ])("%s belongs to one profile only", (_, messaging) => {
    const stack = newStack();
    const refused = refusalOf(() =>
      agent(stack, {
        messaging: messaging(stack, "one"),
        profiles: { work: { messaging: messaging(stack, "two") } },
      }),
    );
    expect(rulesOf(refused)).toEqual(["duplicate-bot-token"]);
    expect(refused.problems[0]?.prop).toMatch(/^profiles\.work\.messaging\./);
  });

  test.each(elsewhere)("is none where the tokens differ: %s", (_, other) => {
    const stack = newStack();
    agent(stack, bot(secretOf(stack, "one")), "first");
    agent(stack, other(secretOf(stack, "two")), "second");
  });

  test("is not what two agents may share: a model's key, or one agent's own token twice", () => {
    const stack = newStack();
    const key = secretOf(stack, "key");
    for (const id of ["first", "second"]) agent(stack, { secrets: { OPENROUTER_API_KEY: key } }, id);
    const token = secretOf(stack, "token");
    agent(stack, { ...bot(token), secrets: { HELPER_BOT: token } }, "third");
  });
});
