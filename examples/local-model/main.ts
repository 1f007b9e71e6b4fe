import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack } from "cdktf";
import { HermesApp, HermesImage, LocalModel, PersistentDataVolume } from "cdktf-hermes";

const app = new App();

const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.registry(images, "image", { tag: "v2026.7.30" });

// The server has a stack of its own, which is deployed before the agents': it is healthy once it can show the model, and
// one that never does stops the deploy before it touches a running agent.
const models = new TerraformStack(app, "models");
new DockerProvider(models, "docker");
const qwen = LocalModel.ollama(models, "qwen", {
  // The digest that `docker buildx imagetools inspect ollama/ollama:TAG` shows. Put that of your choice here.
  image: "ollama/ollama@sha256:0000000000000000000000000000000000000000000000000000000000000000",
  model: "qwen3.5:9b", // 6.6 GB; it sees more tokens at once than the 64000 that Hermes needs
  gpus: "all",
  memoryMiB: 16384,
});

for (const name of ["work", "home"]) {
  const stack = new TerraformStack(app, name);
  new DockerProvider(stack, "docker");
  new HermesApp(stack, "hermes", {
    name: `hermes-${name}`,
    image,
    data: new PersistentDataVolume(stack, "data", { name: `hermes-${name}-data` }),
    model: qwen, // its address, its name and the length of its context follow from the server
    memoryMiB: 2048,
  });
}

app.synth();
