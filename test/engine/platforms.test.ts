/**
 * Every platform that calls an agent, on a real gateway that Terraform deployed, called from outside by its published port:
 * with a right and with a wrong signature. Where the secret is shared, the call is signed as the platform's documentation
 * says. Microsoft's own keys for Teams are stood in for.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PLATFORMS, type Platform } from "../../lib/hermes/platforms";
import type { VerifiedAgent } from "../../lib/operations/verified";
import { eventually } from "../eventually";
import { Agent } from "./agent";
import { Engine } from "./engine";
import { FakeModel } from "./fake-model";
import { HubMirror } from "./hub-mirror";
import { CLI, installPackage } from "./installed-package";
import type { Asked } from "./platforms-program/asked";
import { TURN_COMES_MS, turnForFixedPorts } from "./ports";
import { providerEnvironment } from "./provider";
import { run } from "./run";
import {
  type Call,
  feishuCall,
  githubCall,
  graphCall,
  lineCall,
  metaCall,
  teamsCall,
  telegramCall,
  twilioCall,
  wecomCall,
} from "./signed-calls";
import { Project } from "./terraform";
import { FakeServices } from "./verify/services";

const engine = new Engine();
const hex = (bytes: number) => randomBytes(bytes).toString("hex");

const SECRETS = {
  telegram_bot_token: "123456789:good-token-of-the-tests",
  telegram_webhook_secret: hex(16),
  twilio_auth_token: hex(16).replaceAll("bad", "dab"),
  line_channel_access_token: `line-${hex(8)}`,
  line_channel_secret: hex(16),
  whatsapp_access_token: `EAA${hex(8)}`,
  whatsapp_app_secret: hex(16),
  whatsapp_verify_token: hex(8),
  webhook_secret: hex(16),
  graph_client_state: hex(16),
  wecom_corp_secret: `corp-${hex(8)}`,
  wecom_token: hex(8),
  wecom_encoding_aes_key: `${hex(21)}A`,
  feishu_app_secret: hex(16),
  feishu_verification_token: hex(16),
  teams_client_secret: hex(16),
};
const SMS_URL = "https://hermes.example/webhooks/twilio";
const LINE_USER = `U${"a".repeat(32)}`;
const TEAMS_ID = "00000000-0000-4000-8000-00000000000a";
const CORP = "ww0000000000000000";

const microsoft = generateKeyPairSync("rsa", { modulusLength: 2048 });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });
const KEY_ID = "key-of-the-tests";

let endTurn: () => Promise<void>;
let hub: HubMirror;
let model: FakeModel;
let services: FakeServices;
let project: Project;
const agent = Agent.named(engine, "hermes");

beforeAll(async () => {
  endTurn = await turnForFixedPorts();
  hub = await HubMirror.start(engine);
  model = await FakeModel.start("I see.", engine.gateway);
  const key = { ...microsoft.publicKey.export({ format: "jwk" }), kid: KEY_ID, alg: "RS256", use: "sig" };
  services = await FakeServices.start(engine, { keys: [{ ...key, endorsements: ["msteams"] }] });
  const variables = Object.entries(SECRETS).map(([name, value]) => [`TF_VAR_${name}`, value]);
  project = new Project({
    app: "npx tsx main.ts",
    env: { ...engine.environment, ...providerEnvironment(), ...Object.fromEntries(variables) },
  });
  cpSync(join(__dirname, "platforms-program"), project.folder, { recursive: true });
  installPackage(project.folder);
  const asked: Asked = {
    packages: [
      ...["defusedxml==0.7.1", "lark-oapi==1.6.8", "microsoft-teams-apps==2.0.13.4"],
      "'python-telegram-bot[webhooks]==22.6'",
    ],
    modelUrl: model.baseUrl,
    hosts: services.hosts,
    certificates: services.folder,
    bridge: `${engine.gateway}/32`,
    accountSid: `AC${"0".repeat(32)}`,
    smsUrl: SMS_URL,
    lineUser: LINE_USER,
    teamsId: TEAMS_ID,
  };
  writeFileSync(join(project.folder, "asked.json"), JSON.stringify(asked));
  const { code, stdout, stderr } = await project.deploy();
  if (code !== 0) throw new Error(`cdktf deploy exited with ${code}\n${stdout}${stderr}`);
}, TURN_COMES_MS);
afterAll(async () => {
  await engine.reset();
  project?.remove();
  await services?.stop();
  await model?.stop();
  await hub?.stop();
  await endTurn();
});

interface Caller {
  /** A call of somebody who may talk to the agent. */
  readonly right: (text: string) => Call;
  /** The same, signed with another secret. */
  readonly wrong: (text: string) => Call;
  readonly accepted: number;
  readonly rejected: number;
  readonly port?: number;
}

