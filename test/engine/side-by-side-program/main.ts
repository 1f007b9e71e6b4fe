/** One agent on Docker and one on CapRover in one stack. `side-by-side.test.ts` runs it in a folder of its own. */
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack } from "cdktf";
import { CapRoverProvider, HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "cdktf-hermes";

const app = new App();
const agents = new TerraformStack(app, "agents");
new DockerProvider(agents, "docker");
new CapRoverProvider(agents, "caprover");
new HermesApp(agents, "here", {
  image: HermesImage.registry(agents, "here-image", { tag: "v2026.7.20" }),
  data: new PersistentDataVolume(agents, "here-data", { name: "here-data" }),
});
new HermesApp(agents, "there", {
  target: HermesTarget.caprover(),
  image: HermesImage.registry(agents, "there-image", { tag: "v2026.7.20" }),
  data: new PersistentDataVolume(agents, "there-data", { name: "there-data" }),
});
app.synth();
