import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { HermesApp, HermesImage, HermesTarget, PersistentDataVolume, type ProfileProps } from "cdktf-hermes";

const app = new App();

const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.registry(images, "image", { tag: "v2026.7.30" });

const stack = new TerraformStack(app, "agent");
new DockerProvider(stack, "docker");

function secret(name: string): string {
  return new TerraformVariable(stack, name, { type: "string", sensitive: true }).stringValue;
}

/** What each of the three has for itself. */
function profile(name: string, model: string, user: string, soul: string): ProfileProps {
  return {
    soul: { text: `${soul}\n` },
    model: { provider: "openrouter", name: model },
    secrets: { OPENROUTER_API_KEY: secret(`${name}_openrouter_key`) },
    messaging: { telegram: { botToken: secret(`${name}_telegram_bot_token`), allowedUsers: [user] } },
  };
}

new HermesApp(stack, "hermes", {
  image,
  data: new PersistentDataVolume(stack, "data", { name: "hermes-data" }),
  ...profile(
    "default",
    "anthropic/claude-sonnet-4.5",
    "100200300",
    "You are Iris, who keeps the others in order.",
  ),
  apiServer: { key: secret("default_api_server_key") },
  profiles: {
    work: {
      ...profile("work", "openai/gpt-5.5", "100200300", "You are Max, who helps with code."),
      apiServer: { key: secret("work_api_server_key"), port: 8643 },
    },
    home: {
      ...profile("home", "google/gemini-3-pro", "400500600", "You are Ada, who runs the household."),
      apiServer: { key: secret("home_api_server_key"), port: 8644 },
    },
  },
  memoryMiB: 4096,
  target: HermesTarget.docker({ publish: { "home.apiServer": false } }),
});

app.synth();
