/** One agent on every platform that calls it. `platforms.test.ts` runs it in a folder of its own. */
import { readFileSync } from "node:fs";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "cdktf-hermes";
import type { Asked } from "./asked";

const asked: Asked = JSON.parse(readFileSync("asked.json", "utf8"));
const app = new App();

const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.wrapper(images, "image", {
  release: "v2026.7.30",
  baseRevision: "1",
  // The stand-in lacks what upstream's image fetches by itself at a platform's first start.
  run: [
    `/opt/tools/bin/uv pip install --no-cache --python /opt/hermes/.venv/bin/python ${asked.packages.join(" ")}`,
  ],
});

const agent = new TerraformStack(app, "agent");
new DockerProvider(agent, "docker");
const secret = (name: string) =>
  new TerraformVariable(agent, name, { type: "string", sensitive: true }).stringValue;

new HermesApp(agent, "hermes", {
  image,
  data: new PersistentDataVolume(agent, "data", { name: "hermes-data" }),
  model: { provider: "custom", name: "fake-1", baseUrl: asked.modelUrl },
  extraHosts: asked.hosts,
  mounts: [{ hostPath: asked.certificates, target: "/tls", readOnly: true }],
  env: { SSL_CERT_FILE: "/tls/certificate.pem" },
  config: {
    platforms: { webhook: { extra: { routes: { ci: { prompt: "the build {build} failed" } } } } },
  },
  messaging: {
    telegram: {
      botToken: secret("telegram_bot_token"),
      allowedUsers: ["77"],
      webhookUrl: "https://hermes.example/telegram",
      webhookSecret: secret("telegram_webhook_secret"),
    },
    sms: {
      accountSid: asked.accountSid,
      authToken: secret("twilio_auth_token"),
      phoneNumber: "+15550100",
      webhookUrl: asked.smsUrl,
      allowedUsers: ["+15550101"],
    },
    line: {
      channelAccessToken: secret("line_channel_access_token"),
      channelSecret: secret("line_channel_secret"),
      allowedUsers: [asked.lineUser],
      port: 8647,
    },
    whatsappCloud: {
      phoneNumberId: "100000000000000",
      accessToken: secret("whatsapp_access_token"),
      appSecret: secret("whatsapp_app_secret"),
      verifyToken: secret("whatsapp_verify_token"),
      allowedUsers: ["4915550100"],
    },
    webhook: { secret: secret("webhook_secret") },
    microsoftGraph: {
      clientState: secret("graph_client_state"),
      // A published port arrives from the gateway of the engine's bridge.
      allowedSourceNetworks: [asked.bridge],
    },
    wecomCallback: {
      corpId: "ww0000000000000000",
      corpSecret: secret("wecom_corp_secret"),
      agentId: "1000002",
      token: secret("wecom_token"),
      encodingAesKey: secret("wecom_encoding_aes_key"),
      allowedUsers: ["ada"],
    },
    feishu: {
      appId: "cli_0000000000000000",
      appSecret: secret("feishu_app_secret"),
      verificationToken: secret("feishu_verification_token"),
      allowedUsers: ["ou_ada"],
    },
    teams: {
      clientId: asked.teamsId,
      clientSecret: secret("teams_client_secret"),
      tenantId: asked.teamsId,
      allowedUsers: [asked.teamsId],
    },
  },
  target: HermesTarget.docker(),
});

app.synth();
