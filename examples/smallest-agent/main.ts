import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack } from "cdktf";
import { HermesApp, HermesImage, PersistentDataVolume } from "cdktf-hermes";

const app = new App();

// The image has a stack of its own, which is deployed first: a failed pull does not touch the running agent.
const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.registry(images, "image", { tag: "v2026.7.30" });

const agent = new TerraformStack(app, "agent");
new DockerProvider(agent, "docker");
new HermesApp(agent, "hermes", {
  image,
  data: new PersistentDataVolume(agent, "data", { name: "hermes-data" }),
});

app.synth();
