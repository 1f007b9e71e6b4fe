import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { DashboardAuth, HermesApp, HermesImage, PersistentDataVolume } from "cdktf-hermes";

const app = new App();

const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.wrapper(images, "image", {
  release: "v2026.7.30",
  baseRevision: "1", // change it to build on a changed base; or pin baseDigest
  codexVersion: "0.169.0",
});

const agent = new TerraformStack(app, "agent");
new DockerProvider(agent, "docker");

/** Set by TF_VAR_<name> in the shell that deploys. */
const secret = (name: string, description: string) =>
  new TerraformVariable(agent, name, { type: "string", sensitive: true, description }).stringValue;

new HermesApp(agent, "hermes", {
  image,
  data: new PersistentDataVolume(agent, "data", { name: "hermes-data" }),
  dashboard: DashboardAuth.basic(agent, "dashboard", {
    username: "admin",
    passwordHash: secret("dashboard_password_hash", "printed by `npx cdktf-hermes hash-password`"),
    sessionSecret: secret("dashboard_session_secret", "printed by `npx cdktf-hermes session-secret`"),
  }),
  apiServer: { key: secret("api_server_key", "bearer key, at least 16 characters") },
  model: { provider: "openai-codex", name: "gpt-5.5" },
  memoryMiB: 4096,
  cpus: 2,
});

app.synth();
