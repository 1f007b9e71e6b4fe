/** Agents on CapRover whose wrapper a CI builds. `CiRepository` runs it in a folder of its own. */
import { readFileSync, writeFileSync } from "node:fs";
import { App, HttpBackend, TerraformStack, TerraformVariable } from "cdktf";
import {
  CapRoverProvider,
  HermesApp,
  HermesImage,
  HermesTarget,
  ImageDelivery,
  PersistentDataVolume,
} from "cdktf-hermes";
import type { Asked } from "./asked";

const asked: Asked = JSON.parse(readFileSync("asked.json", "utf8"));
const app = new App();
const stack = new TerraformStack(app, "agent");
if (asked.states !== undefined) new HttpBackend(stack, { address: `${asked.states}agent` });
new CapRoverProvider(stack, "caprover");
writeFileSync("tool", `#!/bin/sh\necho ${asked.tool}\n`);
const image = HermesImage.wrapper(stack, "image", {
  release: "v2026.7.30",
  baseRepository: asked.base,
  baseRevision: "1",
  copy: { "/usr/local/bin/tool": { file: "tool" } },
  run: ["tool > /etc/tool"],
  delivery: ImageDelivery.ci({ repository: asked.repository, deploy: asked.deploy }),
});
const key = new TerraformVariable(stack, "api_server_key", { type: "string", sensitive: true });
for (const name of ["hermes", ...(asked.second ? ["second"] : [])])
  new HermesApp(stack, name, {
    target: HermesTarget.caprover(),
    image,
    data: new PersistentDataVolume(stack, `data-${name}`, { name: `data-${name}` }),
    apiServer: { key: key.stringValue },
    memoryMiB: asked.memoryMiB ?? 2048,
  });
app.synth();