const CALLERS: Readonly<Record<string, Caller>> = {
  telegram: {
    right: (text) => telegramCall(SECRETS.telegram_webhook_secret, 77, text),
    wrong: (text) => telegramCall("another", 77, text),
    accepted: 200,
    rejected: 403,
  },
  sms: {
    right: (text) => twilioCall(SECRETS.twilio_auth_token, SMS_URL, "+15550101", text),
    wrong: (text) => twilioCall(hex(16), SMS_URL, "+15550101", text),
    accepted: 200,
    rejected: 403,
  },
  line: {
    right: (text) => lineCall(SECRETS.line_channel_secret, LINE_USER, text),
    wrong: (text) => lineCall(hex(16), LINE_USER, text),
    accepted: 200,
    rejected: 401,
    port: 8647,
  },
  whatsappCloud: {
    right: (text) => metaCall(SECRETS.whatsapp_app_secret, "4915550100", text),
    wrong: (text) => metaCall(hex(16), "4915550100", text),
    accepted: 200,
    rejected: 401,
  },
  webhook: {
    right: (text) => githubCall(SECRETS.webhook_secret, "ci", { build: text }),
    wrong: (text) => githubCall(hex(16), "ci", { build: text }),
    accepted: 202,
    rejected: 401,
  },
  microsoftGraph: {
    right: (text) => graphCall(SECRETS.graph_client_state, text),
    wrong: (text) => graphCall(hex(16), text),
    accepted: 202,
    rejected: 403,
  },
  wecomCallback: {
    right: (text) => wecomCall(SECRETS.wecom_token, SECRETS.wecom_encoding_aes_key, CORP, "ada", text),
    wrong: (text) => wecomCall(hex(8), SECRETS.wecom_encoding_aes_key, CORP, "ada", text),
    accepted: 200,
    rejected: 400,
  },
  feishu: {
    right: (text) => feishuCall(SECRETS.feishu_verification_token, "ou_ada", text),
    wrong: (text) => feishuCall(hex(16), "ou_ada", text),
    accepted: 200,
    rejected: 401,
  },
  teams: {
    right: (text) => teamsCall(microsoft.privateKey, KEY_ID, TEAMS_ID, TEAMS_ID, text),
    wrong: (text) => teamsCall(stranger.privateKey, KEY_ID, TEAMS_ID, TEAMS_ID, text),
    accepted: 200,
    rejected: 401,
  },
};

/** By the port that is published on the engine's host. */
async function sent(port: number, { path, headers, body }: Call): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", headers, body });
  await response.arrayBuffer();
  return response.status;
}

const heard = (text: string) => model.chats.some(({ body }) => JSON.stringify(body).includes(text));

/**
 * Calls until the model has heard a call, so that it would have heard an earlier one too. Hermes may drop a message that
 * arrives in the last moment of another turn of the same chat (seen once with WhatsApp on busy cores), so it calls again.
 */
