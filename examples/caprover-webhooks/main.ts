import { App, TerraformStack, TerraformVariable } from "cdktf";
import { CapRoverProvider, HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "cdktf-hermes";

const app = new App();

// The shell that deploys sets CAPROVER_URL and CAPROVER_PASSWORD of the CapRover server.
const agent = new TerraformStack(app, "agent");
new CapRoverProvider(agent, "caprover");

/** Set by TF_VAR_<name> in the shell that deploys. */
const secret = (name: string, description: string) =>
  new TerraformVariable(agent, name, { type: "string", sensitive: true, description }).stringValue;

new HermesApp(agent, "hermes", {
  image: HermesImage.registry(agent, "image", { tag: "v2026.7.30" }),
  data: new PersistentDataVolume(agent, "data", { name: "hermes-data" }),
  messaging: {
    whatsappCloud: {
      phoneNumberId: "100000000000000", // yours
      accessToken: secret("whatsapp_access_token", "of a system user with whatsapp_business_messaging"),
      appSecret: secret("whatsapp_app_secret", "under App settings > Basic"),
      verifyToken: secret("whatsapp_verify_token", "printed by `npx cdktf-hermes session-secret`"),
      allowedUsers: ["4915550100"], // yours
    },
    webhook: { secret: secret("webhook_secret", "printed by `npx cdktf-hermes session-secret`") },
  },
  // An app of CapRover has one address: WhatsApp gets the agent's own, and the webhooks a small app in front of it.
  target: HermesTarget.caprover({
    address: { to: "whatsappCloud" },
    apps: { webhook: { name: "hermes-hooks" } },
  }),
  memoryMiB: 2048,
});

app.synth();
