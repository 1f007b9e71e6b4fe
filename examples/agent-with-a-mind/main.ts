import { join } from "node:path";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { HermesApp, HermesImage, PersistentDataVolume } from "cdktf-hermes";

const app = new App();

const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.registry(images, "image", { tag: "v2026.7.30" });

const agent = new TerraformStack(app, "agent");
new DockerProvider(agent, "docker");
const secret = (name: string) =>
  new TerraformVariable(agent, name, { type: "string", sensitive: true }).stringValue;

new HermesApp(agent, "iris", {
  image,
  data: new PersistentDataVolume(agent, "data", { name: "iris-data" }),
  model: { provider: "openrouter", name: "anthropic/claude-sonnet-4.5" },
  secrets: { OPENROUTER_API_KEY: secret("openrouter-api-key") },
  fallbackModels: [{ provider: "openrouter", name: "openai/gpt-5.5-mini" }],
  messaging: {
    slack: {
      botToken: secret("slack-bot-token"),
      appToken: secret("slack-app-token"),
      allowedUsers: ["U0123456789"],
    },
  },

  soul: { file: join(__dirname, "SOUL.md") },
  skills: [join(__dirname, "skills")],
  mcpServers: {
    github: {
      url: "https://api.githubcopilot.com/mcp/",
      // The whole header: `Bearer` and the token.
      headers: { Authorization: secret("github-authorization") },
      tools: { include: ["list_pull_requests", "search_pull_requests"] },
    },
  },
  crons: {
    "weekly notes": {
      schedule: "0 8 * * 1",
      prompt: "Write release notes of last week's merged pull requests of acme/shop.",
      skills: ["release-notes"],
      deliver: "slack:C0123456789",
    },
  },
  files: { "workspace/AGENTS.md": { text: "Work on branches. Never push to main.\n" } },
});

app.synth();