async function callUntilHeard(port: number, right: Caller["right"]): Promise<void> {
  const texts: string[] = [];
  await eventually("the model hears a later call", 80, async () => {
    const text = `after-${hex(4)}`;
    texts.push(text);
    await sent(port, right(text));
    const end = Date.now() + 15_000;
    while (Date.now() < end && !texts.some(heard)) await new Promise((resolve) => setTimeout(resolve, 250));
    return texts.some(heard) || undefined;
  });
}

describe.each(Object.entries(CALLERS))("%s", (name, { right, wrong, accepted, rejected, port }) => {
  const platform: Platform | undefined = Object.entries<Platform>(PLATFORMS).find(
    ([prop]) => prop === name,
  )?.[1];
  const published =
    port ??
    Object.values(platform?.settings ?? {}).flatMap((row) => (row.kind === "port" ? [row.port] : []))[0] ??
    0;

  test("the gateway is connected to the platform", async () => {
    await eventually(`${name} is connected`, 60, async () => {
      const { stdout } = await agent.exec("cat", "/opt/data/gateway_state.json");
      const { platforms }: { platforms?: Record<string, { state?: string }> } = JSON.parse(stdout || "{}");
      return platforms?.[platform?.hermes ?? ""]?.state === "connected" || undefined;
    });
  });

  test("a call with a right signature is accepted, and the model gets the message", async () => {
    const text = `from-${name.toLowerCase()}-${hex(4)}`;
    expect(await sent(published, right(text))).toBe(accepted);
    await eventually(`the model hears ${text}`, 60, async () => heard(text) || undefined);
  });

  test("a call with a wrong signature is rejected, and the model hears nothing of it", async () => {
    const text = `forged-${name.toLowerCase()}-${hex(4)}`;
    expect(await sent(published, wrong(text))).toBe(rejected);
    await callUntilHeard(published, right);
    expect(heard(text)).toBe(false);
  });
});

test("a right signature of somebody who is on no list reaches no model", async () => {
  const text = `stranger-${hex(4)}`;
  const call = twilioCall(SECRETS.twilio_auth_token, SMS_URL, "+15559999", text);
  expect(await sent(8080, call)).toBe(200);
  await callUntilHeard(8080, (later) => twilioCall(SECRETS.twilio_auth_token, SMS_URL, "+15550101", later));
  expect(heard(text)).toBe(false);
});

test("Meta's subscription is answered with its challenge, for the right verify token alone", async () => {
  const ask = (token: string) =>
    fetch(
      `http://127.0.0.1:8090/whatsapp/webhook?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=42`,
    );
  expect(await (await ask(SECRETS.whatsapp_verify_token)).text()).toBe("42");
  expect((await ask("another")).status).toBe(403);
});

test("verify finds nothing wrong, proves each token that can be asked for, and says why it asks for no other", async () => {
  const { stdout } = await run(process.execPath, [CLI, "verify", "--no-ask", "--json"], {
    cwd: project.folder,
    env: engine.environment,
  });
  const agents: readonly VerifiedAgent[] = JSON.parse(stdout);
  const rows = agents.flatMap(({ conditions }) => conditions);
  // The stand-in of that release has the package of the one before.
  const others = rows.filter(({ condition }) => condition !== "log" && condition !== "release");
  expect(others.filter(({ result }) => result === "fails")).toEqual([]);
  const tokens = rows.filter(({ condition }) => condition === "tokens");
  for (const [name, { settings }] of Object.entries<Platform>(PLATFORMS))
    if (Object.hasOwn(CALLERS, name))
      for (const row of Object.values(settings))
        if (row.kind === "secret")
          expect(tokens.find(({ of }) => of === row.variable)).toMatchObject(
            row.proof === undefined
              ? { result: "not-looked-at", seen: row.unproven }
              : { result: "holds", seen: "accepted" },
          );
});

test("an agent on all of them has an empty plan", async () => {
  expect(await project.changes("images")).toBeUndefined();
  expect(await project.changes("agent")).toBeUndefined();
});
