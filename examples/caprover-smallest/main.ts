import { App, TerraformStack } from "cdktf";
import { CapRoverProvider, HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "cdktf-hermes";

const app = new App();

// The shell that deploys sets CAPROVER_URL and CAPROVER_PASSWORD of the CapRover server.
const agent = new TerraformStack(app, "agent");
new CapRoverProvider(agent, "caprover");
new HermesApp(agent, "hermes", {
  target: HermesTarget.caprover(),
  image: HermesImage.registry(agent, "image", { tag: "v2026.7.30" }),
  data: new PersistentDataVolume(agent, "data", { name: "hermes-data" }),
});

app.synth();
