import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "cdktf-hermes";

const app = new App();

const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.registry(images, "image", { tag: "v2026.7.30" });

const agent = new TerraformStack(app, "agent");
new DockerProvider(agent, "docker");

/** Set by TF_VAR_<name> in the shell that deploys. */
const secret = (name: string, description: string) =>
  new TerraformVariable(agent, name, { type: "string", sensitive: true, description }).stringValue;

new HermesApp(agent, "hermes", {
  image,
  data: new PersistentDataVolume(agent, "data", { name: "hermes-data" }),
  messaging: {
    sms: {
      accountSid: "AC00000000000000000000000000000000", // yours
      authToken: secret("twilio_auth_token", "on the first page of Twilio's console"),
      phoneNumber: "+15550100", // yours
      webhookUrl: "https://hermes.example.com/webhooks/twilio", // as Twilio's console has it
      allowedUsers: ["+15550101"],
    },
    line: {
      channelAccessToken: secret("line_channel_access_token", "under Messaging API of the channel"),
      channelSecret: secret("line_channel_secret", "under Basic settings of the channel"),
      allowedUsers: ["U00000000000000000000000000000000"], // yours
    },
    webhook: { secret: secret("webhook_secret", "printed by `npx cdktf-hermes session-secret`") },
  },
  // What GitHub tells of a failed check goes to the agent, as a question.
  config: {
    platforms: {
      webhook: {
        extra: {
          routes: {
            ci: { events: ["check_run"], prompt: "Look at {check_run.html_url}, and say what failed." },
          },
        },
      },
    },
  },
  // Each on the host's loopback alone, where a proxy with TLS leads to it: /webhooks/twilio to 8080, and so on.
  target: HermesTarget.docker({
    publish: { sms: { port: 8080 }, line: { port: 8646 }, webhook: { port: 8644 } },
  }),
  memoryMiB: 2048,
});

app.synth();
