/** Every proof of a token that `verify` has, both ways, from inside a container. `services.py` says what is simulated. */
import { PLATFORM_ROWS } from "../../../lib/hermes/platforms";
import { tokenProofs } from "../../../lib/operations/observe";
import { Engine } from "../engine";
import { FakeServices } from "./services";
import { Subject } from "./subject";

const engine = new Engine();
const PLATFORMS = PLATFORM_ROWS.map(([name]) => name);
const PROOFS = tokenProofs(PLATFORMS);

/** What a proof needs beside its token. */
const BESIDE: Readonly<Record<string, string>> = {
  WHATSAPP_CLOUD_PHONE_NUMBER_ID: "42",
  MATRIX_HOMESERVER: "https://matrix.example",
  MATTERMOST_URL: "https://chat.example",
  TWILIO_ACCOUNT_SID: "AC1",
  TEAMS_CLIENT_ID: "1",
  TEAMS_TENANT_ID: "1",
  HASS_URL: "https://home.example",
  NTFY_TOPIC: "hermes-in",
  DINGTALK_CLIENT_ID: "1",
  FEISHU_APP_ID: "cli_1",
  WECOM_CALLBACK_CORP_ID: "ww1",
  BLUEBUBBLES_SERVER_URL: "https://home.example",
  QQ_APP_ID: "7",
  EMAIL_ADDRESS: "hermes@example.com",
  EMAIL_IMAP_HOST: "imap.example",
};

/** Signal has no token: its server answers, or another one. */
const ANSWERS = { good: "https://home.example", bad: "https://slack.com" };

let services: FakeServices;

beforeAll(async () => {
  services = await FakeServices.start(engine);
});
afterAll(async () => {
  await engine.reset();
  await services.stop();
});

/** What `verify` says of each token, by variable. */
async function verified(kind: "good" | "bad"): Promise<ReadonlyMap<string, string>> {
  const tokens = PROOFS.map(({ variable }) => [
    variable,
    variable === "SIGNAL_HTTP_URL" ? ANSWERS[kind] : `${kind}-token-of-the-tests`,
  ]);
  const subject = await Subject.start(engine, {
    name: kind,
    env: { ...BESIDE, ...Object.fromEntries(tokens) },
    command: ["sleep", "infinity"],
    run: services.runArguments,
    declared: {
      platforms: Object.fromEntries(
        PLATFORMS.map((name) => [name, tokenProofs([name]).map(({ variable }) => variable)]),
      ),
    },
  });
  const { conditions } = await subject.verify();
  const rows = conditions.filter(({ condition }) => condition === "tokens");
  return new Map(rows.map(({ of = "", result, failure = result }) => [of, failure]));
}

test.each([
  ["good", "holds"],
  ["bad", "rejected"],
] as const)("a %s token of each platform is proven: %s", async (kind, found) => {
  expect(Object.fromEntries(await verified(kind))).toEqual(
    Object.fromEntries(PROOFS.map(({ variable }) => [variable, found])),
  );
});
