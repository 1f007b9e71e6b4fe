/** What the chat platforms send to an agent, signed as their public documentation says, and the same badly signed. */
import { createCipheriv, createHash, createHmac, type KeyObject, randomBytes, sign } from "node:crypto";

export interface Call {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_TYPE = { "content-type": "application/json" };

/** https://core.telegram.org/bots/api#setwebhook: the secret stands in a header. */
export function telegramCall(secret: string, user: number, text: string): Call {
  const person = { id: user, is_bot: false, first_name: "Ada" };
  const message = { message_id: 1, date: now(), chat: { id: user, type: "private" }, from: person, text };
  return {
    path: "/telegram",
    headers: { ...JSON_TYPE, "x-telegram-bot-api-secret-token": secret },
    body: JSON.stringify({ update_id: uniqueNumber(), message }),
  };
}

/** https://www.twilio.com/docs/usage/security: HMAC-SHA1 of the URL and the sorted fields. */
export function twilioCall(authToken: string, url: string, from: string, text: string): Call {
  const fields = { MessageSid: `SM${unique()}`, From: from, To: "+15550100", Body: text };
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const signed = url + sorted.map(([name, value]) => name + value).join("");
  return {
    path: new URL(url).pathname,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": createHmac("sha1", authToken).update(signed).digest("base64"),
    },
    body: new URLSearchParams(fields).toString(),
  };
}

/** https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature: HMAC-SHA256 of the body, in base64. */
export function lineCall(channelSecret: string, userId: string, text: string): Call {
  const message = { id: unique(), type: "text", text };
  const source = { type: "user", userId };
  const event = {
    ...{ type: "message", mode: "active", timestamp: Date.now(), source, webhookEventId: unique() },
    ...{ replyToken: unique(), message },
  };
  const body = JSON.stringify({ destination: "Ubot", events: [event] });
  const signature = createHmac("sha256", channelSecret).update(body).digest("base64");
  return { path: "/line/webhook", headers: { ...JSON_TYPE, "x-line-signature": signature }, body };
}

/** https://developers.facebook.com/docs/graph-api/webhooks: HMAC-SHA256 of the body, in hexadecimal digits. */
export function metaCall(appSecret: string, from: string, text: string): Call {
  const message = {
    from,
    id: `wamid.${unique()}`,
    timestamp: String(now()),
    type: "text",
    text: { body: text },
  };
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "15550100", phone_number_id: "100000000000000" },
    contacts: [{ profile: { name: "Ada" }, wa_id: from }],
    messages: [message],
  };
  const entry = [{ id: "1", changes: [{ field: "messages", value }] }];
  const body = JSON.stringify({ object: "whatsapp_business_account", entry });
  const signature = createHmac("sha256", appSecret).update(body).digest("hex");
  return {
    path: "/whatsapp/webhook",
    headers: { ...JSON_TYPE, "x-hub-signature-256": `sha256=${signature}` },
    body,
  };
}

/** https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries: as GitHub signs. */
export function githubCall(secret: string, route: string, fields: object): Call {
  const body = JSON.stringify(fields);
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return {
    path: `/webhooks/${route}`,
    headers: {
      ...JSON_TYPE,
      "x-github-event": "check_run",
      "x-github-delivery": unique(),
      "x-hub-signature-256": `sha256=${signature}`,
    },
    body,
  };
}

/** https://learn.microsoft.com/graph/change-notifications-delivery-webhooks: the state stands in each notification. */
export function graphCall(clientState: string, resource: string): Call {
  const notification = {
    id: unique(),
    subscriptionId: unique(),
    changeType: "created",
    resource,
    clientState,
  };
  return { path: "/msgraph/webhook", headers: JSON_TYPE, body: JSON.stringify({ value: [notification] }) };
}

/** https://developer.work.weixin.qq.com/document/path/90968: AES of the message, and SHA1 of the sorted parts. */
export function wecomCall(token: string, aesKey: string, corpId: string, from: string, text: string): Call {
  const message =
    `<xml><ToUserName>${corpId}</ToUserName><FromUserName>${from}</FromUserName><CreateTime>${now()}</CreateTime>` +
    `<MsgType>text</MsgType><Content>${text}</Content><MsgId>${uniqueNumber()}</MsgId><AgentID>1000002</AgentID></xml>`;
  const key = Buffer.from(`${aesKey}=`, "base64");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(message));
  const plain = Buffer.concat([randomBytes(16), length, Buffer.from(message), Buffer.from(corpId)]);
  const padding = 32 - (plain.length % 32);
  const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)]);
  const encrypted = Buffer.concat([cipher.update(padded), cipher.final()]).toString("base64");
  const [timestamp, nonce] = [String(now()), unique()];
  const signed = [token, timestamp, nonce, encrypted].sort().join("");
  const query = new URLSearchParams({
    msg_signature: createHash("sha1").update(signed).digest("hex"),
    timestamp,
    nonce,
  });
  return {
    path: `/wecom/callback?${query}`,
    headers: { "content-type": "text/xml" },
    body: `<xml><ToUserName>${corpId}</ToUserName><Encrypt>${encrypted}</Encrypt></xml>`,
  };
}

/** https://open.feishu.cn/document/server-docs/event-subscription-guide: the token stands in the header of an event. */
export function feishuCall(token: string, openId: string, text: string): Call {
  const sender = { sender_id: { open_id: openId }, sender_type: "user", tenant_key: "t" };
  const message = {
    ...{ message_id: `om_${unique()}`, chat_id: "oc_1", chat_type: "p2p", message_type: "text" },
    ...{ create_time: String(Date.now()), content: JSON.stringify({ text }) },
  };
  const header = {
    ...{ event_id: unique(), event_type: "im.message.receive_v1", create_time: String(Date.now()) },
    ...{ token, app_id: "cli_0000000000000000", tenant_key: "t" },
  };
  const body = JSON.stringify({ schema: "2.0", header, event: { sender, message } });
  return { path: "/feishu/webhook", headers: JSON_TYPE, body };
}

/** https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication: a signed token. */
export function teamsCall(key: KeyObject, keyId: string, appId: string, from: string, text: string): Call {
  const serviceUrl = "https://smba.trafficmanager.net/teams/";
  const head = { alg: "RS256", typ: "JWT", kid: keyId };
  const claims = {
    ...{ iss: "https://api.botframework.com", aud: appId, serviceurl: serviceUrl },
    ...{ iat: now() - 10, nbf: now() - 10, exp: now() + 600 },
  };
  const signed = [head, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url");
  const activity = {
    ...{
      type: "message",
      id: unique(),
      timestamp: new Date().toISOString(),
      serviceUrl,
      channelId: "msteams",
    },
    from: { id: "29:ada", name: "Ada", aadObjectId: from },
    conversation: { id: "a:1", conversationType: "personal", tenantId: appId },
    recipient: { id: `28:${appId}`, name: "hermes" },
    ...{ text, textFormat: "plain", locale: "en-US" },
  };
  return {
    path: "/api/messages",
    headers: { ...JSON_TYPE, authorization: `Bearer ${signed}.${signature}` },
    body: JSON.stringify(activity),
  };
}

function unique(): string {
  return randomBytes(8).toString("hex");
}

function uniqueNumber(): number {
  return randomBytes(4).readUInt32BE();
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
