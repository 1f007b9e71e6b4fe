/** What the probe asks of each chat platform, and how it reads the answers that their documentation gives. */
import { join } from "node:path";
import { tokenProofs } from "../../lib/operations/observe";
import { temporaryFolder } from "../agents";
import { ALL } from "../hermes/platform-cases";
import { python } from "../python";
import { makeSelfSigned } from "../self-signed";

const PROBE = join(__dirname, "../../lib/operations/probe");

/** Runs the probe's own functions, with an opener that keeps what it is asked, and answers what the test says. */
const PROGRAM = `
import io, json, os, sys
given = json.load(sys.stdin)
os.environ.update(given["environment"])
sys.argv = ["probe", json.dumps({"seconds": 1, "startedMs": 0, "given": [], "tokens": []})]
for part in ("context", "services"):
    exec(compile(open(given["folder"] + "/" + part + ".py").read(), part, "exec"))

class Answer(io.BytesIO):
    status, headers = 200, {}

class Opener:
    def open(self, request, timeout):
        self.asked = {
            "method": request.get_method(),
            "url": request.full_url,
            "headers": {key.lower(): value for key, value in request.header_items()},
            "body": (request.data or b"").decode(),
        }
        answer = Answer(given["answer"].encode())
        if given["status"] == 200:
            return answer
        raise urllib.error.HTTPError(request.full_url, given["status"], "", {}, answer)

found = {}
for row in given["rows"]:
    OUTSIDE = Opener()
    found[row["variable"]] = {"result": token(row), **getattr(OUTSIDE, "asked", {})}
print(json.dumps(found))
`;

