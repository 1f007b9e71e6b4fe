import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "cdktf-hermes";

const app = new App();

const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.registry(images, "image", { tag: "v2026.7.30" });

// Each agent has its own stack, volume, network, key and limits: each can be deployed, fail or be destroyed without
// the other.
for (const { name, apiPort } of [
  { name: "work", apiPort: 8642 },
  { name: "home", apiPort: 8643 },
]) {
  const stack = new TerraformStack(app, name);
  new DockerProvider(stack, "docker");
  const key = new TerraformVariable(stack, `${name}_api_server_key`, { type: "string", sensitive: true });

  new HermesApp(stack, "hermes", {
    name: `hermes-${name}`,
    image,
    data: new PersistentDataVolume(stack, "data", { name: `hermes-${name}-data` }),
    apiServer: { key: key.stringValue },
    memoryMiB: 2048,
    target: HermesTarget.docker({
      publish: { apiServer: { port: apiPort } },
      networks: [{ name: `hermes-${name}`, create: true }],
    }),
  });
}

app.synth();
