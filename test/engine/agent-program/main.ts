/** One agent with every setting that shows in its container. `agentProject` runs it in a folder of its own. */
import { readFileSync } from "node:fs";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import {
  DashboardAuth,
  HermesApp,
  HermesImage,
  HermesTarget,
  inSecretsFile,
  PersistentDataVolume,
} from "cdktf-hermes";
import type { Asked, SECRETS } from "./asked";

const asked: Asked = JSON.parse(readFileSync("asked.json", "utf8"));
const app = new App();

function stack(name: string): TerraformStack {
  const made = new TerraformStack(app, name);
  new DockerProvider(made, "docker");
  // A stack without an agent has the version that the bindings pin, which is older than 4.
  const version = asked.without ? ">= 4.1, < 5" : asked.provider;
  if (version !== "4.x") made.addOverride("terraform.required_providers.docker.version", version);
  return made;
}

const images = stack("images");
const { release, wrapper } = asked.image;
const image = wrapper
  ? HermesImage.wrapper(images, "image", { release, baseRevision: "1" })
  : HermesImage.registry(images, "image", { tag: release });

const agent = stack("agent");
const secret = (name: keyof typeof SECRETS) =>
  asked.secretsFile === undefined
    ? new TerraformVariable(agent, name, { type: "string", sensitive: true }).stringValue
    : inSecretsFile;

if (!asked.without) {
  new HermesApp(agent, "hermes", {
    image,
    data: new PersistentDataVolume(agent, "data", { name: asked.volume ?? "hermes-data" }),
    apiServer: { key: secret("api_server_key") },
    ...(asked.dashboard && {
      dashboard: DashboardAuth.basic(agent, "dashboard", {
        username: "admin",
        passwordHash: secret("dashboard_password_hash"),
        sessionSecret: secret("dashboard_session_secret"),
      }),
    }),
    target: HermesTarget.docker({
      publish: {
        apiServer: asked.apiPort === undefined ? false : { port: asked.apiPort },
        dashboard: false,
      },
      ...(asked.secretsFile !== undefined && { secretsFile: asked.secretsFile }),
    }),
    secrets: { TOOL_TOKEN: secret("tool_token") },
    ...(asked.modelUrl !== undefined && {
      model: {
        provider: "custom",
        name: "fake-1",
        baseUrl: asked.modelUrl,
        apiKey: secret("model_api_key"),
      },
    }),
    // Tests start one agent more often than a healthy agent starts.
    env: { HERMES_GATEWAY_MAX_STARTS: "1000" },
    ...(asked.mount && { mounts: [asked.mount] }),
    ...(asked.healthIntervalSeconds !== undefined && {
      healthCheck: { intervalSeconds: asked.healthIntervalSeconds },
    }),
    ...(asked.cpus !== undefined && { cpus: asked.cpus }),
    ...(asked.memoryMiB !== undefined && { memoryMiB: asked.memoryMiB }),
  });
}

app.synth();