interface Asked {
  readonly result: { readonly accepted: boolean; readonly error?: string; readonly unreachable?: boolean };
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const ENVIRONMENT: Readonly<Record<string, string>> = {
  SLACK_BOT_TOKEN: "xoxb-1",
  SLACK_APP_TOKEN: "xapp-1",
  TELEGRAM_BOT_TOKEN: "123:abc",
  DISCORD_BOT_TOKEN: "d",
  WHATSAPP_CLOUD_PHONE_NUMBER_ID: "42",
  WHATSAPP_CLOUD_ACCESS_TOKEN: "EAA",
  SIGNAL_HTTP_URL: "http://signal:8080/",
  MATRIX_HOMESERVER: "https://matrix.example",
  MATRIX_ACCESS_TOKEN: "syt",
  MATTERMOST_URL: "https://chat.example",
  MATTERMOST_TOKEN: "mm",
  TWILIO_ACCOUNT_SID: "AC1",
  TWILIO_AUTH_TOKEN: "tw",
  TEAMS_CLIENT_ID: "client",
  TEAMS_CLIENT_SECRET: "s&cret",
  TEAMS_TENANT_ID: "tenant",
  LINE_CHANNEL_ACCESS_TOKEN: "line",
  HASS_URL: "http://home:8123",
  HASS_TOKEN: "ha",
  NTFY_TOPIC: "hermes-in",
  NTFY_TOKEN: "tk_1",
  DINGTALK_CLIENT_ID: "ding",
  DINGTALK_CLIENT_SECRET: "dt",
  FEISHU_APP_ID: "cli_1",
  FEISHU_APP_SECRET: "fs",
  WECOM_CALLBACK_CORP_ID: "ww1",
  WECOM_CALLBACK_CORP_SECRET: "w&c",
  BLUEBUBBLES_SERVER_URL: "http://mac.lan:1234",
  BLUEBUBBLES_PASSWORD: "p w",
  QQ_APP_ID: "7",
  QQ_CLIENT_SECRET: "qq",
};

const basic = (login: string) => `Basic ${Buffer.from(login).toString("base64")}`;

/** The whole call of each row: URL, Authorization, body, and a refusal as the platform's documentation has it. */
const CALLS: Readonly<
  Record<
    string,
    readonly [url: string, authorization: string | undefined, body: string, status: number, refusal: object]
  >
> = {
  SLACK_BOT_TOKEN: [
    "https://slack.com/api/auth.test",
    "Bearer xoxb-1",
    "",
    200,
    { ok: false, error: "invalid_auth" },
  ],
  SLACK_APP_TOKEN: [
    "https://slack.com/api/apps.connections.open",
    "Bearer xapp-1",
    "",
    200,
    { ok: false, error: "invalid_auth" },
  ],
  TELEGRAM_BOT_TOKEN: [
    "https://api.telegram.org/bot123:abc/getMe",
    undefined,
    "",
    401,
    { ok: false, description: "Unauthorized" },
  ],
  DISCORD_BOT_TOKEN: [
    "https://discord.com/api/v10/users/@me",
    "Bot d",
    "",
    401,
    { message: "401: Unauthorized" },
  ],
  WHATSAPP_CLOUD_ACCESS_TOKEN: [
    "https://graph.facebook.com/v20.0/42?fields=id",
    "Bearer EAA",
    "",
    401,
    { error: { message: "Invalid OAuth access token", code: 190 } },
  ],
  SIGNAL_HTTP_URL: ["http://signal:8080/api/v1/check", undefined, "", 404, {}],
  MATRIX_ACCESS_TOKEN: [
    "https://matrix.example/_matrix/client/v3/account/whoami",
    "Bearer syt",
    "",
    401,
    { errcode: "M_UNKNOWN_TOKEN", error: "Unrecognised access token" },
  ],
  MATTERMOST_TOKEN: [
    "https://chat.example/api/v4/users/me",
    "Bearer mm",
    "",
    401,
    { message: "Invalid session" },
  ],
  TWILIO_AUTH_TOKEN: [
    "https://api.twilio.com/2010-04-01/Accounts/AC1.json",
    basic("AC1:tw"),
    "",
    401,
    { code: 20003, message: "Authenticate" },
  ],
  TEAMS_CLIENT_SECRET: [
    "https://login.microsoftonline.com/tenant/oauth2/v2.0/token",
    undefined,
    "grant_type=client_credentials&client_id=client&client_secret=s%26cret&scope=https%3A%2F%2Fapi.botframework.com%2F.default",
    401,
    { error: "invalid_client" },
  ],
  LINE_CHANNEL_ACCESS_TOKEN: [
    "https://api.line.me/v2/bot/info",
    "Bearer line",
    "",
    401,
    { message: "Authentication failed" },
  ],
  HASS_TOKEN: ["http://home:8123/api/", "Bearer ha", "", 401, {}],
  NTFY_TOKEN: [
    "https://ntfy.sh/hermes-in/auth",
    "Bearer tk_1",
    "",
    403,
    { code: 40301, http: 403, error: "forbidden" },
  ],
  DINGTALK_CLIENT_SECRET: [
    "https://api.dingtalk.com/v1.0/oauth2/accessToken",
    undefined,

    '{"appKey": "ding", "appSecret": "dt"}',
    400,
    { code: "invalidClientIdOrSecret", message: "no" },
  ],
  FEISHU_APP_SECRET: [
    "https://open.feishu.cn/open-apis/auth/v3/tenant_access_token/internal",
    undefined,

    '{"app_id": "cli_1", "app_secret": "fs"}',
    200,
    { code: 10014, msg: "app secret invalid" },
  ],
  WECOM_CALLBACK_CORP_SECRET: [
    "https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=ww1&corpsecret=w%26c",
    undefined,
    "",
    200,
    { errcode: 40001, errmsg: "invalid credential" },
  ],
  BLUEBUBBLES_PASSWORD: [
    "http://mac.lan:1234/api/v1/ping?password=p%20w",
    undefined,
    "",
    401,
    { message: "Unauthorized" },
  ],
  QQ_CLIENT_SECRET: [
    "https://bots.qq.com/app/getAppAccessToken",
    undefined,

    '{"appId": "7", "clientSecret": "qq"}',
    200,
    { code: 100016, message: "invalid appid or secret" },
  ],
};

const ROWS = tokenProofs(ALL.map(([name]) => name)).filter((row) => !("imap" in row));

function asked(
  variables: readonly string[],
  {
    answer = "{}",
    status = 200,
    environment = {},
  }: Readonly<{ answer?: string; status?: number; environment?: object }>,
): Readonly<Record<string, Asked>> {
  const found = python(PROGRAM, {
    folder: PROBE,
    environment: { ...ENVIRONMENT, ...environment },
    rows: ROWS.filter(({ variable }) => variables.includes(variable)),
    answer,
    status,
  });
  if (typeof found !== "object" || found === null) throw new Error("the probe's functions did not run");
  return Object.fromEntries(Object.entries(found));
}

test("every proof of the table is written out here", () => {
  expect(ROWS.map(({ variable }) => variable).sort()).toEqual(Object.keys(CALLS).sort());
});

test("each platform is asked for a state, with its token where it belongs, and an answer with it counts", () => {
  const found = asked(Object.keys(CALLS), {});
  for (const [variable, [url, , body]] of Object.entries(CALLS))
    expect([variable, found[variable]]).toEqual([
      variable,
      expect.objectContaining({ url, body, result: { accepted: true } }),
    ]);
  for (const [variable, [, authorization]] of Object.entries(CALLS))
    expect([variable, found[variable]?.headers?.["authorization"]]).toEqual([variable, authorization]);
});

test.each(
  Object.entries(CALLS),
)("%s is rejected where the platform says so in its own way", (variable, call) => {
  const [, , , status, refusal] = call;
  const result = asked([variable], { status, answer: JSON.stringify(refusal) })[variable]?.result;
  expect(result).toMatchObject({ accepted: false, error: expect.stringMatching(/\S/) });
  expect(result).not.toHaveProperty("unreachable");
});

test.each([301, 307, 429, 500, 503])("an answer with %i says nothing of a token", (status) => {
  const found = asked(["LINE_CHANNEL_ACCESS_TOKEN"], { status });
  expect(found["LINE_CHANNEL_ACCESS_TOKEN"]?.result).toMatchObject({ accepted: false, unreachable: true });
});

test("a token that the container does not have is not sent", () => {
  const found = asked(["DISCORD_BOT_TOKEN"], { environment: { DISCORD_BOT_TOKEN: "" } });
  expect(found["DISCORD_BOT_TOKEN"]).toEqual({
    result: { accepted: false, error: "the container does not have it" },
  });
});

test("a login of ntfy is sent as one, to the server of one's own", () => {
  const environment = { NTFY_TOKEN: "ada:pass", NTFY_SERVER_URL: "https://ntfy.example" };
  const found = asked(["NTFY_TOKEN"], { environment })["NTFY_TOKEN"];
  expect(found?.url).toBe("https://ntfy.example/hermes-in/auth");
  expect(found?.headers?.["authorization"]).toBe(basic("ada:pass"));
});

test("a Lark app is asked for at Lark", () => {
  const found = asked(["FEISHU_APP_SECRET"], { environment: { FEISHU_DOMAIN: "lark" } });
  expect(found["FEISHU_APP_SECRET"]?.url).toBe(
    "https://open.larksuite.com/open-apis/auth/v3/tenant_access_token/internal",
  );
});

describe("a mailbox", () => {
  /** The probe's own function, and a mail server that knows one login. */
  const MAILBOX = `
import json, os, socket, ssl, sys, threading
given = json.load(sys.stdin)
tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
tls.load_cert_chain(given["folder"] + "/certificate.pem", given["folder"] + "/key.pem")
listening = socket.create_server(("127.0.0.1", 0))
said = []

def serve():
    with tls.wrap_socket(listening.accept()[0], server_side=True) as client, client.makefile("rwb", 0) as lines:
        lines.write(b"* OK IMAP4rev1\\r\\n")
        for line in lines:
            tag, command, *rest = line.decode().split()
            said.append(command)
            if command == "CAPABILITY":
                lines.write(b"* CAPABILITY IMAP4rev1\\r\\n")
            right = command != "LOGIN" or rest[1].strip('"') == "right"
            lines.write(("%s %s done\\r\\n" % (tag, "OK" if right else "NO")).encode())

threading.Thread(target=serve, daemon=True).start()
os.environ.update({
    "EMAIL_ADDRESS": "hermes@example.com", "EMAIL_PASSWORD": given["password"], "EMAIL_IMAP_HOST": given["host"],
    "EMAIL_IMAP_PORT": str(listening.getsockname()[1]), "SSL_CERT_FILE": given["folder"] + "/certificate.pem",
})
sys.argv = ["probe", json.dumps({"seconds": 1, "startedMs": 0, "given": [], "tokens": []})]
for part in ("context", "services"):
    exec(compile(open(given["probe"] + "/" + part + ".py").read(), part, "exec"))
print(json.dumps({"result": token(given["row"]), "said": said}))
`;
  const folder = temporaryFolder();
  const [row] = tokenProofs(["email"]);

  beforeAll(() => makeSelfSigned(folder, ["DNS:localhost"]));

  const asked = (password: string, host = "localhost") =>
    python(MAILBOX, { folder, probe: PROBE, row, password, host });

  test("a right password logs in and out, and reads nothing", () => {
    expect(asked("right")).toEqual({
      result: { accepted: true },
      said: ["CAPABILITY", "LOGIN", "LOGOUT"],
    });
  });

  test("a wrong password is rejected", () => {
    expect(asked("wrong")).toMatchObject({
      result: { accepted: false, error: "the mail server rejects the login" },
    });
  });

  test("a server with a certificate of another name says nothing of the password", () => {
    expect(asked("right", "127.0.0.1")).toMatchObject({
      result: { accepted: false, unreachable: true },
      said: [],
    });
  });
});
