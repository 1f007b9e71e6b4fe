import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack } from "cdktf";
import { HermesApp, HermesImage, LocalModel, PersistentDataVolume } from "cdktf-hermes";

const app = new App();

const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.registry(images, "image", { tag: "v2026.7.30" });

const agent = new TerraformStack(app, "agent");
new DockerProvider(agent, "docker");
new HermesApp(agent, "hermes", {
  image,
  // The project belongs to user 1000 of the host, and so does what the agent writes.
  data: new PersistentDataVolume(agent, "data", { name: "hermes-data", uid: 1000, gid: 1000 }),
  workspace: [
    { hostPath: "/srv/projects/site" }, // at /workspace, where commands start
    { volume: "hermes-scratch", target: "/scratch" },
  ],
  // An Ollama that somebody runs on the host. It has to listen for containers: OLLAMA_HOST=0.0.0.0.
  model: LocalModel.openAiCompatible(agent, "llama", { model: "llama3", onHost: { port: 11434 } }),
});

app.synth();
