import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { HermesApp, HermesImage, LocalModel, PersistentDataVolume } from "cdktf-hermes";

const app = new App();

const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.registry(images, "image", { tag: "v2026.7.30" });

// The server has a stack of its own, which is deployed before the agent's: one that can't show its model stops the
// deploy before it touches the running agent.
const models = new TerraformStack(app, "models");
new DockerProvider(models, "docker");
const huggingFaceToken = new TerraformVariable(models, "hugging_face_token", {
  type: "string",
  sensitive: true,
  description: "a token with the right to read, from https://huggingface.co/settings/tokens",
});
const qwen = LocalModel.vllm(models, "qwen", {
  // The digest that `docker buildx imagetools inspect vllm/vllm-openai:TAG` shows. Put that of your choice here.
  image: "vllm/vllm-openai@sha256:0000000000000000000000000000000000000000000000000000000000000000",
  // 8 GB, which the first start downloads into the volume qwen-weights. With this context it fits on a GPU of 24 GB.
  model: "Qwen/Qwen3-4B-Instruct-2507",
  contextLength: 65536,
  toolCallParser: "hermes",
  huggingFaceToken: huggingFaceToken.stringValue, // only models that ask for a login need one
  gpus: "all",
  memoryMiB: 24576,
});

const agent = new TerraformStack(app, "agent");
new DockerProvider(agent, "docker");
new HermesApp(agent, "hermes", {
  image,
  data: new PersistentDataVolume(agent, "data", { name: "hermes-data" }),
  model: qwen, // its address, its name and the length of its context follow from the server
  memoryMiB: 2048,
});

app.synth();
